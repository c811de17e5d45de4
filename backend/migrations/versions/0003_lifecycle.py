"""lifecycle

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.migrations.mechanisms import arm, disarm, run_sql

revision = "0003"
down_revision = "0002"

AUDITED = [
    "product",
    "assessment",
    "complaint",
    "product_review_pack",
    "product_version",
    "risk_finding",
    "screening_merge",
    "complaint_letter",
    "complaint_redress",
    "complaint_step",
    "factor_reset",
    "holding",
    "product_artefact",
    "product_move",
    "product_review",
    "sale",
    "claim",
    "product_review_finding",
    "product_review_trigger",
    "product_signature",
    "product_review_action",
]
TENANTED = [
    "import_progress",
    "product",
    "product_content",
    "product_review_progress",
    "assessment",
    "complaint",
    "import_piece",
    "product_review_pack",
    "product_version",
    "risk_finding",
    "screening_merge",
    "complaint_letter",
    "complaint_redress",
    "complaint_step",
    "factor_reset",
    "holding",
    "product_artefact",
    "product_move",
    "product_review",
    "product_what_if",
    "sale",
    "claim",
    "complaint_letter_content",
    "premium",
    "product_review_finding",
    "product_review_trigger",
    "product_signature",
    "product_review_action",
]
GROWN = ["account", "card", "loan", "role_separation", "screening_alert", "screening_disposition", "standing_order"]


def upgrade() -> None:
    op.create_table(
        "import_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_progress")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('deposit', 'payment', 'card', 'loan', 'mortgage', 'fund', 'structured', 'life', "
            "'health', 'motor', 'property')",
            name=op.f("ck_product_kind"),
        ),
        sa.CheckConstraint("risk IN ('low', 'medium', 'high')", name=op.f("ck_product_risk")),
        sa.CheckConstraint(
            "state IN ('concept', 'design', 'target_market', 'testing', 'approval', 'on_sale', 'under_review', "
            "'remediation', 'withdrawn', 'run_off', 'retired')",
            name=op.f("ck_product_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_product_tenant_id_code")),
    )
    op.create_index("ix_product_kind", "product", ["tenant_id", "kind", "state"], unique=False)
    op.create_table(
        "product_content",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("ck_product_content_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_content")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_product_content_tenant_id_sha256")),
    )
    op.create_table(
        "product_review_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_review_progress")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("by_points", sa.String(), nullable=True),
        sa.Column("vulnerable", sa.Boolean(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(kind = 'suitability') = (grade IS NOT NULL)", name=op.f("ck_assessment_graded")),
        sa.CheckConstraint(
            "grade IS NULL OR grade IN ('C1', 'C2', 'C3', 'C4', 'C5')", name=op.f("ck_assessment_grade")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_assessment_number")),
        sa.CheckConstraint("valid_until >= taken_on", name=op.f("ck_assessment_validity")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_assessment_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "party_id",
            "questionnaire",
            "taken_on",
            "number",
            name=op.f("uq_assessment_party_id_questionnaire_taken_on_number"),
        ),
    )
    op.create_index(
        "ix_assessment_expiry",
        "assessment",
        ["tenant_id", "valid_until"],
        unique=False,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index(op.f("ix_assessment_party_id"), "assessment", ["party_id"], unique=False)
    op.create_index("ix_assessment_time", "assessment", ["tenant_id", "assessed_at"], unique=False)
    op.create_index(
        "uq_assessment_in_force",
        "assessment",
        ["party_id", "questionnaire"],
        unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("complainant", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("contact", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("details", sa.LargeBinary(), nullable=False, comment="sealed by owner_id"),
        sa.Column("wish", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("finding", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=True),
        sa.Column("holding_id", sa.Uuid(), nullable=True),
        sa.Column("staff", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("vulnerable", sa.Boolean(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledge_by", sa.Date(), nullable=True),
        sa.Column("summary_by", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_kind", sa.String(), nullable=True),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'resolved') <= (outcome IS NOT NULL)", name=op.f("ck_complaint_decided")),
        sa.CheckConstraint("state <> 'closed' OR response_at IS NOT NULL", name=op.f("ck_complaint_answered")),
        sa.CheckConstraint("(party_id IS NULL) <= (complainant IS NOT NULL)", name=op.f("ck_complaint_somebody")),
        sa.CheckConstraint("party_id IS NULL OR owner_id = party_id", name=op.f("ck_complaint_owner")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_complaint_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_complaint_tenant_id_number")),
    )
    op.create_index(op.f("ix_complaint_handler_id"), "complaint", ["handler_id"], unique=False)
    op.create_index(op.f("ix_complaint_owner_id"), "complaint", ["owner_id"], unique=False)
    op.create_index("ix_complaint_party", "complaint", ["party_id"], unique=False)
    op.create_index("ix_complaint_product", "complaint", ["tenant_id", "product_code", "received_on"], unique=False)
    op.create_index("ix_complaint_received", "complaint", ["tenant_id", "received_on"], unique=False)
    op.create_index("ix_complaint_state", "complaint", ["tenant_id", "state", "due_on"], unique=False)
    op.create_table(
        "import_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_piece_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_piece")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_import_piece_run_id_number")),
    )
    op.create_table(
        "product_review_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'ready') = (digest IS NOT NULL AND body IS NOT NULL AND inputs IS NOT NULL)",
            name=op.f("ck_product_review_pack_ready"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'ready', 'failed')", name=op.f("ck_product_review_pack_state")
        ),
        sa.CheckConstraint("until > since", name=op.f("ck_product_review_pack_period")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_review_pack_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_review_pack")),
    )
    op.create_index(
        "ix_product_review_pack_product", "product_review_pack", ["product_id", "requested_at"], unique=False
    )
    op.create_index("ix_product_review_pack_review", "product_review_pack", ["review_id"], unique=False)
    op.create_index(
        "uq_product_review_pack_active",
        "product_review_pack",
        ["product_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "product_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("authors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(effective_from IS NOT NULL) = (stage = 'approved')", name=op.f("ck_product_version_approved")
        ),
        sa.CheckConstraint(
            "stage IN ('concept', 'design', 'target_market', 'testing', 'approval', 'approved', 'abandoned')",
            name=op.f("ck_product_version_stage"),
        ),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_from IS NOT NULL", name=op.f("ck_product_version_period")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_version_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_version")),
        sa.UniqueConstraint("product_id", "number", name=op.f("uq_product_version_product_id_number")),
    )
    op.create_index(op.f("ix_product_version_product_id"), "product_version", ["product_id"], unique=False)
    op.create_index(
        "uq_product_version_draft",
        "product_version",
        ["product_id"],
        unique=True,
        postgresql_where=sa.text("stage NOT IN ('approved', 'abandoned')"),
    )
    op.create_table(
        "risk_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("publisher", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("summary", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawal", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(standing = 'none') = (published_on IS NULL)", name=op.f("ck_risk_finding_published")),
        sa.CheckConstraint("standing IN ('none', 'unconfirmed', 'confirmed')", name=op.f("ck_risk_finding_standing")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawal IS NULL)", name=op.f("ck_risk_finding_withdrawal")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_risk_finding_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_finding")),
    )
    op.create_index("ix_risk_finding_party", "risk_finding", ["tenant_id", "party_id"], unique=False)
    op.create_table(
        "screening_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("former_id", sa.Uuid(), nullable=False),
        sa.Column("carried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("former_id <> party_id", name=op.f("ck_screening_merge_two_records")),
        sa.ForeignKeyConstraint(["former_id"], ["party.id"], name=op.f("fk_screening_merge_former_id_party")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_merge_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_merge")),
        sa.UniqueConstraint("former_id", name=op.f("uq_screening_merge_former_id")),
    )
    op.create_index(op.f("ix_screening_merge_party_id"), "screening_merge", ["party_id"], unique=False)
    op.create_table(
        "complaint_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="sealed by owner_id"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_by", sa.Uuid(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_through", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL AND sha256 IS NOT NULL)", name=op.f("ck_complaint_letter_sent")
        ),
        sa.CheckConstraint(
            "state <> 'sent' OR NOT needs_approval OR approved_by IS NOT NULL",
            name=op.f("ck_complaint_letter_approved"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> drafted_by", name=op.f("ck_complaint_letter_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_letter_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_letter")),
    )
    op.create_index("ix_complaint_letter_complaint", "complaint_letter", ["complaint_id", "drafted_at"], unique=False)
    op.create_index("ix_complaint_letter_state", "complaint_letter", ["tenant_id", "state"], unique=False)
    op.create_table(
        "complaint_redress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("needs_signature", sa.Boolean(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_by", sa.Uuid(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'rejected') OR NOT needs_signature OR signed_by IS NOT NULL",
            name=op.f("ck_complaint_redress_second_signature"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_complaint_redress_amount")),
        sa.CheckConstraint(
            "signed_by IS NULL OR signed_by <> proposed_by", name=op.f("ck_complaint_redress_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_redress_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_redress")),
    )
    op.create_index("ix_complaint_redress_complaint", "complaint_redress", ["complaint_id"], unique=False)
    op.create_index("ix_complaint_redress_state", "complaint_redress", ["tenant_id", "state"], unique=False)
    op.create_table(
        "complaint_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    op.create_index("ix_complaint_step_complaint", "complaint_step", ["complaint_id", "at"], unique=False)
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("decided_by <> proposed_by OR state = 'withdrawn'", name=op.f("ck_factor_reset_four_eyes")),
        sa.CheckConstraint("state = 'proposed' OR decided_by IS NOT NULL", name=op.f("ck_factor_reset_decided")),
        sa.CheckConstraint(
            "user_id <> proposed_by AND (decided_by IS NULL OR decided_by <> user_id)",
            name=op.f("ck_factor_reset_not_self"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_factor_reset_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(op.f("ix_factor_reset_user_id"), "factor_reset", ["user_id"], unique=False)
    op.create_index(
        "uq_factor_reset_open", "factor_reset", ["user_id"], unique=True, postgresql_where=sa.text("state = 'proposed'")
    )
    op.create_table(
        "holding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("product_version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("balance", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("sum_insured", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("sale_id", sa.Uuid(), nullable=True),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'open') = (closed_on IS NULL)", name=op.f("ck_holding_ended")),
        sa.CheckConstraint(
            "status IN ('open', 'lapsed', 'closed', 'cancelled', 'matured')", name=op.f("ck_holding_status")
        ),
        sa.CheckConstraint("(closed_on IS NULL) = (close_reason IS NULL)", name=op.f("ck_holding_reasoned")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_holding_party_id_party")),
        sa.ForeignKeyConstraint(
            ["product_version_id"], ["product_version.id"], name=op.f("fk_holding_product_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_holding_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_holding_party_id"), "holding", ["party_id"], unique=False)
    op.create_index("ix_holding_product_version_id_status", "holding", ["product_version_id", "status"], unique=False)
    op.create_index("ix_holding_tenant_id", "holding", ["tenant_id", "id"], unique=False)
    op.create_table(
        "product_artefact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_artefact_product_id_product")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["product_version.id"], name=op.f("fk_product_artefact_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_artefact")),
        sa.UniqueConstraint("version_id", "kind", "number", name=op.f("uq_product_artefact_version_id_kind_number")),
    )
    op.create_index(op.f("ix_product_artefact_product_id"), "product_artefact", ["product_id"], unique=False)
    op.create_table(
        "product_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("of_version", sa.Boolean(), nullable=False),
        sa.Column("of_product", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("binding", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_product_move_ended")),
        sa.CheckConstraint(
            "origin IN ('concept', 'design', 'target_market', 'testing', 'approval', 'on_sale', "
            "'under_review', 'remediation', 'withdrawn', 'run_off', 'retired')",
            name=op.f("ck_product_move_origin"),
        ),
        sa.CheckConstraint("state IN ('open', 'done', 'refused', 'taken_back')", name=op.f("ck_product_move_state")),
        sa.CheckConstraint(
            "target IN ('concept', 'design', 'target_market', 'testing', 'approval', 'on_sale', "
            "'under_review', 'remediation', 'withdrawn', 'run_off', 'retired')",
            name=op.f("ck_product_move_target"),
        ),
        sa.CheckConstraint("of_version OR of_product", name=op.f("ck_product_move_of_something")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_move_product_id_product")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["product_version.id"], name=op.f("fk_product_move_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_move")),
    )
    op.create_index(
        "ix_product_move_done",
        "product_move",
        ["product_id", "ended_at"],
        unique=False,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(op.f("ix_product_move_version_id"), "product_move", ["version_id"], unique=False)
    op.create_index(
        "uq_product_move_product",
        "product_move",
        ["product_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open' AND of_product"),
    )
    op.create_index(
        "uq_product_move_version",
        "product_move",
        ["product_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open' AND of_version"),
    )
    op.create_table(
        "product_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("risk", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pack_id", sa.Uuid(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("proposal_reason", sa.String(), nullable=True),
        sa.Column("channels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'decided') = (decision IS NOT NULL AND proposed_by IS NOT NULL AND signed_by IS NOT NULL "
            "AND pack_id IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_product_review_decided"),
        ),
        sa.CheckConstraint(
            "decision IN ('continue', 'change', 'restrict_channel', 'suspend', 'remediate', 'withdraw')",
            name=op.f("ck_product_review_decision"),
        ),
        sa.CheckConstraint(
            "proposal IN ('continue', 'change', 'restrict_channel', 'suspend', 'remediate', 'withdraw')",
            name=op.f("ck_product_review_proposal"),
        ),
        sa.CheckConstraint(
            "state <> 'pending_signature' OR (proposal IS NOT NULL AND proposed_by IS NOT NULL AND pack_id IS "
            "NOT NULL)",
            name=op.f("ck_product_review_signed_first"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'in_review', 'pending_signature', 'decided', 'cancelled')",
            name=op.f("ck_product_review_state"),
        ),
        sa.CheckConstraint("decision IS NULL OR decision = proposal", name=op.f("ck_product_review_as_proposed")),
        sa.CheckConstraint("signed_by <> proposed_by", name=op.f("ck_product_review_four_eyes")),
        sa.CheckConstraint("until > since", name=op.f("ck_product_review_period")),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["product_review_pack.id"], name=op.f("fk_product_review_pack_id_product_review_pack")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_review_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_review")),
    )
    op.create_index(op.f("ix_product_review_assignee_id"), "product_review", ["assignee_id"], unique=False)
    op.create_index(
        "ix_product_review_due",
        "product_review",
        ["tenant_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'in_review', 'pending_signature')"),
    )
    op.create_index("ix_product_review_product", "product_review", ["tenant_id", "product_id"], unique=False)
    op.create_index(
        "uq_product_review_open",
        "product_review",
        ["product_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'in_review', 'pending_signature')"),
    )
    op.create_table(
        "product_what_if",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f("ck_product_what_if_state")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["product_version.id"], name=op.f("fk_product_what_if_base_id_product_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["product_version.id"], name=op.f("fk_product_what_if_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_what_if")),
    )
    op.create_index("ix_product_what_if_version", "product_what_if", ["version_id", "started_at"], unique=False)
    op.create_table(
        "sale",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_version_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sold_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("holding_ref", sa.String(), nullable=True),
        sa.Column("needs_assessment", sa.String(), nullable=True),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("allowed", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("market_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs_insistence", sa.Boolean(), nullable=False),
        sa.Column("insistence", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("needs_signature", sa.Boolean(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.CheckConstraint("market IN ('inside', 'outside', 'unknown')", name=op.f("ck_sale_market")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR NOT needs_signature OR signed_by IS NOT NULL",
            name=op.f("ck_sale_second_signature"),
        ),
        sa.CheckConstraint(
            "state = 'refused' OR NOT needs_insistence OR insistence IS NOT NULL", name=op.f("ck_sale_insisted")
        ),
        sa.CheckConstraint(
            "state = 'refused' OR needs_assessment IS NULL OR assessment_id IS NOT NULL",
            name=op.f("ck_sale_rests_on_assessment"),
        ),
        sa.CheckConstraint("state IN ('proposed', 'confirmed', 'refused', 'cancelled')", name=op.f("ck_sale_state")),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_sale_money")),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_sale_amount")),
        sa.CheckConstraint("signed_by <> sold_by", name=op.f("ck_sale_four_eyes")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_sale_assessment_id_assessment")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_sale_party_id_party")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_product_id_product")),
        sa.ForeignKeyConstraint(
            ["product_version_id"], ["product_version.id"], name=op.f("fk_sale_product_version_id_product_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
    )
    op.create_index(op.f("ix_sale_assessment_id"), "sale", ["assessment_id"], unique=False)
    op.create_index("ix_sale_party", "sale", ["party_id", "sold_at"], unique=False)
    op.create_index("ix_sale_time", "sale", ["tenant_id", "sold_at"], unique=False)
    op.create_index("ix_sale_version", "sale", ["product_version_id", "sold_at"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("holding_id", sa.Uuid(), nullable=False),
        sa.Column("incurred_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("paid", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("reserve", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.CheckConstraint(
            "settled_on IS NULL OR (state <> 'open' AND settled_on >= reported_on)", name=op.f("ck_claim_settled")
        ),
        sa.CheckConstraint("state IN ('open', 'paid', 'declined', 'withdrawn')", name=op.f("ck_claim_state")),
        sa.CheckConstraint("paid >= 0 AND reserve >= 0 AND reported_on >= incurred_on", name=op.f("ck_claim_figures")),
        sa.ForeignKeyConstraint(["holding_id"], ["holding.id"], name=op.f("fk_claim_holding_id_holding")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_claim_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_claim_holding_id"), "claim", ["holding_id"], unique=False)
    op.create_index("ix_claim_incurred", "claim", ["tenant_id", "incurred_on"], unique=False)
    op.create_table(
        "complaint_letter_content",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["complaint_letter.id"], name=op.f("fk_complaint_letter_content_letter_id_complaint_letter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_letter_content")),
    )
    op.create_index(
        op.f("ix_complaint_letter_content_owner_id"), "complaint_letter_content", ["owner_id"], unique=False
    )
    op.create_table(
        "premium",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("holding_id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('due', 'paid', 'refunded') AND amount >= 0", name=op.f("ck_premium_kind")),
        sa.ForeignKeyConstraint(["holding_id"], ["holding.id"], name=op.f("fk_premium_holding_id_holding")),
        sa.PrimaryKeyConstraint("holding_id", "booked_on", "id", name=op.f("pk_premium")),
        sa.UniqueConstraint(
            "tenant_id", "source_ref", "booked_on", name=op.f("uq_premium_tenant_id_source_ref_booked_on")
        ),
        postgresql_partition_by="RANGE (booked_on)",
    )
    op.create_table(
        "product_review_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("severity IN ('low', 'medium', 'high')", name=op.f("ck_product_review_finding_severity")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_review_finding_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["product_review.id"], name=op.f("fk_product_review_finding_review_id_product_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_review_finding")),
        sa.UniqueConstraint("review_id", "number", name=op.f("uq_product_review_finding_review_id_number")),
    )
    op.create_index(
        op.f("ix_product_review_finding_product_id"), "product_review_finding", ["product_id"], unique=False
    )
    op.create_table(
        "product_review_trigger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('scheduled', 'complaint_spike', 'loss_ratio_drift', 'persistency_drift', "
            "'population_drift', 'out_of_market', 'value_outlier', 'significant_change', 'request')",
            name=op.f("ck_product_review_trigger_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_review_trigger_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["product_review.id"], name=op.f("fk_product_review_trigger_review_id_product_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_review_trigger")),
        sa.UniqueConstraint(
            "product_id", "kind", "source", name=op.f("uq_product_review_trigger_product_id_kind_source")
        ),
    )
    op.create_index(op.f("ix_product_review_trigger_review_id"), "product_review_trigger", ["review_id"], unique=False)
    op.create_table(
        "product_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("binding", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("vote IN ('agree', 'refuse')", name=op.f("ck_product_signature_vote")),
        sa.ForeignKeyConstraint(
            ["move_id"], ["product_move.id"], name=op.f("fk_product_signature_move_id_product_move")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_signature_product_id_product")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_signature")),
    )
    op.create_index(op.f("ix_product_signature_product_id"), "product_signature", ["product_id"], unique=False)
    op.create_index(
        "uq_product_signature_person",
        "product_signature",
        ["move_id", "signed_by"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "product_review_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_product_review_action_ended")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_product_review_action_state")),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["product_review_finding.id"],
            name=op.f("fk_product_review_action_finding_id_product_review_finding"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_review_action_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["product_review.id"], name=op.f("fk_product_review_action_review_id_product_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_review_action")),
    )
    op.create_index(
        "ix_product_review_action_due",
        "product_review_action",
        ["tenant_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_product_review_action_finding_id"), "product_review_action", ["finding_id"], unique=False)
    op.create_index("ix_product_review_action_owner", "product_review_action", ["owner_id", "state"], unique=False)
    op.create_index(op.f("ix_product_review_action_product_id"), "product_review_action", ["product_id"], unique=False)
    op.create_index(op.f("ix_product_review_action_review_id"), "product_review_action", ["review_id"], unique=False)
    op.add_column("account", sa.Column("holding_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_account_holding_id"), "account", ["holding_id"], unique=False)
    op.create_foreign_key(op.f("fk_account_holding_id_holding"), "account", "holding", ["holding_id"], ["id"])
    op.add_column("card", sa.Column("holding_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_card_holding_id"), "card", ["holding_id"], unique=False)
    op.create_foreign_key(op.f("fk_card_holding_id_holding"), "card", "holding", ["holding_id"], ["id"])
    op.add_column("loan", sa.Column("holding_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_loan_holding_id"), "loan", ["holding_id"], unique=False)
    op.create_foreign_key(op.f("fk_loan_holding_id_holding"), "loan", "holding", ["holding_id"], ["id"])
    op.drop_constraint(op.f("uq_movement_tenant_id_source_ref"), "movement", type_="unique")
    op.create_unique_constraint(
        op.f("uq_movement_tenant_id_source_ref_booked_on"), "movement", ["tenant_id", "source_ref", "booked_on"]
    )
    op.add_column("role_separation", sa.Column("sensitive", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.alter_column("screening_alert", "entity_ref", existing_type=sa.VARCHAR(), nullable=True)
    op.alter_column("screening_alert", "entity_name", existing_type=sa.VARCHAR(), nullable=True)
    op.alter_column("screening_alert", "entity_digest", existing_type=sa.VARCHAR(), nullable=True)
    op.alter_column("screening_alert", "material_digest", existing_type=sa.VARCHAR(), nullable=True)
    op.alter_column("screening_alert", "facts_digest", existing_type=postgresql.BYTEA(), nullable=True)
    op.alter_column("screening_disposition", "facts_digest", existing_type=postgresql.BYTEA(), nullable=True)
    op.alter_column("screening_disposition", "entity_digest", existing_type=sa.VARCHAR(), nullable=True)
    op.alter_column("screening_disposition", "material_digest", existing_type=sa.VARCHAR(), nullable=True)
    op.add_column("standing_order", sa.Column("holding_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_standing_order_holding_id"), "standing_order", ["holding_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_standing_order_holding_id_holding"), "standing_order", "holding", ["holding_id"], ["id"]
    )
    arm(TENANTED, [*GROWN, *AUDITED])
    run_sql("0003_limits.sql")


def downgrade() -> None:
    disarm(AUDITED)
    run_sql("0003_down_first.sql")
    op.drop_constraint(op.f("fk_standing_order_holding_id_holding"), "standing_order", type_="foreignkey")
    op.drop_index(op.f("ix_standing_order_holding_id"), table_name="standing_order")
    op.drop_column("standing_order", "holding_id")
    op.alter_column("screening_disposition", "material_digest", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("screening_disposition", "entity_digest", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("screening_disposition", "facts_digest", existing_type=postgresql.BYTEA(), nullable=False)
    op.alter_column("screening_alert", "facts_digest", existing_type=postgresql.BYTEA(), nullable=False)
    op.alter_column("screening_alert", "material_digest", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("screening_alert", "entity_digest", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("screening_alert", "entity_name", existing_type=sa.VARCHAR(), nullable=False)
    op.alter_column("screening_alert", "entity_ref", existing_type=sa.VARCHAR(), nullable=False)
    op.drop_column("role_separation", "sensitive")
    op.drop_constraint(op.f("uq_movement_tenant_id_source_ref_booked_on"), "movement", type_="unique")
    op.create_unique_constraint(
        op.f("uq_movement_tenant_id_source_ref"),
        "movement",
        ["tenant_id", "source_ref"],
        postgresql_nulls_not_distinct=False,
    )
    op.drop_constraint(op.f("fk_loan_holding_id_holding"), "loan", type_="foreignkey")
    op.drop_index(op.f("ix_loan_holding_id"), table_name="loan")
    op.drop_column("loan", "holding_id")
    op.drop_constraint(op.f("fk_card_holding_id_holding"), "card", type_="foreignkey")
    op.drop_index(op.f("ix_card_holding_id"), table_name="card")
    op.drop_column("card", "holding_id")
    op.drop_constraint(op.f("fk_account_holding_id_holding"), "account", type_="foreignkey")
    op.drop_index(op.f("ix_account_holding_id"), table_name="account")
    op.drop_column("account", "holding_id")
    op.drop_index(op.f("ix_product_review_action_review_id"), table_name="product_review_action")
    op.drop_index(op.f("ix_product_review_action_product_id"), table_name="product_review_action")
    op.drop_index("ix_product_review_action_owner", table_name="product_review_action")
    op.drop_index(op.f("ix_product_review_action_finding_id"), table_name="product_review_action")
    op.drop_index(
        "ix_product_review_action_due", table_name="product_review_action", postgresql_where=sa.text("state = 'open'")
    )
    op.drop_table("product_review_action")
    op.drop_index(
        "uq_product_signature_person", table_name="product_signature", postgresql_where=sa.text("voided_at IS NULL")
    )
    op.drop_index(op.f("ix_product_signature_product_id"), table_name="product_signature")
    op.drop_table("product_signature")
    op.drop_index(op.f("ix_product_review_trigger_review_id"), table_name="product_review_trigger")
    op.drop_table("product_review_trigger")
    op.drop_index(op.f("ix_product_review_finding_product_id"), table_name="product_review_finding")
    op.drop_table("product_review_finding")
    op.drop_table("premium")
    op.drop_index(op.f("ix_complaint_letter_content_owner_id"), table_name="complaint_letter_content")
    op.drop_table("complaint_letter_content")
    op.drop_index("ix_claim_incurred", table_name="claim")
    op.drop_index(op.f("ix_claim_holding_id"), table_name="claim")
    op.drop_table("claim")
    op.drop_index("ix_sale_version", table_name="sale")
    op.drop_index("ix_sale_time", table_name="sale")
    op.drop_index("ix_sale_party", table_name="sale")
    op.drop_index(op.f("ix_sale_assessment_id"), table_name="sale")
    op.drop_table("sale")
    op.drop_index("ix_product_what_if_version", table_name="product_what_if")
    op.drop_table("product_what_if")
    op.drop_index(
        "uq_product_review_open",
        table_name="product_review",
        postgresql_where=sa.text("state IN ('open', 'in_review', 'pending_signature')"),
    )
    op.drop_index("ix_product_review_product", table_name="product_review")
    op.drop_index(
        "ix_product_review_due",
        table_name="product_review",
        postgresql_where=sa.text("state IN ('open', 'in_review', 'pending_signature')"),
    )
    op.drop_index(op.f("ix_product_review_assignee_id"), table_name="product_review")
    op.drop_table("product_review")
    op.drop_index(
        "uq_product_move_version", table_name="product_move", postgresql_where=sa.text("state = 'open' AND of_version")
    )
    op.drop_index(
        "uq_product_move_product", table_name="product_move", postgresql_where=sa.text("state = 'open' AND of_product")
    )
    op.drop_index(op.f("ix_product_move_version_id"), table_name="product_move")
    op.drop_index("ix_product_move_done", table_name="product_move", postgresql_where=sa.text("state = 'done'"))
    op.drop_table("product_move")
    op.drop_index(op.f("ix_product_artefact_product_id"), table_name="product_artefact")
    op.drop_table("product_artefact")
    op.drop_index("ix_holding_tenant_id", table_name="holding")
    op.drop_index("ix_holding_product_version_id_status", table_name="holding")
    op.drop_index(op.f("ix_holding_party_id"), table_name="holding")
    op.drop_table("holding")
    op.drop_index("uq_factor_reset_open", table_name="factor_reset", postgresql_where=sa.text("state = 'proposed'"))
    op.drop_index(op.f("ix_factor_reset_user_id"), table_name="factor_reset")
    op.drop_table("factor_reset")
    op.drop_index("ix_complaint_step_complaint", table_name="complaint_step")
    op.drop_table("complaint_step")
    op.drop_index("ix_complaint_redress_state", table_name="complaint_redress")
    op.drop_index("ix_complaint_redress_complaint", table_name="complaint_redress")
    op.drop_table("complaint_redress")
    op.drop_index("ix_complaint_letter_state", table_name="complaint_letter")
    op.drop_index("ix_complaint_letter_complaint", table_name="complaint_letter")
    op.drop_table("complaint_letter")
    op.drop_index(op.f("ix_screening_merge_party_id"), table_name="screening_merge")
    op.drop_table("screening_merge")
    op.drop_index("ix_risk_finding_party", table_name="risk_finding")
    op.drop_table("risk_finding")
    op.drop_index(
        "uq_product_version_draft",
        table_name="product_version",
        postgresql_where=sa.text("stage NOT IN ('approved', 'abandoned')"),
    )
    op.drop_index(op.f("ix_product_version_product_id"), table_name="product_version")
    op.drop_table("product_version")
    op.drop_index(
        "uq_product_review_pack_active",
        table_name="product_review_pack",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.drop_index("ix_product_review_pack_review", table_name="product_review_pack")
    op.drop_index("ix_product_review_pack_product", table_name="product_review_pack")
    op.drop_table("product_review_pack")
    op.drop_table("import_piece")
    op.drop_index("ix_complaint_state", table_name="complaint")
    op.drop_index("ix_complaint_received", table_name="complaint")
    op.drop_index("ix_complaint_product", table_name="complaint")
    op.drop_index("ix_complaint_party", table_name="complaint")
    op.drop_index(op.f("ix_complaint_owner_id"), table_name="complaint")
    op.drop_index(op.f("ix_complaint_handler_id"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_index("uq_assessment_in_force", table_name="assessment", postgresql_where=sa.text("state = 'in_force'"))
    op.drop_index("ix_assessment_time", table_name="assessment")
    op.drop_index(op.f("ix_assessment_party_id"), table_name="assessment")
    op.drop_index("ix_assessment_expiry", table_name="assessment", postgresql_where=sa.text("state = 'in_force'"))
    op.drop_table("assessment")
    op.drop_table("product_review_progress")
    op.drop_table("product_content")
    op.drop_index("ix_product_kind", table_name="product")
    op.drop_table("product")
    op.drop_table("import_progress")
    arm([], GROWN)
    run_sql("0003_down.sql")
