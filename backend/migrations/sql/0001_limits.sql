-- Booked movements are append-only for the application.
REVOKE UPDATE, DELETE ON movement FROM tenure_app
