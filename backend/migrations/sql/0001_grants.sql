CREATE TRIGGER queue_entries AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION queue_entries()
--;
SELECT install_tenant('audit_entry', 'SELECT')
--;
GRANT INSERT (id, tenant_id, ts, actor_id, actor, action, subject_type, subject_id, outcome, reason, ruleset, origin, reads)
    ON audit_entry TO tenure_app
--;
SELECT install_tenant('record_version', 'SELECT')
--;
SELECT install_tenant('audit_leaf', 'SELECT')
--;
SELECT install_tenant('audit_tile', 'SELECT')
--;
SELECT install_tenant('audit_tree', 'SELECT')
--;
SELECT install_tenant('audit_checkpoint', 'SELECT')
--;
GRANT SELECT ON audit_entry, record_version, audit_leaf, audit_tile, audit_tree, audit_checkpoint, tenant TO tenure_log
--;
GRANT INSERT ON audit_leaf, audit_checkpoint TO tenure_log
--;
GRANT INSERT, UPDATE ON audit_tile, audit_tree TO tenure_log
--;
GRANT SELECT, DELETE, UPDATE ON audit_queue TO tenure_log
--;
GRANT SELECT ON tenant TO tenure_app
--;
-- The application may see how much of its institution waits for the log; the log's writer drains them all.
SELECT install_tenant('audit_queue', 'SELECT')
--;
CREATE POLICY log ON audit_queue TO tenure_log USING (true)
--;
-- An entry that has no canonical form would stop the log, so it is refused where it is written.
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
