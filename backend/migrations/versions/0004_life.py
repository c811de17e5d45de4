"""life

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.migrations.mechanisms import arm, disarm, run_sql

revision = "0004"
down_revision = "0003"

AUDITED = [
    "knowledge_article",
    "message_template",
    "playbook_pause",
    "scoring_model",
    "segment_clustering",
    "stage_run",
    "target_goal",
    "target_report",
    "target_snapshot",
    "assistant_conversation",
    "contact_address",
    "contact_bar",
    "interaction",
    "knowledge_version",
    "life_event",
    "loyalty_member",
    "playbook_enrolment",
    "prospect",
    "scoring_model_version",
    "segment_run",
    "survey",
    "task",
    "assistant_turn",
    "loyalty_care",
    "loyalty_posting",
    "playbook_step",
    "prospect_step",
    "scoring_model_finding",
    "scoring_run",
    "survey_follow_up",
    "task_point",
    "task_step",
    "task_watcher",
    "early_warning",
    "loyalty_care_step",
    "loyalty_line",
    "offer_answer",
    "scoring_model_watch",
    "stage_transition",
    "early_warning_step",
]
TENANTED = [
    "knowledge_article",
    "message_template",
    "playbook_pause",
    "scoring_model",
    "scoring_progress",
    "segment_clustering",
    "stage_run",
    "target_goal",
    "target_report",
    "target_snapshot",
    "assistant_conversation",
    "contact_address",
    "contact_bar",
    "interaction",
    "knowledge_version",
    "life_event",
    "loyalty_member",
    "playbook_enrolment",
    "prospect",
    "scoring_model_version",
    "segment_member",
    "segment_run",
    "survey",
    "target_figure",
    "task",
    "assistant_turn",
    "loyalty_balance",
    "loyalty_care",
    "loyalty_lot",
    "loyalty_posting",
    "playbook_step",
    "prospect_step",
    "scoring_model_finding",
    "scoring_run",
    "segment_move",
    "survey_follow_up",
    "task_notice",
    "task_point",
    "task_step",
    "task_watcher",
    "early_warning",
    "loyalty_care_step",
    "loyalty_line",
    "offer_answer",
    "score",
    "scoring_model_watch",
    "stage_transition",
    "early_warning_step",
]
GROWN: list[str] = []


def upgrade() -> None:
    op.create_table(
        "knowledge_article",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("audience IN ('customer', 'staff')", name=op.f("ck_knowledge_article_audience")),
        sa.CheckConstraint("code ~ '^[a-z0-9-]{2,60}$'", name=op.f("ck_knowledge_article_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_article")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_knowledge_article_tenant_id_code")),
    )
    op.create_table(
        "message_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subject_en", sa.String(), nullable=False),
        sa.Column("subject_zh", sa.String(), nullable=False),
        sa.Column("body_en", sa.String(), nullable=False),
        sa.Column("body_zh", sa.String(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'retired') OR decided_by IS NOT NULL", name=op.f("ck_message_template_approved")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> drafted_by", name=op.f("ck_message_template_four_eyes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint("tenant_id", "code", "version", name=op.f("uq_message_template_tenant_id_code_version")),
    )
    op.create_index(
        "uq_message_template_in_use",
        "message_template",
        ["tenant_id", "code"],
        unique=True,
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_table(
        "playbook_pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_by", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_pause")),
    )
    op.create_index(
        "uq_playbook_pause_open",
        "playbook_pause",
        ["tenant_id", "playbook"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "scoring_model",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=True),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('churn', 'value', 'activity', 'rfm', 'propensity')", name=op.f("ck_scoring_model_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_model")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_scoring_model_tenant_id_code")),
    )
    op.create_index(op.f("ix_scoring_model_owner_id"), "scoring_model", ["owner_id"], unique=False)
    op.create_table(
        "scoring_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_progress")),
    )
    op.create_table(
        "segment_clustering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("sizes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quality", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fitted_by", sa.Uuid(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('in_use', 'rejected', 'retired') OR decided_by IS NOT NULL",
            name=op.f("ck_segment_clustering_decided"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> fitted_by", name=op.f("ck_segment_clustering_four_eyes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_clustering")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_segment_clustering_tenant_id_number")),
    )
    op.create_index(
        "uq_segment_clustering_in_use",
        "segment_clustering",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_use'"),
    )
    op.create_table(
        "stage_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_run")),
    )
    op.create_index("ix_stage_run_time", "stage_run", ["tenant_id", "started_at"], unique=False)
    op.create_index(
        "uq_stage_run_running", "stage_run", ["tenant_id"], unique=True, postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "target_goal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_target_goal_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_goal")),
    )
    op.create_index(
        "uq_target_goal_standing",
        "target_goal",
        ["tenant_id", "measure", "dimension", "key"],
        unique=True,
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "target_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_report")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_target_report_tenant_id_reference")),
    )
    op.create_table(
        "target_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("computed_by", sa.Uuid(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_snapshot")),
        sa.UniqueConstraint("tenant_id", "month", name=op.f("uq_target_snapshot_tenant_id_month")),
    )
    op.create_table(
        "assistant_conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("expected_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("reply", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("replied_by", sa.Uuid(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (reason IS NULL)", name=op.f("ck_assistant_conversation_reasoned")),
        sa.CheckConstraint(
            "(state = 'replied') = (replied_at IS NOT NULL)", name=op.f("ck_assistant_conversation_replied")
        ),
        sa.CheckConstraint("party_id IS NULL OR owner_id = party_id", name=op.f("ck_assistant_conversation_owner")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_assistant_conversation_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant_conversation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_assistant_conversation_token_sha256")),
    )
    op.create_index(op.f("ix_assistant_conversation_owner_id"), "assistant_conversation", ["owner_id"], unique=False)
    op.create_index(op.f("ix_assistant_conversation_party_id"), "assistant_conversation", ["party_id"], unique=False)
    op.create_index(
        "ix_assistant_conversation_state", "assistant_conversation", ["tenant_id", "state", "last_at"], unique=False
    )
    op.create_table(
        "contact_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_contact_address_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_address")),
        sa.UniqueConstraint("address_id", "channel", name=op.f("uq_contact_address_address_id_channel")),
    )
    op.create_index(op.f("ix_contact_address_party_id"), "contact_address", ["party_id"], unique=False)
    op.create_table(
        "contact_bar",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_contact_bar_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_bar")),
    )
    op.create_index("ix_contact_bar_party", "contact_bar", ["party_id", "until"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("wanted_channel", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("subject", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("body", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("record_type", sa.String(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address_id", sa.Uuid(), nullable=True),
        sa.Column("adapter", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'claimed') <= (claim_id IS NOT NULL AND claimed_at IS NOT NULL)",
            name=op.f("ck_interaction_claimed"),
        ),
        sa.CheckConstraint(
            "direction <> 'inbound' OR state = 'recorded'", name=op.f("ck_interaction_inbound_is_recorded")
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'delivered', 'opened', 'bounced') OR sent_at IS NOT NULL",
            name=op.f("ck_interaction_was_sent"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_interaction_party_id_party")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["message_template.id"], name=op.f("fk_interaction_template_id_message_template")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_interaction_tenant_id_reference")),
    )
    op.create_index(
        "ix_interaction_due",
        "interaction",
        ["tenant_id", "not_before"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'deferred', 'claimed')"),
    )
    op.create_index("ix_interaction_party", "interaction", ["party_id", "happened_at"], unique=False)
    op.create_index("ix_interaction_state", "interaction", ["tenant_id", "state", "recorded_at"], unique=False)
    op.create_table(
        "knowledge_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("title_zh", sa.String(), nullable=False),
        sa.Column("body_en", sa.String(), nullable=False),
        sa.Column("body_zh", sa.String(), nullable=False),
        sa.Column("questions_en", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("questions_zh", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR state <> 'approved' OR decided_by <> written_by",
            name=op.f("ck_knowledge_version_four_eyes"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'replaced') OR valid_from IS NOT NULL", name=op.f("ck_knowledge_version_valid")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["knowledge_article.id"], name=op.f("fk_knowledge_version_article_id_knowledge_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_version")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_knowledge_version_article_id_number")),
    )
    op.create_index(op.f("ix_knowledge_version_article_id"), "knowledge_version", ["article_id"], unique=False)
    op.create_index(
        "uq_knowledge_version_approved",
        "knowledge_version",
        ["article_id"],
        unique=True,
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(
        "uq_knowledge_version_open",
        "knowledge_version",
        ["article_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'proposed')"),
    )
    op.create_table(
        "life_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("happens_on", sa.Date(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_life_event_withdrawn")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_life_event_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_event")),
    )
    op.create_index("ix_life_event_party", "life_event", ["party_id", "happens_on"], unique=False)
    op.create_table(
        "loyalty_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.Uuid(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("tier_since", sa.Date(), nullable=False),
        sa.Column("tier_reason", sa.String(), nullable=False),
        sa.Column("tier_points", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_reason", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'left') = (left_at IS NOT NULL)", name=op.f("ck_loyalty_member_left")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_loyalty_member_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_member")),
        sa.UniqueConstraint("tenant_id", "party_id", name=op.f("uq_loyalty_member_tenant_id_party_id")),
    )
    op.create_index(op.f("ix_loyalty_member_party_id"), "loyalty_member", ["party_id"], unique=False)
    op.create_index("ix_loyalty_member_tier", "loyalty_member", ["tenant_id", "state", "tier"], unique=False)
    op.create_table(
        "playbook_enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("observe_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("goal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'running') = (ended_at IS NULL)", name=op.f("ck_playbook_enrolment_ended")),
        sa.CheckConstraint(
            "(status = 'stopped') = (end_reason IS NOT NULL)", name=op.f("ck_playbook_enrolment_reasoned")
        ),
        sa.CheckConstraint("arm = 'treated' OR step IS NULL", name=op.f("ck_playbook_enrolment_left_alone")),
        sa.CheckConstraint("arm IN ('treated', 'control')", name=op.f("ck_playbook_enrolment_arm")),
        sa.CheckConstraint("status IN ('running', 'finished', 'stopped')", name=op.f("ck_playbook_enrolment_status")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_playbook_enrolment_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_enrolment")),
        sa.UniqueConstraint(
            "tenant_id",
            "playbook",
            "party_id",
            "source",
            name=op.f("uq_playbook_enrolment_tenant_id_playbook_party_id_source"),
        ),
    )
    op.create_index(
        "ix_playbook_enrolment_due",
        "playbook_enrolment",
        ["tenant_id", "wake_at"],
        unique=False,
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index("ix_playbook_enrolment_party", "playbook_enrolment", ["party_id"], unique=False)
    op.create_index(
        "ix_playbook_enrolment_playbook",
        "playbook_enrolment",
        ["tenant_id", "playbook", "entered_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_playbook_enrolment_watched",
        "playbook_enrolment",
        ["tenant_id", "observe_until"],
        unique=False,
        postgresql_where=sa.text("goal_at IS NULL"),
    )
    op.create_index(
        "uq_playbook_enrolment_running",
        "playbook_enrolment",
        ["playbook", "party_id"],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_table(
        "prospect",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=True),
        sa.Column("referred_by_id", sa.Uuid(), nullable=True),
        sa.Column("interest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("last_step_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("lost_reason", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(source = 'campaign') = (campaign IS NOT NULL)", name=op.f("ck_prospect_campaign")),
        sa.CheckConstraint("(source = 'referral') = (referred_by_id IS NOT NULL)", name=op.f("ck_prospect_referral")),
        sa.CheckConstraint("(state = 'converted') = (case_id IS NOT NULL)", name=op.f("ck_prospect_converted")),
        sa.CheckConstraint("(state = 'lost') = (lost_reason IS NOT NULL)", name=op.f("ck_prospect_lost")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_prospect_party_id_party")),
        sa.ForeignKeyConstraint(["referred_by_id"], ["party.id"], name=op.f("fk_prospect_referred_by_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospect")),
    )
    op.create_index("ix_prospect_party", "prospect", ["party_id"], unique=False)
    op.create_index(op.f("ix_prospect_referred_by_id"), "prospect", ["referred_by_id"], unique=False)
    op.create_index("ix_prospect_state", "prospect", ["tenant_id", "state", "next_step_on"], unique=False)
    op.create_index(
        "uq_prospect_open",
        "prospect",
        ["party_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('new', 'followed_up')"),
    )
    op.create_table(
        "scoring_model_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("horizon_months", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("trained_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("data_digest", sa.String(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=True),
        sa.Column("features", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=True),
        sa.Column("metrics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("curves", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_by", sa.Uuid(), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limits", sa.Text(), nullable=True),
        sa.Column("promoted_by", sa.Uuid(), nullable=True),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'champion' OR (promoted_by IS NOT NULL AND confirmed_by IS NOT NULL)",
            name=op.f("ck_scoring_model_version_promoted"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (parameters IS NOT NULL AND data_digest IS NOT NULL AND trained_at IS NOT NULL)",
            name=op.f("ck_scoring_model_version_trained"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'trained', 'in_validation', 'validated', 'rejected', 'challenger', 'champion', "
            "'retired')",
            name=op.f("ck_scoring_model_version_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('validated', 'challenger', 'champion') OR limits IS NOT NULL",
            name=op.f("ck_scoring_model_version_limits"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('validated', 'rejected', 'challenger', 'champion') OR validated_by IS NOT NULL",
            name=op.f("ck_scoring_model_version_validated"),
        ),
        sa.CheckConstraint("confirmed_by <> promoted_by", name=op.f("ck_scoring_model_version_four_eyes")),
        sa.CheckConstraint(
            "validated_by <> trained_by AND validated_by <> author_id", name=op.f("ck_scoring_model_version_validator")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["scoring_model.id"], name=op.f("fk_scoring_model_version_model_id_scoring_model")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_model_version")),
        sa.UniqueConstraint("model_id", "number", name=op.f("uq_scoring_model_version_model_id_number")),
    )
    op.create_index(
        "uq_scoring_model_challenger",
        "scoring_model_version",
        ["model_id"],
        unique=True,
        postgresql_where=sa.text("state = 'challenger'"),
    )
    op.create_index(
        "uq_scoring_model_champion",
        "scoring_model_version",
        ["model_id"],
        unique=True,
        postgresql_where=sa.text("state = 'champion'"),
    )
    op.create_table(
        "segment_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_segment_member_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_member")),
        sa.UniqueConstraint("scheme", "party_id", name=op.f("uq_segment_member_scheme_party_id")),
    )
    op.create_index(
        "ix_segment_member_segment", "segment_member", ["tenant_id", "scheme", "segment", "party_id"], unique=False
    )
    op.create_table(
        "segment_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("clustering_id", sa.Uuid(), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("sizes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("flows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("run_by", sa.Uuid(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clustering_id"], ["segment_clustering.id"], name=op.f("fk_segment_run_clustering_id_segment_clustering")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_run")),
    )
    op.create_index("ix_segment_run_scheme", "segment_run", ["tenant_id", "scheme", "as_of"], unique=False)
    op.create_table(
        "survey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("themes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (score IS NULL)", name=op.f("ck_survey_scored")),
        sa.CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name=op.f("ck_survey_answered")),
        sa.CheckConstraint("expires_at > sent_at", name=op.f("ck_survey_expires")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_survey_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("tenant_id", "code", "about_id", name=op.f("uq_survey_tenant_id_code_about_id")),
    )
    op.create_index("ix_survey_answered", "survey", ["tenant_id", "answered_at"], unique=False)
    op.create_index("ix_survey_party", "survey", ["party_id", "sent_at"], unique=False)
    op.create_index("ix_survey_sent", "survey", ["tenant_id", "sent_at"], unique=False)
    op.create_table(
        "target_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("low", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("high", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("absent", sa.String(), nullable=True),
        sa.Column("goal", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.CheckConstraint("(value IS NULL) = (absent IS NOT NULL)", name=op.f("ck_target_figure_measured")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["target_snapshot.id"], name=op.f("fk_target_figure_snapshot_id_target_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_figure")),
        sa.UniqueConstraint(
            "snapshot_id",
            "measure",
            "dimension",
            "key",
            name=op.f("uq_target_figure_snapshot_id_measure_dimension_key"),
        ),
    )
    op.create_index(
        "ix_target_figure_trend", "target_figure", ["tenant_id", "measure", "dimension", "key", "month"], unique=False
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False, comment="sealed by key_id"),
        sa.Column("details", sa.LargeBinary(), nullable=True, comment="sealed by key_id"),
        sa.Column("subject_type", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("offered_to", sa.Uuid(), nullable=True),
        sa.Column("offered_department", sa.String(), nullable=True),
        sa.Column("offered_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state IN ('done', 'cancelled')) = (closed_at IS NOT NULL)", name=op.f("ck_task_closed")),
        sa.CheckConstraint(
            "state NOT IN ('in_progress', 'waiting') OR assignee_id IS NOT NULL", name=op.f("ck_task_held")
        ),
        sa.CheckConstraint("(subject_type IS NULL) = (subject_id IS NULL)", name=op.f("ck_task_subject")),
        sa.CheckConstraint(
            "num_nonnulls(offered_to, offered_department) = 0 OR offered_by IS NOT NULL", name=op.f("ck_task_offered")
        ),
        sa.CheckConstraint("party_id IS NULL OR key_id = party_id", name=op.f("ck_task_key")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_task_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_assignee", "task", ["tenant_id", "assignee_id", "state", "due_at"], unique=False)
    op.create_index("ix_task_department", "task", ["tenant_id", "department", "state", "due_at"], unique=False)
    op.create_index(
        "ix_task_escalate", "task", ["escalate_at"], unique=False, postgresql_where=sa.text("escalate_at IS NOT NULL")
    )
    op.create_index(op.f("ix_task_key_id"), "task", ["key_id"], unique=False)
    op.create_index("ix_task_party", "task", ["party_id"], unique=False)
    op.create_index("ix_task_subject", "task", ["subject_id"], unique=False)
    op.create_table(
        "assistant_turn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False, comment="sealed by owner_id"),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("citations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("wording", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'answered' OR jsonb_array_length(citations) > 0", name=op.f("ck_assistant_turn_cited")
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1000", name=op.f("ck_assistant_turn_confidence")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["assistant_conversation.id"],
            name=op.f("fk_assistant_turn_conversation_id_assistant_conversation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant_turn")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_assistant_turn_conversation_id_number")),
    )
    op.create_index("ix_assistant_turn_at", "assistant_turn", ["tenant_id", "at", "outcome"], unique=False)
    op.create_index(op.f("ix_assistant_turn_conversation_id"), "assistant_turn", ["conversation_id"], unique=False)
    op.create_table(
        "loyalty_balance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("account <> 'member' OR points >= 0", name=op.f("ck_loyalty_balance_owed")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["loyalty_member.id"], name=op.f("fk_loyalty_balance_member_id_loyalty_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_balance")),
        sa.UniqueConstraint("member_id", "account", name=op.f("uq_loyalty_balance_member_id_account")),
    )
    op.create_table(
        "loyalty_care",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= since", name=op.f("ck_loyalty_care_ended")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["loyalty_member.id"], name=op.f("fk_loyalty_care_member_id_loyalty_member")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_loyalty_care_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_care")),
    )
    op.create_index(op.f("ix_loyalty_care_member_id"), "loyalty_care", ["member_id"], unique=False)
    op.create_index(op.f("ix_loyalty_care_party_id"), "loyalty_care", ["party_id"], unique=False)
    op.create_index(
        "uq_loyalty_care_open", "loyalty_care", ["member_id"], unique=True, postgresql_where=sa.text("ended_on IS NULL")
    )
    op.create_table(
        "loyalty_lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("left_points", sa.BigInteger(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "points > 0 AND left_points >= 0 AND left_points <= points", name=op.f("ck_loyalty_lot_left")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["loyalty_member.id"], name=op.f("fk_loyalty_lot_member_id_loyalty_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_lot")),
    )
    op.create_index(
        "ix_loyalty_lot_expiry",
        "loyalty_lot",
        ["tenant_id", "expires_on"],
        unique=False,
        postgresql_where=sa.text("left_points > 0"),
    )
    op.create_index(
        "ix_loyalty_lot_open",
        "loyalty_lot",
        ["member_id", "expires_on"],
        unique=False,
        postgresql_where=sa.text("left_points > 0"),
    )
    op.create_table(
        "loyalty_posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("uncovered", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'earn') <= (expires_on IS NOT NULL)", name=op.f("ck_loyalty_posting_expiry")),
        sa.CheckConstraint("(kind = 'reverse') = (reverses_id IS NOT NULL)", name=op.f("ck_loyalty_posting_reversal")),
        sa.CheckConstraint("kind IN ('earn', 'burn', 'expire', 'reverse')", name=op.f("ck_loyalty_posting_kind")),
        sa.CheckConstraint("reference ~ '^[A-Za-z0-9._:/-]{1,80}$'", name=op.f("ck_loyalty_posting_reference")),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_loyalty_posting_money")),
        sa.CheckConstraint(
            "points >= 0 AND uncovered >= 0 AND points + uncovered > 0", name=op.f("ck_loyalty_posting_points")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["loyalty_member.id"], name=op.f("fk_loyalty_posting_member_id_loyalty_member")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["loyalty_posting.id"], name=op.f("fk_loyalty_posting_reverses_id_loyalty_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_posting")),
        sa.UniqueConstraint("member_id", "reference", name=op.f("uq_loyalty_posting_member_id_reference")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_loyalty_posting_reverses_id")),
    )
    op.create_index("ix_loyalty_posting_day", "loyalty_posting", ["tenant_id", "booked_on", "kind"], unique=False)
    op.create_index("ix_loyalty_posting_member", "loyalty_posting", ["member_id", "booked_on", "id"], unique=False)
    op.create_table(
        "playbook_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=True),
        sa.Column("interaction_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name=op.f("ck_playbook_step_ended")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["playbook_enrolment.id"], name=op.f("fk_playbook_step_enrolment_id_playbook_enrolment")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_playbook_step_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_step")),
        sa.UniqueConstraint("enrolment_id", "step", name=op.f("uq_playbook_step_enrolment_id_step")),
    )
    op.create_index("ix_playbook_step_party", "playbook_step", ["party_id", "begun_at"], unique=False)
    op.create_table(
        "prospect_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_prospect_step_party_id_party")),
        sa.ForeignKeyConstraint(["prospect_id"], ["prospect.id"], name=op.f("fk_prospect_step_prospect_id_prospect")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospect_step")),
    )
    op.create_index("ix_prospect_step_prospect", "prospect_step", ["prospect_id", "at"], unique=False)
    op.create_table(
        "scoring_model_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("severity IN ('low', 'medium', 'high')", name=op.f("ck_scoring_model_finding_severity")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scoring_model_version.id"],
            name=op.f("fk_scoring_model_finding_version_id_scoring_model_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_model_finding")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_scoring_model_finding_version_id_number")),
    )
    op.create_table(
        "scoring_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("spread", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scored_by", sa.Uuid(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pruned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["scoring_model_version.id"], name=op.f("fk_scoring_run_version_id_scoring_model_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_run")),
    )
    op.create_index("ix_scoring_run_purpose", "scoring_run", ["tenant_id", "purpose", "in_use"], unique=False)
    op.create_index("ix_scoring_run_version", "scoring_run", ["version_id", "as_of", "id"], unique=False)
    op.create_table(
        "segment_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("from_segment", sa.String(), nullable=False),
        sa.Column("to_segment", sa.String(), nullable=False),
        sa.Column("because", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_segment_move_party_id_party")),
        sa.ForeignKeyConstraint(["run_id"], ["segment_run.id"], name=op.f("fk_segment_move_run_id_segment_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_move")),
    )
    op.create_index("ix_segment_move_party", "segment_move", ["party_id", "moved_on"], unique=False)
    op.create_index("ix_segment_move_run", "segment_move", ["run_id", "from_segment", "to_segment"], unique=False)
    op.create_table(
        "survey_follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("contentment", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (contentment IS NOT NULL AND done IS NOT NULL)",
            name=op.f("ck_survey_follow_up_closed"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_survey_follow_up_party_id_party")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_follow_up_survey_id_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_follow_up")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_survey_follow_up_survey_id")),
    )
    op.create_index("ix_survey_follow_up_party", "survey_follow_up", ["party_id"], unique=False)
    op.create_index("ix_survey_follow_up_state", "survey_follow_up", ["tenant_id", "state", "due_at"], unique=False)
    op.create_table(
        "task_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_notice_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_notice")),
    )
    op.create_index("ix_task_notice_user", "task_notice", ["user_id", "read_at", "at"], unique=False)
    op.create_table(
        "task_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment="sealed by key_id"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_point_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_point")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_task_point_task_id_position")),
    )
    op.create_table(
        "task_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True, comment="sealed by key_id"),
        sa.Column("to", sa.String(), nullable=True),
        sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_step_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_step")),
    )
    op.create_index("ix_task_step_task", "task_step", ["task_id", "at"], unique=False)
    op.create_table(
        "task_watcher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_watcher_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_watcher")),
        sa.UniqueConstraint("task_id", "user_id", name=op.f("uq_task_watcher_task_id_user_id")),
    )
    op.create_index("ix_task_watcher_user", "task_watcher", ["user_id", "active"], unique=False)
    op.create_table(
        "early_warning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("signals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("act", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL AND closed_at IS NOT NULL)", name=op.f("ck_early_warning_closed")
        ),
        sa.CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name=op.f("ck_early_warning_snoozed")),
        sa.CheckConstraint("state <> 'acted' OR act IS NOT NULL", name=op.f("ck_early_warning_acted")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_early_warning_customer_id_customer")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_early_warning_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warning")),
    )
    op.create_index("ix_early_warning_party", "early_warning", ["party_id", "raised_at"], unique=False)
    op.create_index("ix_early_warning_state", "early_warning", ["tenant_id", "state", "raised_at"], unique=False)
    op.create_index(
        "uq_early_warning_open",
        "early_warning",
        ["party_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "loyalty_care_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("care_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.CheckConstraint("done = false OR closed_at IS NOT NULL", name=op.f("ck_loyalty_care_step_done")),
        sa.ForeignKeyConstraint(
            ["care_id"], ["loyalty_care.id"], name=op.f("fk_loyalty_care_step_care_id_loyalty_care")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_loyalty_care_step_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_care_step")),
    )
    op.create_index(op.f("ix_loyalty_care_step_care_id"), "loyalty_care_step", ["care_id"], unique=False)
    op.create_index(
        "ix_loyalty_care_step_due",
        "loyalty_care_step",
        ["tenant_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_loyalty_care_step_party_id"), "loyalty_care_step", ["party_id"], unique=False)
    op.create_index(
        "uq_loyalty_care_step_open",
        "loyalty_care_step",
        ["care_id", "code"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "loyalty_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(account = 'member') = (lot_id IS NOT NULL)", name=op.f("ck_loyalty_line_lot")),
        sa.CheckConstraint(
            "account IN ('member', 'issued', 'burned', 'expired', 'reversed')", name=op.f("ck_loyalty_line_account")
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_loyalty_line_points")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["loyalty_posting.id"], name=op.f("fk_loyalty_line_lot_id_loyalty_posting")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["loyalty_member.id"], name=op.f("fk_loyalty_line_member_id_loyalty_member")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["loyalty_posting.id"], name=op.f("fk_loyalty_line_posting_id_loyalty_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_line")),
    )
    op.create_index("ix_loyalty_line_lot_id", "loyalty_line", ["lot_id"], unique=False)
    op.create_index(op.f("ix_loyalty_line_member_id"), "loyalty_line", ["member_id"], unique=False)
    op.create_index("ix_loyalty_line_posting_id", "loyalty_line", ["posting_id"], unique=False)
    op.create_table(
        "offer_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("propensity", sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column("low", sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column("high", sa.Numeric(precision=9, scale=6), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("model_version", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("sale_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(answer = 'declined') = (reason IS NOT NULL)", name=op.f("ck_offer_answer_reasoned")),
        sa.CheckConstraint("(answer = 'later') = (until IS NOT NULL)", name=op.f("ck_offer_answer_dated")),
        sa.CheckConstraint("answer IN ('accepted', 'declined', 'later')", name=op.f("ck_offer_answer_answer")),
        sa.CheckConstraint("basis IN ('model', 'base_rate')", name=op.f("ck_offer_answer_basis")),
        sa.CheckConstraint("sale_id IS NULL OR answer = 'accepted'", name=op.f("ck_offer_answer_sold")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_offer_answer_party_id_party")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_offer_answer_sale_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_answer")),
    )
    op.create_index("ix_offer_answer_party", "offer_answer", ["party_id", "answered_at"], unique=False)
    op.create_index(
        "ix_offer_answer_product", "offer_answer", ["tenant_id", "product_code", "answered_at"], unique=False
    )
    op.create_index(op.f("ix_offer_answer_sale_id"), "offer_answer", ["sale_id"], unique=False)
    op.create_table(
        "score",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["scoring_run.id"], name=op.f("fk_score_run_id_scoring_run")),
        sa.PrimaryKeyConstraint("run_id", "party_id", name=op.f("pk_score")),
    )
    op.create_index("ix_score_party", "score", ["party_id"], unique=False)
    op.create_table(
        "scoring_model_watch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("outcomes_of", sa.Date(), nullable=True),
        sa.Column("measures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column("watched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["scoring_run.id"], name=op.f("fk_scoring_model_watch_run_id_scoring_run")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["scoring_model_version.id"],
            name=op.f("fk_scoring_model_watch_version_id_scoring_model_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_model_watch")),
        sa.UniqueConstraint("run_id", name=op.f("uq_scoring_model_watch_run_id")),
    )
    op.create_index("ix_scoring_model_watch_version", "scoring_model_watch", ["version_id", "as_of"], unique=False)
    op.create_table(
        "stage_transition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.String(), nullable=False),
        sa.Column("to_stage", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("facts", sa.String(), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(cause = 'computed') = (facts IS NOT NULL AND as_of IS NOT NULL)", name=op.f("ck_stage_transition_facts")
        ),
        sa.CheckConstraint("(cause = 'person') = (until IS NOT NULL)", name=op.f("ck_stage_transition_until")),
        sa.CheckConstraint("cause = 'person' OR from_stage <> to_stage", name=op.f("ck_stage_transition_moved")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_stage_transition_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_stage_transition_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_transition")),
    )
    op.create_index(
        "ix_stage_transition_held",
        "stage_transition",
        ["tenant_id", "until"],
        unique=False,
        postgresql_where=sa.text("until IS NOT NULL"),
    )
    op.create_index("ix_stage_transition_party", "stage_transition", ["party_id", "at"], unique=False)
    op.create_index("ix_stage_transition_time", "stage_transition", ["tenant_id", "at"], unique=False)
    op.create_table(
        "early_warning_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("warning_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_early_warning_step_party_id_party")),
        sa.ForeignKeyConstraint(
            ["warning_id"], ["early_warning.id"], name=op.f("fk_early_warning_step_warning_id_early_warning")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warning_step")),
    )
    op.create_index("ix_early_warning_step_warning", "early_warning_step", ["warning_id", "at"], unique=False)
    arm(TENANTED, [*GROWN, *AUDITED])
    run_sql("0004_limits.sql")


def downgrade() -> None:
    disarm(AUDITED)
    run_sql("0004_down_first.sql")
    op.drop_index("ix_early_warning_step_warning", table_name="early_warning_step")
    op.drop_table("early_warning_step")
    op.drop_index("ix_stage_transition_time", table_name="stage_transition")
    op.drop_index("ix_stage_transition_party", table_name="stage_transition")
    op.drop_index(
        "ix_stage_transition_held", table_name="stage_transition", postgresql_where=sa.text("until IS NOT NULL")
    )
    op.drop_table("stage_transition")
    op.drop_index("ix_scoring_model_watch_version", table_name="scoring_model_watch")
    op.drop_table("scoring_model_watch")
    op.drop_index("ix_score_party", table_name="score")
    op.drop_table("score")
    op.drop_index(op.f("ix_offer_answer_sale_id"), table_name="offer_answer")
    op.drop_index("ix_offer_answer_product", table_name="offer_answer")
    op.drop_index("ix_offer_answer_party", table_name="offer_answer")
    op.drop_table("offer_answer")
    op.drop_index("ix_loyalty_line_posting_id", table_name="loyalty_line")
    op.drop_index(op.f("ix_loyalty_line_member_id"), table_name="loyalty_line")
    op.drop_index("ix_loyalty_line_lot_id", table_name="loyalty_line")
    op.drop_table("loyalty_line")
    op.drop_index(
        "uq_loyalty_care_step_open", table_name="loyalty_care_step", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index(op.f("ix_loyalty_care_step_party_id"), table_name="loyalty_care_step")
    op.drop_index(
        "ix_loyalty_care_step_due", table_name="loyalty_care_step", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_index(op.f("ix_loyalty_care_step_care_id"), table_name="loyalty_care_step")
    op.drop_table("loyalty_care_step")
    op.drop_index("uq_early_warning_open", table_name="early_warning", postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index("ix_early_warning_state", table_name="early_warning")
    op.drop_index("ix_early_warning_party", table_name="early_warning")
    op.drop_table("early_warning")
    op.drop_index("ix_task_watcher_user", table_name="task_watcher")
    op.drop_table("task_watcher")
    op.drop_index("ix_task_step_task", table_name="task_step")
    op.drop_table("task_step")
    op.drop_table("task_point")
    op.drop_index("ix_task_notice_user", table_name="task_notice")
    op.drop_table("task_notice")
    op.drop_index("ix_survey_follow_up_state", table_name="survey_follow_up")
    op.drop_index("ix_survey_follow_up_party", table_name="survey_follow_up")
    op.drop_table("survey_follow_up")
    op.drop_index("ix_segment_move_run", table_name="segment_move")
    op.drop_index("ix_segment_move_party", table_name="segment_move")
    op.drop_table("segment_move")
    op.drop_index("ix_scoring_run_version", table_name="scoring_run")
    op.drop_index("ix_scoring_run_purpose", table_name="scoring_run")
    op.drop_table("scoring_run")
    op.drop_table("scoring_model_finding")
    op.drop_index("ix_prospect_step_prospect", table_name="prospect_step")
    op.drop_table("prospect_step")
    op.drop_index("ix_playbook_step_party", table_name="playbook_step")
    op.drop_table("playbook_step")
    op.drop_index("ix_loyalty_posting_member", table_name="loyalty_posting")
    op.drop_index("ix_loyalty_posting_day", table_name="loyalty_posting")
    op.drop_table("loyalty_posting")
    op.drop_index("ix_loyalty_lot_open", table_name="loyalty_lot", postgresql_where=sa.text("left_points > 0"))
    op.drop_index("ix_loyalty_lot_expiry", table_name="loyalty_lot", postgresql_where=sa.text("left_points > 0"))
    op.drop_table("loyalty_lot")
    op.drop_index("uq_loyalty_care_open", table_name="loyalty_care", postgresql_where=sa.text("ended_on IS NULL"))
    op.drop_index(op.f("ix_loyalty_care_party_id"), table_name="loyalty_care")
    op.drop_index(op.f("ix_loyalty_care_member_id"), table_name="loyalty_care")
    op.drop_table("loyalty_care")
    op.drop_table("loyalty_balance")
    op.drop_index(op.f("ix_assistant_turn_conversation_id"), table_name="assistant_turn")
    op.drop_index("ix_assistant_turn_at", table_name="assistant_turn")
    op.drop_table("assistant_turn")
    op.drop_index("ix_task_subject", table_name="task")
    op.drop_index("ix_task_party", table_name="task")
    op.drop_index(op.f("ix_task_key_id"), table_name="task")
    op.drop_index("ix_task_escalate", table_name="task", postgresql_where=sa.text("escalate_at IS NOT NULL"))
    op.drop_index("ix_task_department", table_name="task")
    op.drop_index("ix_task_assignee", table_name="task")
    op.drop_table("task")
    op.drop_index("ix_target_figure_trend", table_name="target_figure")
    op.drop_table("target_figure")
    op.drop_index("ix_survey_sent", table_name="survey")
    op.drop_index("ix_survey_party", table_name="survey")
    op.drop_index("ix_survey_answered", table_name="survey")
    op.drop_table("survey")
    op.drop_index("ix_segment_run_scheme", table_name="segment_run")
    op.drop_table("segment_run")
    op.drop_index("ix_segment_member_segment", table_name="segment_member")
    op.drop_table("segment_member")
    op.drop_index(
        "uq_scoring_model_champion", table_name="scoring_model_version", postgresql_where=sa.text("state = 'champion'")
    )
    op.drop_index(
        "uq_scoring_model_challenger",
        table_name="scoring_model_version",
        postgresql_where=sa.text("state = 'challenger'"),
    )
    op.drop_table("scoring_model_version")
    op.drop_index(
        "uq_prospect_open", table_name="prospect", postgresql_where=sa.text("state IN ('new', 'followed_up')")
    )
    op.drop_index("ix_prospect_state", table_name="prospect")
    op.drop_index(op.f("ix_prospect_referred_by_id"), table_name="prospect")
    op.drop_index("ix_prospect_party", table_name="prospect")
    op.drop_table("prospect")
    op.drop_index(
        "uq_playbook_enrolment_running", table_name="playbook_enrolment", postgresql_where=sa.text("status = 'running'")
    )
    op.drop_index(
        "ix_playbook_enrolment_watched", table_name="playbook_enrolment", postgresql_where=sa.text("goal_at IS NULL")
    )
    op.drop_index("ix_playbook_enrolment_playbook", table_name="playbook_enrolment")
    op.drop_index("ix_playbook_enrolment_party", table_name="playbook_enrolment")
    op.drop_index(
        "ix_playbook_enrolment_due", table_name="playbook_enrolment", postgresql_where=sa.text("status = 'running'")
    )
    op.drop_table("playbook_enrolment")
    op.drop_index("ix_loyalty_member_tier", table_name="loyalty_member")
    op.drop_index(op.f("ix_loyalty_member_party_id"), table_name="loyalty_member")
    op.drop_table("loyalty_member")
    op.drop_index("ix_life_event_party", table_name="life_event")
    op.drop_table("life_event")
    op.drop_index(
        "uq_knowledge_version_open",
        table_name="knowledge_version",
        postgresql_where=sa.text("state IN ('draft', 'proposed')"),
    )
    op.drop_index(
        "uq_knowledge_version_approved", table_name="knowledge_version", postgresql_where=sa.text("state = 'approved'")
    )
    op.drop_index(op.f("ix_knowledge_version_article_id"), table_name="knowledge_version")
    op.drop_table("knowledge_version")
    op.drop_index("ix_interaction_state", table_name="interaction")
    op.drop_index("ix_interaction_party", table_name="interaction")
    op.drop_index(
        "ix_interaction_due",
        table_name="interaction",
        postgresql_where=sa.text("state IN ('waiting', 'deferred', 'claimed')"),
    )
    op.drop_table("interaction")
    op.drop_index("ix_contact_bar_party", table_name="contact_bar")
    op.drop_table("contact_bar")
    op.drop_index(op.f("ix_contact_address_party_id"), table_name="contact_address")
    op.drop_table("contact_address")
    op.drop_index("ix_assistant_conversation_state", table_name="assistant_conversation")
    op.drop_index(op.f("ix_assistant_conversation_party_id"), table_name="assistant_conversation")
    op.drop_index(op.f("ix_assistant_conversation_owner_id"), table_name="assistant_conversation")
    op.drop_table("assistant_conversation")
    op.drop_table("target_snapshot")
    op.drop_table("target_report")
    op.drop_index("uq_target_goal_standing", table_name="target_goal", postgresql_where=sa.text("ends_on IS NULL"))
    op.drop_table("target_goal")
    op.drop_index("uq_stage_run_running", table_name="stage_run", postgresql_where=sa.text("state = 'running'"))
    op.drop_index("ix_stage_run_time", table_name="stage_run")
    op.drop_table("stage_run")
    op.drop_index(
        "uq_segment_clustering_in_use", table_name="segment_clustering", postgresql_where=sa.text("state = 'in_use'")
    )
    op.drop_table("segment_clustering")
    op.drop_table("scoring_progress")
    op.drop_index(op.f("ix_scoring_model_owner_id"), table_name="scoring_model")
    op.drop_table("scoring_model")
    op.drop_index("uq_playbook_pause_open", table_name="playbook_pause", postgresql_where=sa.text("until IS NULL"))
    op.drop_table("playbook_pause")
    op.drop_index(
        "uq_message_template_in_use", table_name="message_template", postgresql_where=sa.text("state = 'approved'")
    )
    op.drop_table("message_template")
    op.drop_table("knowledge_article")
