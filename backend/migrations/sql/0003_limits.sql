-- Months (holdings): movements and premiums lie in one partition a month, in a schema that nobody but the owner enters,
-- so that row-level security and the grants of the whole table are the only way in. A month is made ahead by a job and,
-- at the latest, by the import that needs it; made apart and then attached, it keeps no reader waiting.
CREATE SCHEMA months
--;
CREATE FUNCTION plan_months(target text, first date, last date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    part text;
    made integer := 0;
BEGIN
    IF target NOT IN ('movement', 'premium') OR first < '1900-01-01' OR last >= '2200-01-01' OR first IS NULL OR last IS NULL
    THEN
        RAISE EXCEPTION 'no months of % from % to %', target, first, last USING ERRCODE = 'invalid_parameter_value';
    END IF;
    WHILE month <= last LOOP
        part := format('%s_%s', target, to_char(month, 'YYYY_MM'));
        IF to_regclass(format('months.%I', part)) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('plan_months', 0));
            IF to_regclass(format('months.%I', part)) IS NULL THEN
                EXECUTE format('CREATE TABLE months.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, target);
                EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION months.%I FOR VALUES FROM (%L) TO (%L)',
                               target, part, month, (month + interval '1 month')::date);
                made := made + 1;
            END IF;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$
--;
REVOKE ALL ON FUNCTION plan_months(text, date, date) FROM PUBLIC
--;
GRANT EXECUTE ON FUNCTION plan_months(text, date, date) TO tenure_app
--;
ALTER TABLE movement RENAME TO movement_whole
--;
CREATE TABLE movement (LIKE movement_whole INCLUDING DEFAULTS INCLUDING COMMENTS) PARTITION BY RANGE (booked_on)
--;
SELECT plan_months('movement', m, m) FROM (SELECT DISTINCT date_trunc('month', booked_on)::date AS m FROM movement_whole) held
--;
INSERT INTO movement SELECT * FROM movement_whole
--;
DROP TABLE movement_whole
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
REVOKE UPDATE, DELETE ON movement, premium FROM tenure_app
--;
SELECT plan_months(t, current_date, (current_date + interval '3 months')::date) FROM unnest(ARRAY['movement', 'premium']) t
--;
-- Erasure empties sealed fields of partitioned tables as well.
DO $$
BEGIN
    EXECUTE replace(pg_get_functiondef('erase_sealed(uuid, uuid)'::regprocedure),
                    'c.relkind = ''r''', 'c.relkind IN (''r'', ''p'')');
END $$
--;
-- Products: contents, artefacts and signatures are kept for ever; a signature can only be voided (products).
REVOKE UPDATE, DELETE ON product_content, product_artefact FROM tenure_app
--;
REVOKE UPDATE, DELETE ON product_signature FROM tenure_app
--;
GRANT UPDATE (voided_at, entry_id, ver) ON product_signature TO tenure_app
--;
REVOKE DELETE ON product, product_version, product_move FROM tenure_app
--;
-- One version of a product is effective on a day; the product is a range of one number, as in ruleset_standing.
ALTER TABLE product_version ADD CONSTRAINT product_version_overlap EXCLUDE USING gist (
    int8range(hashtextextended(product_id::text, 0), hashtextextended(product_id::text, 0), '[]') WITH &&,
    daterange(effective_from, effective_to, '[]') WITH &&)
    WHERE (effective_from IS NOT NULL AND (effective_to IS NULL OR effective_to >= effective_from))
--;
-- Whoever proposed a step or wrote in its version does not sign it, and nobody signs what is not there.
CREATE FUNCTION refuse_own_signature() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    step product_move;
BEGIN
    SELECT * INTO step FROM product_move m WHERE m.id = NEW.move_id FOR SHARE;
    IF step.state IS DISTINCT FROM 'open' OR step.binding <> NEW.binding OR step.product_id <> NEW.product_id THEN
        RAISE EXCEPTION 'the signature is for another content' USING ERRCODE = '23514', CONSTRAINT = 'signature_binding';
    END IF;
    IF step.proposed_by = NEW.signed_by OR EXISTS (
        SELECT FROM product_version v WHERE v.id = step.version_id AND step.of_version AND v.authors ? NEW.signed_by::text)
    THEN
        RAISE EXCEPTION 'nobody signs their own step' USING ERRCODE = '23514', CONSTRAINT = 'signature_four_eyes';
    END IF;
    RETURN NULL;
