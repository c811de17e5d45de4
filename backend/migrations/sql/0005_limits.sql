-- Points may go over to another membership of the same customer (loyalty): between the two lies an account of its own.
ALTER TABLE loyalty_posting DROP CONSTRAINT ck_loyalty_posting_kind
--;
ALTER TABLE loyalty_posting ADD CONSTRAINT ck_loyalty_posting_kind
    CHECK (kind IN ('earn', 'burn', 'expire', 'reverse', 'transfer'))
--;
ALTER TABLE loyalty_line DROP CONSTRAINT ck_loyalty_line_account
--;
ALTER TABLE loyalty_line ADD CONSTRAINT ck_loyalty_line_account
    CHECK (account IN ('member', 'issued', 'burned', 'expired', 'reversed', 'transferred'))
--;
-- Knocks at doors without sign-in: counted by the application for all its processes; nobody's personal data.
GRANT SELECT, INSERT, UPDATE, DELETE ON door_knock TO tenure_app
--;
-- Reviews of products: a review may be asked for by what customers answer.
ALTER TABLE product_review_trigger
    DROP CONSTRAINT ck_product_review_trigger_kind,
    ADD CONSTRAINT ck_product_review_trigger_kind CHECK (kind IN ('scheduled', 'complaint_spike', 'loss_ratio_drift',
        'persistency_drift', 'population_drift', 'out_of_market', 'value_outlier', 'low_satisfaction',
        'significant_change', 'request'))
--;
-- Models: whom a playbook changes (uplift) is a kind of its own.
ALTER TABLE scoring_model
    DROP CONSTRAINT ck_scoring_model_kind,
    ADD CONSTRAINT ck_scoring_model_kind CHECK (kind IN ('churn', 'value', 'activity', 'rfm', 'propensity', 'uplift'))
