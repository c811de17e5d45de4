-- Months (holdings).
DROP FUNCTION plan_months(text, date, date)
--;
DROP SCHEMA months
--;
DO $$
BEGIN
    EXECUTE replace(pg_get_functiondef('erase_sealed(uuid, uuid)'::regprocedure),
                    'c.relkind IN (''r'', ''p'')', 'c.relkind = ''r''');
END $$
--;
-- Redaction of versions (rights).
DROP FUNCTION redact_deleted(uuid, uuid, text, text, text[]), redact_versions(uuid, text[]), may_redact(uuid, uuid)
