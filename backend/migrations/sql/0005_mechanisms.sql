-- Sums of whole units over millions of accounts (engagement): eight bytes a sum, where those of PostgreSQL for bigint take
-- ten times that and answer in numeric. Beyond the range of bigint it refuses, as the addition itself does.
CREATE AGGREGATE sum_units(bigint) (
    SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, INITCOND = '0', PARALLEL = SAFE
)
--;
GRANT EXECUTE ON FUNCTION sum_units(bigint) TO tenure_app
