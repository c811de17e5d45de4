-- Erasure (rights): a sealed value without its ciphertext keeps its format, key version and commitment, so that every
-- version and proof still holds; what was sealed cannot be read by anybody, and not even its length is left.
CREATE OR REPLACE FUNCTION emptied_field(value bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT substring(value FROM 1 FOR 5) || decode(repeat('00', 44), 'hex') || substring(value FROM length(value) - 31) $$
--;
-- Versions are for ever, their ciphertexts are not: this alone may take them away, within an entry that says so, and only
-- for an owner whose keys are destroyed already.
CREATE OR REPLACE FUNCTION erase_sealed(erased uuid, entry uuid) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant();
    place record;
    pairs text;
    done bigint := 0;
    part bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM audit_entry e WHERE e.id = entry AND e.tenant_id = tenant
                      AND e.txid = pg_current_xact_id() AND e.action = 'customer.erase') THEN
        RAISE EXCEPTION 'ciphertexts of % may only go within a fresh customer.erase entry', erased USING ERRCODE = 'TN002';
    END IF;
    IF EXISTS (SELECT FROM data_key k WHERE k.owner_id = erased AND (k.tenant_id <> tenant OR k.wrapped IS NOT NULL))
       OR NOT EXISTS (SELECT FROM data_key k WHERE k.owner_id = erased) THEN
        RAISE EXCEPTION 'the keys of % are not destroyed', erased USING ERRCODE = 'TN003';
    END IF;
    FOR place IN
        SELECT c.oid::regclass::text AS name, substring(d.description FROM 11) AS owner,
               array_agg(a.attname::text ORDER BY a.attnum) AS columns,
               EXISTS (SELECT FROM pg_attribute v WHERE v.attrelid = c.oid AND v.attname = 'entry_id') AS audited
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
         WHERE c.relkind = 'r' AND d.description LIKE 'sealed by %'
         GROUP BY c.oid, substring(d.description FROM 11)
    LOOP
        IF place.audited THEN
            EXECUTE format('UPDATE record_version v SET sealed = nullif(v.sealed - $3, ''{}''::jsonb) '
                           'WHERE v.tenant_id = $1 AND v.table_name = %1$L AND v.sealed ?| $3 AND v.record_id IN ('
                           'SELECT t.id FROM %1$s t WHERE t.tenant_id = $1 AND t.%2$I = $2 UNION '
                           'SELECT r.record_id FROM record_version r JOIN audit_entry e ON e.id = r.entry_id '
                           'WHERE e.tenant_id = $1 AND e.subject_id = $2 AND r.table_name = %1$L AND r.op = ''delete'' '
                           'AND r.row ->> %2$L = $2::text)', place.name, place.owner)
                USING tenant, erased, place.columns;
        ELSE
            SELECT string_agg(format('%1$I = emptied_field(%1$I)', c), ', ') INTO pairs FROM unnest(place.columns) c;
            EXECUTE format('UPDATE %s t SET %s WHERE t.tenant_id = $1 AND t.%I = $2 %s', place.name, pairs, place.owner,
                           CASE WHEN place.name = 'movement'
                                THEN 'AND t.account_id IN (SELECT a.id FROM account a WHERE a.owner_id = $2)' ELSE '' END)
                USING tenant, erased;
        END IF;
        GET DIAGNOSTICS part = ROW_COUNT;
        done := done + part;
    END LOOP;
    RETURN done;
END $$
--;
REVOKE ALL ON FUNCTION erase_sealed(uuid, uuid) FROM PUBLIC
--;
GRANT EXECUTE ON FUNCTION erase_sealed(uuid, uuid) TO tenure_app
--;
-- Auditing at speed (audit): the same refusals, the same versions, byte for byte, with less work for each statement.
-- PostgreSQL reads a check constraint's expression from the catalogue for every INSERT; a trigger's plan is kept. So the
-- form of an entry is judged where the entry queues for the log, by the one statement that queues it.
ALTER TABLE audit_entry
    DROP CONSTRAINT ck_audit_entry_id, DROP CONSTRAINT ck_audit_entry_action, DROP CONSTRAINT ck_audit_entry_subject,
    DROP CONSTRAINT ck_audit_entry_outcome, DROP CONSTRAINT ck_audit_entry_reason, DROP CONSTRAINT ck_audit_entry_ruleset,
    DROP CONSTRAINT ck_audit_entry_ts, DROP CONSTRAINT ck_audit_entry_actor, DROP CONSTRAINT ck_audit_entry_origin,
    DROP CONSTRAINT ck_audit_entry_reads
