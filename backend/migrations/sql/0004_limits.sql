-- The ledger of points (loyalty): postings and lines are only ever added; a posting's lines sum to zero when the transaction
-- ends; what is left of lots and what stands on accounts is written here and nowhere else, so no code path can make points
-- appear, vanish or be owed.
REVOKE UPDATE, DELETE ON loyalty_posting, loyalty_line FROM tenure_app
--;
REVOKE INSERT, UPDATE, DELETE ON loyalty_lot, loyalty_balance FROM tenure_app
--;
CREATE FUNCTION book_points() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO loyalty_balance (id, tenant_id, member_id, account, points)
        VALUES (NEW.id, NEW.tenant_id, NEW.member_id, NEW.account, 0)
        ON CONFLICT (member_id, account) DO NOTHING;
    UPDATE loyalty_balance SET points = points + NEW.points WHERE member_id = NEW.member_id AND account = NEW.account;
    IF NEW.lot_id = NEW.posting_id THEN
        INSERT INTO loyalty_lot (id, tenant_id, member_id, points, left_points, earned_on, expires_on)
            SELECT p.id, p.tenant_id, p.member_id, NEW.points, NEW.points, p.booked_on, p.expires_on
            FROM loyalty_posting p WHERE p.id = NEW.posting_id;
    ELSIF NEW.lot_id IS NOT NULL THEN
        UPDATE loyalty_lot SET left_points = left_points + NEW.points WHERE id = NEW.lot_id AND member_id = NEW.member_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the member has no lot %', NEW.lot_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'loyalty_line_lot', TABLE = 'loyalty_line';
        END IF;
    END IF;
    RETURN NULL;
END $$
--;
REVOKE ALL ON FUNCTION book_points() FROM PUBLIC
--;
CREATE TRIGGER book_points AFTER INSERT ON loyalty_line FOR EACH ROW EXECUTE FUNCTION book_points()
--;
CREATE FUNCTION prove_posting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    posted uuid := CASE WHEN TG_TABLE_NAME = 'loyalty_line' THEN (to_jsonb(NEW)->>'posting_id')::uuid ELSE NEW.id END;
    total bigint;
    moved bigint;
    strangers bigint;
    posting loyalty_posting;
BEGIN
    SELECT * INTO posting FROM loyalty_posting WHERE id = posted;
    SELECT coalesce(sum(points), 0), coalesce(abs(sum(points) FILTER (WHERE account = 'member')), 0),
           count(*) FILTER (WHERE member_id <> posting.member_id OR tenant_id <> posting.tenant_id)
        INTO total, moved, strangers FROM loyalty_line WHERE posting_id = posted;
    IF total <> 0 OR moved <> posting.points OR strangers > 0 THEN
        RAISE EXCEPTION 'posting % does not balance: % over all lines, % of % moved', posted, total, moved, posting.points
            USING ERRCODE = 'check_violation', CONSTRAINT = 'loyalty_posting_balance', TABLE = 'loyalty_posting';
    END IF;
    RETURN NULL;
END $$
--;
REVOKE ALL ON FUNCTION prove_posting() FROM PUBLIC
--;
CREATE CONSTRAINT TRIGGER prove_posting AFTER INSERT ON loyalty_posting DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION prove_posting()
--;
CREATE CONSTRAINT TRIGGER prove_line AFTER INSERT ON loyalty_line DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION prove_posting()
--;
-- Texts that are sent to customers (servicing): what a second person has decided about is never written over.
CREATE FUNCTION keep_decided_text() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'drafted' AND (NEW.code, NEW.version, NEW.purpose, NEW.channels, NEW.subject_en, NEW.subject_zh,
        NEW.body_en, NEW.body_zh, NEW.fields, NEW.drafted_by, NEW.decided_by) IS DISTINCT FROM (OLD.code, OLD.version,
        OLD.purpose, OLD.channels, OLD.subject_en, OLD.subject_zh, OLD.body_en, OLD.body_zh, OLD.fields,
        OLD.drafted_by, OLD.decided_by) THEN
        RAISE EXCEPTION 'version % of % is decided; write another', OLD.version, OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'message_template_decided', TABLE = 'message_template';
    END IF;
    RETURN NEW;
END $$
--;
REVOKE ALL ON FUNCTION keep_decided_text() FROM PUBLIC
--;
CREATE TRIGGER keep_decided_text BEFORE UPDATE ON message_template FOR EACH ROW EXECUTE FUNCTION keep_decided_text()
