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
