-- Consents are a history (consent): lines are added, never changed or removed.
REVOKE UPDATE, DELETE ON consent_event FROM tenure_app
--;
-- Ratings are a history (risk): lines are added and never removed; only erasure may empty what is sealed in one.
REVOKE UPDATE, DELETE ON risk_rating FROM tenure_app
--;
GRANT UPDATE (record, entry_id, ver) ON risk_rating TO tenure_app
--;
-- The text of a rule-set is kept for ever under its hash (governance).
REVOKE UPDATE, DELETE ON ruleset_text FROM tenure_app
--;
-- One rule-set has one text at a time (governance). Without an extension GiST compares ranges and nothing else, so the
-- rule-set is a range of one number: the hash of its institution, kind and name.
ALTER TABLE ruleset_standing ADD CONSTRAINT ruleset_standing_overlap EXCLUDE USING gist (
    int8range(hashtextextended(tenant_id::text || '/' || kind || '/' || name, 0),
              hashtextextended(tenant_id::text || '/' || kind || '/' || name, 0), '[]') WITH &&,
    tstzrange(effective_from, effective_to) WITH &&)
--;
-- The pairs of roles that the files' access policy keeps apart; `tenure db upgrade` writes them here, and no other role
-- may. An institution with a policy of its own has them in role_separation.
CREATE OR REPLACE FUNCTION default_role_separation() RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT '[]'::jsonb $$
--;
-- Nobody holds two roles that are kept apart, at any time, whoever writes the row. Grants of one holder wait for each
-- other, and then see what the other wrote; a snapshot that could not see it is refused.
CREATE OR REPLACE FUNCTION refuse_role_conflict() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    apart jsonb;
    other text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.role = OLD.role AND NEW.holder_id = OLD.holder_id AND NEW.valid_from >= OLD.valid_from
       AND (OLD.valid_to IS NULL OR NEW.valid_to <= OLD.valid_to) THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') = 'repeatable read' THEN
        RAISE EXCEPTION 'roles are not granted under REPEATABLE READ' USING ERRCODE = '25001';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('role_grant/' || NEW.holder_id::text, 0));
    SELECT coalesce((SELECT s.pairs FROM role_separation s WHERE s.tenant_id = NEW.tenant_id), default_role_separation())
      INTO apart;
    SELECT g.role INTO other FROM role_grant g
     WHERE g.tenant_id = NEW.tenant_id AND g.holder_id = NEW.holder_id AND g.role <> NEW.role
       AND (g.valid_to IS NULL OR g.valid_to > g.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from)
       AND g.valid_from < coalesce(NEW.valid_to, 'infinity') AND NEW.valid_from < coalesce(g.valid_to, 'infinity')
       AND apart ? (least(g.role COLLATE "C", NEW.role COLLATE "C") || '|' || greatest(g.role COLLATE "C", NEW.role COLLATE "C"))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'nobody may hold the roles % and % together', NEW.role, other
            USING ERRCODE = '23514', CONSTRAINT = 'role_separation', TABLE = 'role_grant';
    END IF;
    RETURN NULL;
END $$
--;
REVOKE ALL ON FUNCTION refuse_role_conflict(), default_role_separation() FROM PUBLIC
--;
CREATE CONSTRAINT TRIGGER role_separation AFTER INSERT OR UPDATE ON role_grant
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION refuse_role_conflict()
--;
-- An entry of a screening list is never rewritten and never removed: it ends (screening).
REVOKE UPDATE, DELETE ON screening_list_entity, screening_state FROM tenure_app
--;
GRANT UPDATE (until) ON screening_list_entity TO tenure_app
--;
-- Who read what is found without reading every entry (audit): derived by a trigger that only entries about reading pass.
CREATE FUNCTION index_reads() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_read (tenant_id, record_id, entry_id)
    SELECT NEW.tenant_id, (r ->> 'id')::uuid, NEW.id FROM json_array_elements(NEW.reads::json) r
     WHERE r ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
--;
REVOKE ALL ON FUNCTION index_reads() FROM PUBLIC
--;
CREATE TRIGGER index_reads AFTER INSERT ON audit_entry FOR EACH ROW WHEN (NEW.reads IS JSON ARRAY)
EXECUTE FUNCTION index_reads()
--;
INSERT INTO audit_read (tenant_id, record_id, entry_id)
SELECT e.tenant_id, (r ->> 'id')::uuid, e.id FROM audit_entry e CROSS JOIN LATERAL json_array_elements(e.reads::json) r
 WHERE e.reads IS NOT NULL AND r ->> 'id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' ON CONFLICT DO NOTHING
--;
SELECT install_tenant('audit_read', 'SELECT')
--;
-- Which versions of the search tags count for a transaction: first the one that is written, then any other that a query
-- has to ask for (privacy). The lock lasts as long as the transaction, and a rotation waits for it between its steps.
CREATE FUNCTION search_lock(institution uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT hashtextextended('search_tags/' || institution::text, 0) $$
--;
CREATE FUNCTION search_versions(institution uuid) RETURNS integer[] LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    settled integer;
    target integer;
    standing text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(search_lock(institution));
    SELECT coalesce(max(r.target) FILTER (WHERE r.state = 'finished'), 1), max(r.target) FILTER (WHERE r.state <> 'finished'),
           max(r.state) FILTER (WHERE r.state <> 'finished')
      INTO settled, target, standing FROM key_rotation r WHERE r.tenant_id = institution AND r.kind = 'index';
    RETURN CASE WHEN target IS NULL THEN ARRAY[settled]
                WHEN standing = 'asking' THEN ARRAY[settled, target]
                ELSE ARRAY[target, settled] END;
END $$
--;
REVOKE ALL ON FUNCTION search_versions(uuid) FROM PUBLIC
--;
GRANT EXECUTE ON FUNCTION search_versions(uuid) TO tenure_app
