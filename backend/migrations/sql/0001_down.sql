DROP SCHEMA jobs CASCADE
--;
DROP FUNCTION queue_entries()
--;
DROP FUNCTION install_audit(regclass)
--;
DROP FUNCTION render_column(text, pg_attribute, text)
--;
DROP FUNCTION refuse_audit(text, text, uuid)
--;
DROP FUNCTION install_tenant(regclass, text)
--;
DROP FUNCTION base64url(bytea)
--;
DROP FUNCTION current_tenant()
--;
REVOKE USAGE ON SCHEMA public FROM tenure_app, tenure_log