END $$
--;
CREATE TRIGGER refuse_own_signature AFTER INSERT ON product_signature FOR EACH ROW EXECUTE FUNCTION refuse_own_signature()
--;
CREATE FUNCTION signed_step(product uuid, version uuid, origin_ text, entry uuid) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM product_move m JOIN product_signature s ON s.move_id = m.id
         WHERE m.product_id = product AND (version IS NULL OR m.version_id = version AND m.of_version)
           AND (version IS NOT NULL OR m.of_product AND m.origin = origin_)
           AND m.target = 'on_sale' AND (m.state = 'open' OR m.state = 'done' AND m.entry_id = entry)
           AND s.vote = 'agree' AND s.voided_at IS NULL AND s.binding = m.binding)
$$
--;
-- A product comes on sale by a signed step alone, and begins as a concept.
CREATE FUNCTION refuse_unsigned_product() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.state <> 'concept'
       OR TG_OP = 'UPDATE' AND NEW.state = 'on_sale' AND OLD.state <> 'on_sale' AND NOT signed_step(NEW.id, NULL, OLD.state, NEW.entry_id)
    THEN
        RAISE EXCEPTION 'a product comes on sale by a signed step' USING ERRCODE = '23514', CONSTRAINT = 'product_signed';
    END IF;
    RETURN NULL;
END $$
--;
CREATE TRIGGER refuse_unsigned_product AFTER INSERT OR UPDATE ON product FOR EACH ROW EXECUTE FUNCTION refuse_unsigned_product()
--;
-- A version is approved by a signed step alone; what is signed does not change under the signatures, and what is approved
-- only ends.
CREATE FUNCTION refuse_unsigned_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.stage IN ('approved', 'abandoned')
       OR TG_OP = 'UPDATE' AND NEW.stage = 'approved' AND OLD.stage <> 'approved'
          AND NOT signed_step(NEW.product_id, NEW.id, NULL, NEW.entry_id)
    THEN
        RAISE EXCEPTION 'a version is approved by a signed step' USING ERRCODE = '23514', CONSTRAINT = 'version_signed';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.definition <> NEW.definition OR OLD.sha256 <> NEW.sha256) AND (
        OLD.stage IN ('approved', 'abandoned') OR EXISTS (
            SELECT FROM product_move m JOIN product_signature s ON s.move_id = m.id
             WHERE m.version_id = NEW.id AND m.of_version AND m.state = 'open' AND s.voided_at IS NULL))
       OR TG_OP = 'UPDATE' AND OLD.stage IN ('approved', 'abandoned')
          AND (OLD.stage, OLD.number, OLD.product_id, OLD.effective_from)
              IS DISTINCT FROM (NEW.stage, NEW.number, NEW.product_id, NEW.effective_from)
    THEN
        RAISE EXCEPTION 'what is signed does not change' USING ERRCODE = '23514', CONSTRAINT = 'version_fixed';
    END IF;
    RETURN NULL;
END $$
--;
CREATE TRIGGER refuse_unsigned_version AFTER INSERT OR UPDATE ON product_version
    FOR EACH ROW EXECUTE FUNCTION refuse_unsigned_version()
--;
CREATE FUNCTION refuse_late_artefact() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM product_move m JOIN product_signature s ON s.move_id = m.id
                WHERE m.version_id = NEW.version_id AND m.state = 'open' AND s.voided_at IS NULL) THEN
        RAISE EXCEPTION 'what is signed does not change' USING ERRCODE = '23514', CONSTRAINT = 'artefact_fixed';
    END IF;
    RETURN NULL;
END $$
--;
CREATE TRIGGER refuse_late_artefact AFTER INSERT ON product_artefact FOR EACH ROW EXECUTE FUNCTION refuse_late_artefact()
--;
-- Erasure (rights): earlier versions of an erased person's records lose what they held openly (columns about the person,
-- keyed tags). The digest stays: it is in the log. Only within a fresh `customer.erase`, and only for an owner whose keys
-- are destroyed already; verification takes such a version only where the log holds that erasure.
CREATE FUNCTION may_redact(entry uuid, erased uuid) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audit_entry e WHERE e.id = entry AND e.tenant_id = current_tenant()
                      AND e.txid = pg_current_xact_id() AND e.action = 'customer.erase') THEN
        RAISE EXCEPTION 'versions may only be redacted within a fresh customer.erase entry' USING ERRCODE = 'TN002';
    END IF;
    IF EXISTS (SELECT FROM data_key k
                WHERE k.owner_id = erased AND (k.tenant_id <> current_tenant() OR k.wrapped IS NOT NULL))
       OR NOT EXISTS (SELECT FROM data_key k WHERE k.owner_id = erased) THEN
        RAISE EXCEPTION 'the keys of % are not destroyed', erased USING ERRCODE = 'TN003';
    END IF;
