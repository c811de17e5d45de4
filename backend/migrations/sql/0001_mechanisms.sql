-- The mechanisms that no code path can skip: roles, tenants, audited versions.
-- Statements are separated by a line that holds only "--;".

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenure_app') THEN CREATE ROLE tenure_app NOLOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenure_log') THEN CREATE ROLE tenure_log NOLOGIN; END IF;
END $$
--;
GRANT USAGE ON SCHEMA public TO tenure_app, tenure_log
--;
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('tenure.tenant', true), '')::uuid $$
--;
CREATE FUNCTION base64url(value bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT rtrim(translate(encode(value, 'base64'), E'+/\n', '-_'), '=') $$
--;
-- Row-level security by tenant, and what the application's role may do to the table.
CREATE FUNCTION install_tenant(target regclass, privileges text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('DROP POLICY IF EXISTS tenant ON %s', target);
    EXECUTE format('CREATE POLICY tenant ON %s USING (tenant_id = (SELECT current_tenant())) '
                   'WITH CHECK (tenant_id = (SELECT current_tenant()))', target);
    EXECUTE format('GRANT %s ON %s TO tenure_app', privileges, target);
END $$
--;
CREATE FUNCTION refuse_audit(problem text, target text, record uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF problem = 'version' THEN
        RAISE EXCEPTION 'row % of % was changed by somebody else in the meantime', record, target
            USING ERRCODE = 'TN001', HINT = 'read the row again: its ver has moved on';
    END IF;
    RAISE EXCEPTION 'row % of % does not name a fresh audit entry', record, target
        USING ERRCODE = 'TN002', HINT = 'insert an audit_entry in this transaction and set entry_id to it';
END $$
--;
-- SQL that renders one column as canonical JSON (RFC 8785); floats have no place in a record.
CREATE FUNCTION render_column(source text, attribute pg_attribute, comment text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    kind text := format_type(attribute.atttypid, NULL);
    ref text := format('%s.%I', source, attribute.attname);
BEGIN
    RETURN format('coalesce(%s, ''null'')', CASE
        WHEN kind = 'bytea' AND comment LIKE 'sealed by %' THEN
            format('''{"c":"'' || base64url(substring(%1$s FROM length(%1$s) - 31)) || ''"}''', ref)
        WHEN kind = 'bytea' THEN format('''"'' || base64url(%s) || ''"''', ref)
        WHEN kind IN ('smallint', 'integer', 'bigint') THEN format('%s::text', ref)
        WHEN kind = 'boolean' THEN format('%s::text', ref)
        WHEN kind = 'uuid' OR kind = 'numeric' THEN format('''"'' || %s::text || ''"''', ref)
        WHEN kind = 'date' THEN
            format('''"'' || CASE WHEN isfinite(%1$s) THEN to_char(%1$s, ''YYYY-MM-DD'') '
                   '|| CASE WHEN %1$s < ''0001-01-01'' THEN '' BC'' ELSE '''' END ELSE %1$s::text END || ''"''', ref)
        WHEN kind = 'timestamp with time zone' THEN
            format('''"'' || CASE WHEN isfinite(%1$s) THEN to_char(%1$s AT TIME ZONE ''UTC'', '
                   '''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'') || CASE WHEN %1$s < ''0001-01-01T00:00Z'' THEN '' BC'' ELSE '''' END '
                   'ELSE %1$s::text END || ''"''', ref)
        WHEN kind IN ('text', 'character varying', 'character') THEN format('to_json(%s)::text', ref)
        WHEN kind IN ('json', 'jsonb') THEN format('to_json(%s::text)::text', ref)
    END);
END $$
--;
-- One function a table and verb, written from the catalogue, so that COPY and bulk statements stay set-based.
-- Entries of the running transaction have no statistics yet; without the settings the planner may compare every row
-- with every entry instead of looking each one up by its key (measured: 13 times slower). pg_temp comes last in the
-- search path: where it is not named it comes first, and a temporary audit_entry would stand in for the real one.
CREATE FUNCTION install_audit(target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := target::text;
    rendered text;
    sealed text;
    unknown text;
    store text;
BEGIN
    SELECT string_agg(a.attname, ', ') INTO unknown
      FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
       AND render_column('n', a, col_description(target, a.attnum)) IS NULL;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'table %: no canonical form for column(s) %', name, unknown;
    END IF;
    SELECT '''{' || string_agg(format('"%s":'' || %s', a.attname,
                    render_column('n', a, col_description(target, a.attnum))), ' || '',' ORDER BY a.attname COLLATE "C")
                 || ' || ''}'''
      INTO rendered
      FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped;
    SELECT 'jsonb_strip_nulls(jsonb_build_object(' || string_agg(format('%L, translate(encode(n.%I, ''base64''), E''\n'', '''')',
                    a.attname, a.attname), ', ' ORDER BY a.attname) || '))'
      INTO sealed
      FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
       AND col_description(target, a.attnum) LIKE 'sealed by %';
    store := format('INSERT INTO record_version (tenant_id, table_name, record_id, ver, entry_id, op, "row", sealed, digest) '
                    'SELECT n.tenant_id, %L, n.id, n.ver%%s, n.entry_id, %%L, r.text::json, %s, '
                    'sha256(convert_to(r.text, ''UTF8'')) FROM %%I n CROSS JOIN LATERAL (SELECT %s AS text) r',
                    name, coalesce(sealed, 'NULL::jsonb'), rendered);

    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %I(n %s) RETURNS text LANGUAGE sql STABLE AS $body$ SELECT %s $body$
    $f$, 'render_' || name, target, rendered);

    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
            SET search_path = pg_catalog, public, pg_temp AS $body$
        DECLARE bad record;
        BEGIN
            SELECT n.id, CASE WHEN e.id IS NULL THEN 'entry' ELSE 'version' END AS problem INTO bad
              FROM new_rows n
              LEFT JOIN audit_entry e ON e.id = n.entry_id AND e.tenant_id = n.tenant_id AND e.txid = pg_current_xact_id()
             WHERE e.id IS NULL OR n.ver <> 1 LIMIT 1;
            IF FOUND THEN PERFORM refuse_audit(bad.problem, TG_TABLE_NAME::text, bad.id); END IF;
            %s;
            RETURN NULL;
        END $body$
    $f$, 'audit_insert_' || name, format(store, '', 'insert', 'new_rows'));

    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET enable_seqscan = off
            SET search_path = pg_catalog, public, pg_temp AS $body$
        DECLARE bad record;
        BEGIN
            SELECT n.id, CASE WHEN e.id IS NULL THEN 'entry' ELSE 'version' END AS problem INTO bad
              FROM new_rows n
              LEFT JOIN old_rows o ON o.id = n.id
              LEFT JOIN audit_entry e ON e.id = n.entry_id AND e.tenant_id = n.tenant_id AND e.txid = pg_current_xact_id()
             WHERE e.id IS NULL OR n.ver IS DISTINCT FROM o.ver + 1 OR n.tenant_id IS DISTINCT FROM o.tenant_id LIMIT 1;
            IF FOUND THEN PERFORM refuse_audit(bad.problem, TG_TABLE_NAME::text, bad.id); END IF;
            %s;
            RETURN NULL;
        END $body$
    $f$, 'audit_update_' || name, format(store, '', 'update', 'new_rows'));

    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
            SET search_path = pg_catalog, public, pg_temp AS $body$
        DECLARE bad record;
        BEGIN
            SELECT n.id INTO bad
              FROM old_rows n
              LEFT JOIN audit_entry e ON e.id = n.entry_id AND e.tenant_id = n.tenant_id AND e.txid = pg_current_xact_id()
             WHERE e.id IS NULL LIMIT 1;
            IF FOUND THEN PERFORM refuse_audit('entry', TG_TABLE_NAME::text, bad.id); END IF;
            %s;
            RETURN NULL;
        END $body$
    $f$, 'audit_delete_' || name, format(store, ' + 1', 'delete', 'old_rows'));

    -- Whoever may execute them could hang them on a temporary table and make up versions.
    EXECUTE format('REVOKE ALL ON FUNCTION %I(), %I(), %I() FROM PUBLIC',
                   'audit_insert_' || name, 'audit_update_' || name, 'audit_delete_' || name);
    EXECUTE format('DROP TRIGGER IF EXISTS audit_insert ON %s', target);
    EXECUTE format('DROP TRIGGER IF EXISTS audit_update ON %s', target);
    EXECUTE format('DROP TRIGGER IF EXISTS audit_delete ON %s', target);
    EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, 'audit_insert_' || name);
    EXECUTE format('CREATE TRIGGER audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, 'audit_update_' || name);
    EXECUTE format('CREATE TRIGGER audit_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, 'audit_delete_' || name);
END $$
--;
-- The queue that the sequencer drains: a row that commits late is taken late, and never lost.
CREATE FUNCTION queue_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_queue (entry_id, tenant_id) SELECT id, tenant_id FROM new_rows;
    RETURN NULL;
END $$
--;
REVOKE ALL ON FUNCTION queue_entries(), install_audit(regclass), install_tenant(regclass, text) FROM PUBLIC
