-- Sums of whole units (engagement).
DROP AGGREGATE sum_units(bigint)