END $$
--;
-- The versions before the one that the entry made, of columns that it left empty.
CREATE FUNCTION redact_versions(entry uuid, emptied text[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done bigint;
BEGIN
    PERFORM may_redact(entry, (SELECT e.subject_id FROM audit_entry e WHERE e.id = entry));
    UPDATE record_version v
       SET "row" = (v."row"::jsonb || (SELECT jsonb_object_agg(c, NULL) FROM unnest(emptied) c))::json
      FROM record_version l
     WHERE l.entry_id = entry AND l.tenant_id = current_tenant()
       AND v.tenant_id = l.tenant_id AND v.table_name = l.table_name AND v.record_id = l.record_id AND v.ver < l.ver
       AND NOT EXISTS (SELECT FROM unnest(emptied) c WHERE l."row" ->> c IS NOT NULL)
       AND EXISTS (SELECT FROM unnest(emptied) c WHERE v."row" ->> c IS NOT NULL);
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END $$
--;
-- All versions of records that were deleted before, which no later version can empty.
CREATE FUNCTION redact_deleted(entry uuid, erased uuid, target text, owner text, emptied text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done bigint;
BEGIN
    PERFORM may_redact(entry, erased);
    UPDATE record_version v
       SET "row" = (v."row"::jsonb || (SELECT jsonb_object_agg(c, NULL) FROM unnest(emptied) c))::json
     WHERE v.tenant_id = current_tenant() AND v.table_name = target
       AND v.record_id IN (
           SELECT d.record_id FROM audit_entry e JOIN record_version d ON d.entry_id = e.id
            WHERE e.tenant_id = v.tenant_id AND e.subject_id = erased
              AND d.table_name = target AND d.op = 'delete' AND d."row" ->> owner = erased::text)
       AND EXISTS (SELECT FROM unnest(emptied) c WHERE v."row" ->> c IS NOT NULL);
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END $$
--;
REVOKE ALL ON FUNCTION may_redact(uuid, uuid), redact_versions(uuid, text[]), redact_deleted(uuid, uuid, text, text, text[])
    FROM PUBLIC
--;
GRANT EXECUTE ON FUNCTION redact_versions(uuid, text[]), redact_deleted(uuid, uuid, text, text, text[]) TO tenure_app
--;
-- The sensitive roles of the files' access policy (access); `tenure db upgrade` writes them here, as it does the pairs.
CREATE FUNCTION default_sensitive_roles() RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT '[]'::jsonb $$
--;
-- A sensitive role is given by two people, whoever writes the row: its appointment was proposed by one in an earlier
-- transaction and approved by another in this one, for no longer than approved. What the operator appoints from the
-- console has an action of its own in the log.
CREATE FUNCTION refuse_lone_appointment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sensitive jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.role = OLD.role AND NEW.holder_id = OLD.holder_id AND NEW.valid_from >= OLD.valid_from
       AND (OLD.valid_to IS NULL OR NEW.valid_to <= OLD.valid_to) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce((SELECT s.sensitive FROM role_separation s WHERE s.tenant_id = NEW.tenant_id), default_sensitive_roles())
      INTO sensitive;
    IF NOT sensitive ? NEW.role THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM audit_entry e WHERE e.id = NEW.entry_id AND e.tenant_id = NEW.tenant_id
                  AND e.action = 'role.appoint' AND e.actor::json ->> 'type' = 'system') THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM role_appointment a
          JOIN audit_entry approval ON approval.id = a.entry_id AND approval.actor_id = a.decided_by
          JOIN record_version v ON v.table_name = 'role_appointment' AND v.record_id = a.id AND v.ver = 1
          JOIN audit_entry proposal ON proposal.id = v.entry_id AND proposal.actor_id = a.proposed_by
         WHERE a.tenant_id = NEW.tenant_id AND a.grant_id = NEW.id AND a.holder_id = NEW.holder_id AND a.role = NEW.role
           AND a.state = 'granted' AND a.decided_by <> a.proposed_by AND approval.action = 'role.approve'
           AND proposal.txid <> approval.txid
           AND NEW.valid_from >= coalesce(a.valid_from, a.proposed_at)
           AND coalesce(NEW.valid_to, 'infinity') <= coalesce(a.valid_to, 'infinity')) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the role % is given by two people', NEW.role
        USING ERRCODE = '23514', CONSTRAINT = 'role_two_people', TABLE = 'role_grant';
END $$
--;
REVOKE ALL ON FUNCTION refuse_lone_appointment(), default_sensitive_roles() FROM PUBLIC
--;
CREATE CONSTRAINT TRIGGER role_two_people AFTER INSERT OR UPDATE ON role_grant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_lone_appointment()
