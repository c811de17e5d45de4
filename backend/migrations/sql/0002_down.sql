DROP FUNCTION IF EXISTS erase_sealed(uuid, uuid)
--;
DROP FUNCTION IF EXISTS emptied_field(bytea)
--;
ALTER TABLE audit_queue RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)
--;
-- The form of an entry goes back to constraints of its table (audit). The versioning functions stay as they are: they
-- write and refuse the same.
CREATE OR REPLACE FUNCTION queue_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_queue (entry_id, tenant_id) SELECT id, tenant_id FROM new_rows;
    RETURN NULL;
END $$
--;
ALTER TABLE audit_entry
    ADD CONSTRAINT ck_audit_entry_id CHECK (uuid_extract_version(id) = 7),
    ADD CONSTRAINT ck_audit_entry_action CHECK (action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$' AND length(action) <= 100),
    ADD CONSTRAINT ck_audit_entry_subject CHECK (subject_type ~ '^[a-z][a-z0-9_]*$' AND length(subject_type) <= 100),
    ADD CONSTRAINT ck_audit_entry_outcome CHECK (outcome IN ('success', 'denied', 'failed')),
    ADD CONSTRAINT ck_audit_entry_reason CHECK (length(reason) BETWEEN 1 AND 500),
    ADD CONSTRAINT ck_audit_entry_ruleset CHECK (ruleset ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT ck_audit_entry_ts CHECK (ts >= '1970-01-01T00:00Z' AND ts < '9999-01-01T00:00Z'),
    ADD CONSTRAINT ck_audit_entry_actor CHECK (actor IS JSON OBJECT WITH UNIQUE KEYS AND length(actor) <= 4000),
    ADD CONSTRAINT ck_audit_entry_origin CHECK (origin IS JSON OBJECT WITH UNIQUE KEYS AND length(origin) <= 1000),
    ADD CONSTRAINT ck_audit_entry_reads CHECK (reads IS JSON ARRAY WITH UNIQUE KEYS AND octet_length(reads) <= 50000)
