-- Points that went over stay booked: what is there is not asked again.
ALTER TABLE loyalty_posting DROP CONSTRAINT ck_loyalty_posting_kind
--;
ALTER TABLE loyalty_posting ADD CONSTRAINT ck_loyalty_posting_kind
    CHECK (kind IN ('earn', 'burn', 'expire', 'reverse')) NOT VALID
--;
ALTER TABLE loyalty_line DROP CONSTRAINT ck_loyalty_line_account
--;
ALTER TABLE loyalty_line ADD CONSTRAINT ck_loyalty_line_account
    CHECK (account IN ('member', 'issued', 'burned', 'expired', 'reversed')) NOT VALID
--;
-- Reviews of products: what was asked for by answers of customers stays as it was noted.
ALTER TABLE product_review_trigger
    DROP CONSTRAINT ck_product_review_trigger_kind,
    ADD CONSTRAINT ck_product_review_trigger_kind CHECK (kind IN ('scheduled', 'complaint_spike', 'loss_ratio_drift',
        'persistency_drift', 'population_drift', 'out_of_market', 'value_outlier', 'significant_change', 'request'))
        NOT VALID
--;
-- Models of uplift stay in the inventory; no new one is entered.
ALTER TABLE scoring_model
    DROP CONSTRAINT ck_scoring_model_kind,
    ADD CONSTRAINT ck_scoring_model_kind CHECK (kind IN ('churn', 'value', 'activity', 'rfm', 'propensity')) NOT VALID
