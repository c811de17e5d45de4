-- Months (holdings): movements in one table again.
ALTER TABLE movement RENAME TO movement_months
--;
CREATE TABLE movement (LIKE movement_months INCLUDING DEFAULTS INCLUDING COMMENTS)
--;
INSERT INTO movement SELECT * FROM movement_months
--;
DROP TABLE movement_months
--;
ALTER TABLE movement
    ADD CONSTRAINT pk_movement PRIMARY KEY (account_id, booked_on, id),
    ADD CONSTRAINT uq_movement_tenant_id_source_ref_booked_on UNIQUE (tenant_id, source_ref, booked_on),
    ADD CONSTRAINT fk_movement_account_id_account FOREIGN KEY (account_id) REFERENCES account (id)
--;
CREATE INDEX ix_movement_tenant_id ON movement (tenant_id)
--;
SELECT install_tenant('movement')
--;
REVOKE UPDATE, DELETE ON movement FROM tenure_app
--;
-- Products.
DROP TRIGGER refuse_own_signature ON product_signature
--;
DROP TRIGGER refuse_unsigned_product ON product
--;
DROP TRIGGER refuse_unsigned_version ON product_version
--;
DROP TRIGGER refuse_late_artefact ON product_artefact
--;
DROP FUNCTION refuse_own_signature(), refuse_unsigned_product(), refuse_unsigned_version(), refuse_late_artefact()
--;
DROP FUNCTION signed_step(uuid, uuid, text, uuid)
--;
-- Sensitive roles (access).
DROP TRIGGER role_two_people ON role_grant
--;
DROP FUNCTION refuse_lone_appointment(), default_sensitive_roles()
