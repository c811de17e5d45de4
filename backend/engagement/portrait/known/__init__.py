"""What engagement itself knows of a customer, as facts of the portrait: a module a subject."""
