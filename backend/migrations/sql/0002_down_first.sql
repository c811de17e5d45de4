-- Roles that are kept apart (access) and the texts that stand (governance).
DROP TRIGGER role_separation ON role_grant
--;
DROP FUNCTION refuse_role_conflict()
--;
DROP FUNCTION default_role_separation()
--;
DROP TRIGGER index_reads ON audit_entry
--;
DROP FUNCTION index_reads()
--;
DROP FUNCTION search_versions(uuid)
--;
DROP FUNCTION search_lock(uuid)