--;
CREATE OR REPLACE FUNCTION refuse_audit(problem text, target text, record uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF problem = 'form' THEN
        RAISE EXCEPTION 'entry % has no canonical form', record
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_audit_entry_form', TABLE = target;
    ELSIF problem = 'version' THEN
        RAISE EXCEPTION 'row % of % was changed by somebody else in the meantime', record, target
            USING ERRCODE = 'TN001', HINT = 'read the row again: its ver has moved on';
    END IF;
    RAISE EXCEPTION 'row % of % does not name a fresh audit entry', record, target
        USING ERRCODE = 'TN002', HINT = 'insert an audit_entry in this transaction and set entry_id to it';
END $$
--;
CREATE OR REPLACE FUNCTION queue_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_queue (entry_id, tenant_id)
    SELECT n.id, CASE WHEN
               uuid_extract_version(n.id) = 7
               AND n.action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$' AND length(n.action) <= 100
               AND n.subject_type ~ '^[a-z][a-z0-9_]*$' AND length(n.subject_type) <= 100
               AND n.outcome IN ('success', 'denied', 'failed')
               AND (n.reason IS NULL OR length(n.reason) BETWEEN 1 AND 500)
               AND (n.ruleset IS NULL OR n.ruleset ~ '^[0-9a-f]{64}$')
               AND n.ts >= '1970-01-01T00:00Z' AND n.ts < '9999-01-01T00:00Z'
               AND n.actor IS JSON OBJECT WITH UNIQUE KEYS AND length(n.actor) <= 4000
               AND n.origin IS JSON OBJECT WITH UNIQUE KEYS AND length(n.origin) <= 1000
               AND (n.reads IS NULL OR n.reads IS JSON ARRAY WITH UNIQUE KEYS AND octet_length(n.reads) <= 50000)
           THEN n.tenant_id ELSE refuse_audit('form', 'audit_entry', n.id)::text::uuid END
      FROM new_rows n;
    RETURN NULL;
END $$
--;
-- One statement a trigger: it judges each row while it stores the row's version. The row is rendered once (OFFSET 0 keeps
-- the planner from copying the expression). The entry is looked up by its key for each row, as a subquery that no join
-- replaces; a plan that was made for one row also serves the ten thousand of a bulk statement, so old and new rows of an
-- update are never compared each with each (enable_nestloop).
CREATE OR REPLACE FUNCTION install_audit(target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := target::text;
    rendered text;
    sealed text;
    unknown text;
    verb text;
    source text;
    follows text;
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

    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %I(n %s) RETURNS text LANGUAGE sql STABLE AS $body$ SELECT %s $body$
    $f$, 'render_' || name, target, rendered);

    FOREACH verb IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        source := CASE verb WHEN 'delete' THEN 'old_rows' ELSE 'new_rows' END;
        follows := CASE verb
            WHEN 'insert' THEN 'v.ver = 1'
            WHEN 'update' THEN 'v.ver IS NOT DISTINCT FROM o.ver + 1 AND v.tenant_id IS NOT DISTINCT FROM o.tenant_id'
            ELSE 'true' END;
        store := format(
            'INSERT INTO record_version (tenant_id, table_name, record_id, ver, entry_id, op, "row", sealed, digest) '
            'SELECT v.tenant_id, %1$L, v.id, '
            'CASE WHEN (SELECT e.txid FROM audit_entry e WHERE e.id = v.entry_id AND e.tenant_id = v.tenant_id) '
            'IS DISTINCT FROM pg_current_xact_id() THEN refuse_audit(''entry'', %1$L, v.id)::text::integer '
            'WHEN %2$s THEN v.ver%3$s ELSE refuse_audit(''version'', %1$L, v.id)::text::integer END, '
            'v.entry_id, %4$L, v."row"::json, v.sealed, sha256(convert_to(v."row", ''UTF8'')) '
            'FROM (SELECT n.id, n.tenant_id, n.entry_id, n.ver, %5$s AS sealed, %6$s AS "row" FROM %7$I n OFFSET 0) v %8$s',
            name, follows, CASE verb WHEN 'delete' THEN ' + 1' ELSE '' END, verb, coalesce(sealed, 'NULL::jsonb'), rendered,
            source, CASE verb WHEN 'update' THEN 'LEFT JOIN old_rows o ON o.id = v.id' ELSE '' END);
        EXECUTE format($f$
            CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
                SET enable_seqscan = off %2$s
                SET search_path = pg_catalog, public, pg_temp AS $body$
            BEGIN
                %3$s;
                RETURN NULL;
            END $body$
        $f$, format('audit_%s_%s', verb, name), CASE verb WHEN 'update' THEN 'SET enable_nestloop = off' ELSE '' END, store);
        -- Whoever may execute them could hang them on a temporary table and make up versions.
        EXECUTE format('REVOKE ALL ON FUNCTION %I() FROM PUBLIC', format('audit_%s_%s', verb, name));
        EXECUTE format('DROP TRIGGER IF EXISTS audit_%s ON %s', verb, target);
        EXECUTE format('CREATE TRIGGER audit_%s AFTER %s ON %s REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
                       verb, verb, target,
                       CASE verb WHEN 'insert' THEN 'NEW TABLE AS new_rows'
                                 WHEN 'update' THEN 'OLD TABLE AS old_rows NEW TABLE AS new_rows'
                                 ELSE 'OLD TABLE AS old_rows' END,
                       format('audit_%s_%s', verb, name));
    END LOOP;
END $$
--;
SELECT install_audit(t.tgrelid) FROM pg_trigger t WHERE t.tgname = 'audit_insert' AND NOT t.tgisinternal
--;
-- Every entry passes through the queue: it is swept as it is used, not as it grows.
ALTER TABLE audit_queue SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)
