"""compliance

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.migrations.mechanisms import arm, disarm, run_sql

revision = "0002"
down_revision = "0001"

AUDITED = [
    "key_rotation",
    "report_run",
    "retention_batch",
    "risk_ruleset",
    "risk_run",
    "role_appointment",
    "role_separation",
    "ruleset_proposal",
    "ruleset_text",
    "screening_list",
    "behaviour_flag",
    "client_key",
    "legal_hold",
    "privacy_request",
    "processing_limit",
    "retention_due",
    "review",
    "risk_override",
    "ruleset_standing",
    "screening_alert",
    "screening_comparison",
    "screening_list_version",
    "consent_event",
    "emergency_access",
    "erasure",
    "external_identity",
    "review_answer",
    "review_restriction",
    "review_trigger",
    "risk_rating",
    "screening_comment",
    "screening_disposition",
]
TENANTED = [
    "key_rotation",
    "report_progress",
    "report_run",
    "retention_batch",
    "risk_ruleset",
    "risk_run",
    "role_appointment",
    "role_separation",
    "ruleset_proposal",
    "ruleset_stamp",
    "ruleset_text",
    "screening_list",
    "screening_list_held",
    "screening_run",
    "screening_state",
    "sign_in_source",
    "access_token",
    "behaviour_flag",
    "client_key",
    "legal_hold",
    "privacy_request",
    "processing_limit",
    "report_piece",
    "retention_due",
    "review",
    "risk_override",
    "ruleset_simulation",
    "ruleset_standing",
    "screening_alert",
    "screening_comparison",
    "screening_list_entity",
    "screening_list_version",
    "screening_standing",
    "used_assertion",
    "consent_event",
    "emergency_access",
    "erasure",
    "external_identity",
    "recovery_code",
    "review_answer",
    "review_restriction",
    "review_trigger",
    "risk_rating",
    "screening_comment",
    "screening_disposition",
    "second_factor",
]
GROWN = ["api_client"]


def upgrade() -> None:
    run_sql("0002_mechanisms.sql")
    op.create_table(
        "audit_read",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "record_id", "entry_id", name=op.f("pk_audit_read")),
    )
    op.create_table(
        "key_rotation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("cursor_version", sa.Integer(), nullable=False),
        sa.Column("until", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_rotation")),
    )
    op.create_index(
        "uq_key_rotation_running",
        "key_rotation",
        ["tenant_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state <> 'finished'"),
    )
    op.create_table(
        "report_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_progress")),
    )
    op.create_table(
        "report_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stored", sa.Boolean(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_size", sa.BigInteger(), nullable=False),
        sa.Column("head_root", sa.String(), nullable=False),
        sa.Column("head_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('finished', 'expired')) = (sha256 IS NOT NULL)", name=op.f("ck_report_run_hashed")
        ),
        sa.CheckConstraint("state IN ('running', 'finished', 'failed', 'expired')", name=op.f("ck_report_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_run")),
    )
    op.create_index("ix_report_run_expiry", "report_run", ["tenant_id", "state", "expires_at"], unique=False)
    op.create_index("ix_report_run_started", "report_run", ["tenant_id", "started_at"], unique=False)
    op.create_table(
        "retention_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_retention_batch_four_eyes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_batch")),
    )
    op.create_index(
        "uq_retention_batch_open",
        "retention_batch",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "risk_ruleset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("rules_sha256", sa.String(), nullable=False),
        sa.Column("tables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_ruleset")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_risk_ruleset_tenant_id_digest")),
    )
    op.create_table(
        "risk_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_run")),
    )
    op.create_index(
        "uq_risk_run_running", "risk_run", ["tenant_id"], unique=True, postgresql_where=sa.text("state = 'running'")
    )
    op.create_table(
        "role_appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "NOT sensitive OR state <> 'granted' OR decided_by IS NOT NULL", name=op.f("ck_role_appointment_approver")
        ),
        sa.CheckConstraint(
            "decided_by <> proposed_by OR state = 'withdrawn'", name=op.f("ck_role_appointment_four_eyes")
        ),
        sa.CheckConstraint(
            "holder_id <> proposed_by AND (decided_by IS NULL OR decided_by <> holder_id)",
            name=op.f("ck_role_appointment_not_self"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_appointment")),
    )
    op.create_index("ix_role_appointment_holder", "role_appointment", ["holder_id", "role"], unique=False)
    op.create_table(
        "role_separation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("policy_sha256", sa.String(), nullable=False),
        sa.Column("pairs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_separation")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_role_separation_tenant_id")),
    )
    op.create_table(
        "ruleset_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("base_sha256", sa.String(), nullable=True),
        sa.Column("base_standing_id", sa.Uuid(), nullable=True),
        sa.Column("new_sha256", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("restores_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("simulation_id", sa.Uuid(), nullable=True),
        sa.Column("simulation_digest", sa.String(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'effective', 'superseded') OR approved_by IS NOT NULL",
            name=op.f("ck_ruleset_proposal_approver"),
        ),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_ruleset_proposal_four_eyes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset_proposal")),
    )
    op.create_index("ix_ruleset_proposal_name", "ruleset_proposal", ["tenant_id", "kind", "name"], unique=False)
    op.create_table(
        "ruleset_stamp",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset_stamp")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_ruleset_stamp_tenant_id")),
    )
    op.create_table(
        "ruleset_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name=op.f("ck_ruleset_text_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset_text")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_ruleset_text_tenant_id_sha256")),
    )
    op.create_table(
        "screening_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=False),
        sa.Column("in_force_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("max_age_days > 0", name=op.f("ck_screening_list_max_age")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_list")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_screening_list_tenant_id_code")),
    )
    op.create_table(
        "screening_list_held",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_list_held")),
    )
    op.create_table(
        "screening_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("from_state", sa.Integer(), nullable=False),
        sa.Column("to_state", sa.Integer(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("obsolete", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_run")),
    )
    op.create_index(
        "ix_screening_run_running",
        "screening_run",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_screening_run_to_state", "screening_run", ["tenant_id", "state", "to_state"], unique=False)
    op.create_table(
        "screening_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("numbers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_state")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_screening_state_tenant_id_number")),
    )
    op.create_table(
        "sign_in_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ip_digest", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_source")),
        sa.UniqueConstraint("tenant_id", "ip_digest", name=op.f("uq_sign_in_source_tenant_id_ip_digest")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_access_token_client_id_api_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    op.create_index(op.f("ix_access_token_client_id"), "access_token", ["client_id"], unique=False)
    op.create_table(
        "behaviour_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_behaviour_flag_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behaviour_flag")),
        sa.UniqueConstraint(
            "party_id", "pattern", "found_on", name=op.f("uq_behaviour_flag_party_id_pattern_found_on")
        ),
    )
    op.create_index("ix_behaviour_flag_tenant", "behaviour_flag", ["tenant_id", "pattern", "found_on"], unique=False)
    op.create_table(
        "client_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("jwk", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("key_hash", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_client_key_client_id_api_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_key")),
        sa.UniqueConstraint("client_id", "kid", name=op.f("uq_client_key_client_id_kid")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_client_key_key_hash")),
    )
    op.create_index(op.f("ix_client_key_client_id"), "client_key", ["client_id"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_proposed_by", sa.Uuid(), nullable=True),
        sa.Column("lift_proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> placed_by", name=op.f("ck_legal_hold_placed_by_two")
        ),
        sa.CheckConstraint(
            "lifted_by IS NULL OR lifted_by <> lift_proposed_by", name=op.f("ck_legal_hold_lifted_by_two")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_legal_hold_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_party", "legal_hold", ["party_id", "state"], unique=False)
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purposes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("identity_method", sa.String(), nullable=True),
        sa.Column("identified_by", sa.Uuid(), nullable=True),
        sa.Column("identified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.String(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deferred_until", sa.Date(), nullable=True),
        sa.Column("deferral", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("package_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("package_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name=op.f("ck_privacy_request_four_eyes")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_privacy_request_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_privacy_request_tenant_id_number")),
    )
    op.create_index("ix_privacy_request_party", "privacy_request", ["party_id"], unique=False)
    op.create_index("ix_privacy_request_state", "privacy_request", ["tenant_id", "state", "due_on"], unique=False)
    op.create_table(
        "processing_limit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'objection' OR purpose IS NOT NULL", name=op.f("ck_processing_limit_objection_names_purpose")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_processing_limit_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processing_limit")),
    )
    op.create_index("ix_processing_limit_party", "processing_limit", ["party_id", "until"], unique=False)
    op.create_table(
        "report_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["report_run.id"], name=op.f("fk_report_piece_run_id_report_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_piece")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_report_piece_run_id_number")),
    )
    op.create_table(
        "retention_due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("due_since", sa.Date(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["retention_batch.id"], name=op.f("fk_retention_due_batch_id_retention_batch")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_retention_due_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_due")),
        sa.UniqueConstraint("batch_id", "party_id", name=op.f("uq_retention_due_batch_id_party_id")),
    )
    op.create_index("ix_retention_due_party", "retention_due", ["party_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("depth", sa.String(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("information", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("information_note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("information_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("information_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("proposal_reason", sa.String(), nullable=True),
        sa.Column("proposal_level", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("override_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'completed') = (outcome IS NOT NULL AND decided_at IS NOT NULL)", name=op.f("ck_review_ended")
        ),
        sa.CheckConstraint("depth IN ('simplified', 'standard', 'enhanced')", name=op.f("ck_review_depth")),
        sa.CheckConstraint("outcome IN ('keep', 'change_level', 'restrict', 'exit')", name=op.f("ck_review_outcome")),
        sa.CheckConstraint("state <> 'pending_approval' OR proposal IS NOT NULL", name=op.f("ck_review_proposal")),
        sa.CheckConstraint(
            "state IN ('open', 'in_review', 'awaiting_information', 'pending_approval', 'completed', 'cancelled')",
            name=op.f("ck_review_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR automatic OR NOT four_eyes OR decided_by <> proposed_by",
            name=op.f("ck_review_second"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_review_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_assignee_id"), "review", ["assignee_id"], unique=False)
    op.create_index(
        "ix_review_completed",
        "review",
        ["party_id", "decided_at"],
        unique=False,
        postgresql_where=sa.text("state = 'completed'"),
    )
    op.create_index(
        "ix_review_due",
        "review",
        ["tenant_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'in_review', 'awaiting_information', 'pending_approval')"),
    )
    op.create_index("ix_review_party", "review", ["tenant_id", "party_id"], unique=False)
    op.create_index(
        "uq_review_open",
        "review",
        ["party_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'in_review', 'awaiting_information', 'pending_approval')"),
    )
    op.create_table(
        "risk_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("computed_then", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('in_force', 'expired', 'reopened') OR decided_by IS NOT NULL",
            name=op.f("ck_risk_override_approver"),
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_risk_override_four_eyes")),
        sa.CheckConstraint("expires_on > effective_from", name=op.f("ck_risk_override_period")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_risk_override_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_override")),
    )
    op.create_index(
        "ix_risk_override_expiry",
        "risk_override",
        ["tenant_id", "expires_on"],
        unique=False,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index("ix_risk_override_party", "risk_override", ["tenant_id", "party_id"], unique=False)
    op.create_index(
        "uq_risk_override_in_force",
        "risk_override",
        ["party_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_index(
        "uq_risk_override_proposed",
        "risk_override",
        ["party_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "ruleset_simulation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("base_sha256", sa.String(), nullable=True),
        sa.Column("new_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=True),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["ruleset_proposal.id"], name=op.f("fk_ruleset_simulation_proposal_id_ruleset_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset_simulation")),
    )
    op.create_index(op.f("ix_ruleset_simulation_proposal_id"), "ruleset_simulation", ["proposal_id"], unique=False)
    op.create_table(
        "ruleset_standing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "effective_to IS NULL OR effective_to > effective_from", name=op.f("ck_ruleset_standing_period")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["ruleset_proposal.id"], name=op.f("fk_ruleset_standing_proposal_id_ruleset_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset_standing")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_ruleset_standing_proposal_id")),
    )
    op.create_index(
        "ix_ruleset_standing_name", "ruleset_standing", ["tenant_id", "kind", "name", "effective_from"], unique=False
    )
    op.create_index(
        "uq_ruleset_standing_open",
        "ruleset_standing",
        ["tenant_id", "kind", "name"],
        unique=True,
        postgresql_where=sa.text("effective_to IS NULL"),
    )
    op.create_table(
        "screening_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("list_kind", sa.String(), nullable=False),
        sa.Column("list_version_id", sa.Uuid(), nullable=False),
        sa.Column("entity_ref", sa.String(), nullable=False),
        sa.Column("entity_name", sa.String(), nullable=False),
        sa.Column("entity_digest", sa.String(), nullable=False),
        sa.Column("material_digest", sa.String(), nullable=False),
        sa.Column("facts_digest", sa.LargeBinary(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("escalated_by", sa.Uuid(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("proposal_reason", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remembered_until", sa.Date(), nullable=True),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('true_match', 'false_positive', 'inconclusive')) = (decided_by IS NOT NULL)",
            name=op.f("ck_screening_alert_decided"),
        ),
        sa.CheckConstraint(
            "NOT four_eyes OR state NOT IN ('true_match', 'false_positive', 'inconclusive') OR proposed_by IS NOT NULL",
            name=op.f("ck_screening_alert_two_people"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'in_review', 'escalated', 'true_match', 'false_positive', 'inconclusive', 'obsolete')",
            name=op.f("ck_screening_alert_state"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR proposed_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_screening_alert_four_eyes"),
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_screening_alert_score")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_alert_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_alert")),
        sa.UniqueConstraint(
            "party_id", "list_id", "entity_ref", name=op.f("uq_screening_alert_party_id_list_id_entity_ref")
        ),
    )
    op.create_index(op.f("ix_screening_alert_assignee_id"), "screening_alert", ["assignee_id"], unique=False)
    op.create_index("ix_screening_alert_entry", "screening_alert", ["list_id", "entity_ref"], unique=False)
    op.create_index(op.f("ix_screening_alert_remembered_until"), "screening_alert", ["remembered_until"], unique=False)
    op.create_index(
        "ix_screening_alert_strength", "screening_alert", ["tenant_id", "state", "strength", "id"], unique=False
    )
    op.create_table(
        "screening_comparison",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("explanation", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_comparison_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_comparison")),
    )
    op.create_index(op.f("ix_screening_comparison_party_id"), "screening_comparison", ["party_id"], unique=False)
    op.create_table(
        "screening_list_entity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["screening_list.id"], name=op.f("fk_screening_list_entity_list_id_screening_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_list_entity")),
        sa.UniqueConstraint("list_id", "ref", "since", name=op.f("uq_screening_list_entity_list_id_ref_since")),
    )
    op.create_index("ix_screening_list_entity_since", "screening_list_entity", ["list_id", "since"], unique=False)
    op.create_index("ix_screening_list_entity_until", "screening_list_entity", ["list_id", "until"], unique=False)
    op.create_table(
        "screening_list_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("loaded_by", sa.Uuid(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_id", sa.Uuid(), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> loaded_by", name=op.f("ck_screening_list_version_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["screening_list.id"], name=op.f("fk_screening_list_version_list_id_screening_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_list_version")),
        sa.UniqueConstraint("list_id", "number", name=op.f("uq_screening_list_version_list_id_number")),
    )
    op.create_table(
        "screening_standing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("facts_digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("outline", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("keys_of", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_standing_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_standing")),
        sa.UniqueConstraint("party_id", name=op.f("uq_screening_standing_party_id")),
    )
    op.create_table(
        "used_assertion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_used_assertion_client_id_api_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_assertion")),
        sa.UniqueConstraint("client_id", "jti_hash", name=op.f("uq_used_assertion_client_id_jti_hash")),
    )
    op.create_index(op.f("ix_used_assertion_expires_at"), "used_assertion", ["expires_at"], unique=False)
    op.create_table(
        "consent_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=True),
        sa.Column("text_locale", sa.String(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("act <> 'given' OR text_version IS NOT NULL", name=op.f("ck_consent_event_text_was_read")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_consent_event_document_id_document")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_consent_event_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index("ix_consent_event_expiry", "consent_event", ["tenant_id", "expires_on"], unique=False)
    op.create_index("ix_consent_event_newest", "consent_event", ["party_id", "purpose", "channel", "id"], unique=False)
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False, comment="sealed by user_id"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["staff_user.id"], name=op.f("fk_emergency_access_reviewed_by_staff_user")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_emergency_access_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index(op.f("ix_emergency_access_until"), "emergency_access", ["until"], unique=False)
    op.create_index("ix_emergency_access_user_until", "emergency_access", ["user_id", "until"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shredded_entry", sa.Uuid(), nullable=True),
        sa.Column("completed_entry", sa.Uuid(), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_erasure_four_eyes")),
        sa.ForeignKeyConstraint(["batch_id"], ["retention_batch.id"], name=op.f("fk_erasure_batch_id_retention_batch")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_erasure_party_id_party")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["privacy_request.id"], name=op.f("fk_erasure_request_id_privacy_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_state", "erasure", ["tenant_id", "state"], unique=False)
    op.create_index(
        "uq_erasure_party", "erasure", ["party_id"], unique=True, postgresql_where=sa.text("state <> 'cancelled'")
    )
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_external_identity_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint(
            "tenant_id", "issuer", "subject", name=op.f("uq_external_identity_tenant_id_issuer_subject")
        ),
    )
    op.create_index(op.f("ix_external_identity_user_id"), "external_identity", ["user_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_recovery_code_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "review_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('satisfied', 'concern', 'not_applicable')", name=op.f("ck_review_answer_answer")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_review_answer_party_id_party")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_answer_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_answer")),
        sa.UniqueConstraint("review_id", "question", name=op.f("uq_review_answer_review_id_question")),
    )
    op.create_index(op.f("ix_review_answer_party_id"), "review_answer", ["party_id"], unique=False)
    op.create_table(
        "review_restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ground IN ('overdue', 'outcome')", name=op.f("ck_review_restriction_ground")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_review_restriction_party_id_party")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_restriction_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_restriction")),
    )
    op.create_index("ix_review_restriction_party", "review_restriction", ["tenant_id", "party_id"], unique=False)
    op.create_index(
        "uq_review_restriction_open",
        "review_restriction",
        ["review_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "review_trigger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.CheckConstraint(
            "kind IN ('periodic', 'list_hit', 'factor_moved', 'document_expired', 'assessment_expired', 'behaviour', "
            "'adverse_information', 'product_changed', 'owners_changed', 'request')",
            name=op.f("ck_review_trigger_kind"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_review_trigger_party_id_party")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_trigger_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_trigger")),
        sa.UniqueConstraint("party_id", "kind", "source", name=op.f("uq_review_trigger_party_id_kind_source")),
    )
    op.create_index(op.f("ix_review_trigger_review_id"), "review_trigger", ["review_id"], unique=False)
    op.create_table(
        "risk_rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("out_of", sa.Integer(), nullable=False),
        sa.Column("computed", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("override_id", sa.Uuid(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.ForeignKeyConstraint(
            ["override_id"], ["risk_override.id"], name=op.f("fk_risk_rating_override_id_risk_override")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_risk_rating_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_rating")),
    )
    op.create_index("ix_risk_rating_party", "risk_rating", ["party_id", "id"], unique=False)
    op.create_index("ix_risk_rating_time", "risk_rating", ["tenant_id", "rated_at"], unique=False)
    op.create_table(
        "screening_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["screening_alert.id"], name=op.f("fk_screening_comment_alert_id_screening_alert")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_comment_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_comment")),
    )
    op.create_index(op.f("ix_screening_comment_alert_id"), "screening_comment", ["alert_id"], unique=False)
    op.create_index(op.f("ix_screening_comment_party_id"), "screening_comment", ["party_id"], unique=False)
    op.create_table(
        "screening_disposition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("facts_digest", sa.LargeBinary(), nullable=False),
        sa.Column("entity_digest", sa.String(), nullable=False),
        sa.Column("material_digest", sa.String(), nullable=False),
        sa.Column("list_version_id", sa.Uuid(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('true_match', 'false_positive', 'inconclusive')", name=op.f("ck_screening_disposition_outcome")
        ),
        sa.CheckConstraint(
            "NOT four_eyes OR proposed_by IS NOT NULL", name=op.f("ck_screening_disposition_two_people")
        ),
        sa.CheckConstraint(
            "proposed_by IS NULL OR proposed_by <> decided_by", name=op.f("ck_screening_disposition_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["screening_alert.id"], name=op.f("fk_screening_disposition_alert_id_screening_alert")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_screening_disposition_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_disposition")),
    )
    op.create_index(op.f("ix_screening_disposition_alert_id"), "screening_disposition", ["alert_id"], unique=False)
    op.create_index(op.f("ix_screening_disposition_party_id"), "screening_disposition", ["party_id"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False, comment="sealed by user_id"),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_second_factor_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id")),
    )
    op.add_column("api_client", sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("credential", sa.Column("must_change", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("credential", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_in", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_in", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_in", sa.Column("second_factor", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sign_in", sa.Column("pending", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sign_in", sa.Column("method", sa.String(), server_default=sa.text("'password'"), nullable=False))
    op.add_column("sign_in", sa.Column("device", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("ip_digest", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("provider_session", sa.String(), nullable=True))
    op.add_column("sign_in", sa.Column("extra_roles", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_index(op.f("ix_sign_in_provider_session"), "sign_in", ["provider_session"], unique=False)
    arm(TENANTED, [*GROWN, *AUDITED])
    run_sql("0002_limits.sql")


def downgrade() -> None:
    disarm(AUDITED)
    run_sql("0002_down_first.sql")
    op.drop_index(op.f("ix_sign_in_provider_session"), table_name="sign_in")
    op.drop_column("sign_in", "extra_roles")
    op.drop_column("sign_in", "provider_session")
    op.drop_column("sign_in", "ip_digest")
    op.drop_column("sign_in", "device")
    op.drop_column("sign_in", "method")
    op.drop_column("sign_in", "pending")
    op.drop_column("sign_in", "second_factor")
    op.drop_column("sign_in", "confirmed_at")
    op.drop_column("sign_in", "seen_at")
    op.drop_column("credential", "expires_at")
    op.drop_column("credential", "must_change")
    op.drop_column("api_client", "scopes")
    op.drop_table("second_factor")
    op.drop_index(op.f("ix_screening_disposition_party_id"), table_name="screening_disposition")
    op.drop_index(op.f("ix_screening_disposition_alert_id"), table_name="screening_disposition")
    op.drop_table("screening_disposition")
    op.drop_index(op.f("ix_screening_comment_party_id"), table_name="screening_comment")
    op.drop_index(op.f("ix_screening_comment_alert_id"), table_name="screening_comment")
    op.drop_table("screening_comment")
    op.drop_index("ix_risk_rating_time", table_name="risk_rating")
    op.drop_index("ix_risk_rating_party", table_name="risk_rating")
    op.drop_table("risk_rating")
    op.drop_index(op.f("ix_review_trigger_review_id"), table_name="review_trigger")
    op.drop_table("review_trigger")
    op.drop_index(
        "uq_review_restriction_open", table_name="review_restriction", postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.drop_index("ix_review_restriction_party", table_name="review_restriction")
    op.drop_table("review_restriction")
    op.drop_index(op.f("ix_review_answer_party_id"), table_name="review_answer")
    op.drop_table("review_answer")
    op.drop_index(op.f("ix_recovery_code_user_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_external_identity_user_id"), table_name="external_identity")
    op.drop_table("external_identity")
    op.drop_index("uq_erasure_party", table_name="erasure", postgresql_where=sa.text("state <> 'cancelled'"))
    op.drop_index("ix_erasure_state", table_name="erasure")
    op.drop_table("erasure")
    op.drop_index("ix_emergency_access_user_until", table_name="emergency_access")
    op.drop_index(op.f("ix_emergency_access_until"), table_name="emergency_access")
    op.drop_table("emergency_access")
    op.drop_index("ix_consent_event_newest", table_name="consent_event")
    op.drop_index("ix_consent_event_expiry", table_name="consent_event")
    op.drop_table("consent_event")
    op.drop_index(op.f("ix_used_assertion_expires_at"), table_name="used_assertion")
    op.drop_table("used_assertion")
    op.drop_table("screening_standing")
    op.drop_table("screening_list_version")
    op.drop_index("ix_screening_list_entity_until", table_name="screening_list_entity")
    op.drop_index("ix_screening_list_entity_since", table_name="screening_list_entity")
    op.drop_table("screening_list_entity")
    op.drop_index(op.f("ix_screening_comparison_party_id"), table_name="screening_comparison")
    op.drop_table("screening_comparison")
    op.drop_index("ix_screening_alert_strength", table_name="screening_alert")
    op.drop_index(op.f("ix_screening_alert_remembered_until"), table_name="screening_alert")
    op.drop_index("ix_screening_alert_entry", table_name="screening_alert")
    op.drop_index(op.f("ix_screening_alert_assignee_id"), table_name="screening_alert")
    op.drop_table("screening_alert")
    op.drop_index(
        "uq_ruleset_standing_open", table_name="ruleset_standing", postgresql_where=sa.text("effective_to IS NULL")
    )
    op.drop_index("ix_ruleset_standing_name", table_name="ruleset_standing")
    op.drop_table("ruleset_standing")
    op.drop_index(op.f("ix_ruleset_simulation_proposal_id"), table_name="ruleset_simulation")
    op.drop_table("ruleset_simulation")
    op.drop_index(
        "uq_risk_override_proposed", table_name="risk_override", postgresql_where=sa.text("state = 'proposed'")
    )
    op.drop_index(
        "uq_risk_override_in_force", table_name="risk_override", postgresql_where=sa.text("state = 'in_force'")
    )
    op.drop_index("ix_risk_override_party", table_name="risk_override")
    op.drop_index("ix_risk_override_expiry", table_name="risk_override", postgresql_where=sa.text("state = 'in_force'"))
    op.drop_table("risk_override")
    op.drop_index(
        "uq_review_open",
        table_name="review",
        postgresql_where=sa.text("state IN ('open', 'in_review', 'awaiting_information', 'pending_approval')"),
    )
    op.drop_index("ix_review_party", table_name="review")
    op.drop_index(
        "ix_review_due",
        table_name="review",
        postgresql_where=sa.text("state IN ('open', 'in_review', 'awaiting_information', 'pending_approval')"),
    )
    op.drop_index("ix_review_completed", table_name="review", postgresql_where=sa.text("state = 'completed'"))
    op.drop_index(op.f("ix_review_assignee_id"), table_name="review")
    op.drop_table("review")
    op.drop_index("ix_retention_due_party", table_name="retention_due")
    op.drop_table("retention_due")
    op.drop_table("report_piece")
    op.drop_index("ix_processing_limit_party", table_name="processing_limit")
    op.drop_table("processing_limit")
    op.drop_index("ix_privacy_request_state", table_name="privacy_request")
    op.drop_index("ix_privacy_request_party", table_name="privacy_request")
    op.drop_table("privacy_request")
    op.drop_index("ix_legal_hold_party", table_name="legal_hold")
    op.drop_table("legal_hold")
    op.drop_index(op.f("ix_client_key_client_id"), table_name="client_key")
    op.drop_table("client_key")
    op.drop_index("ix_behaviour_flag_tenant", table_name="behaviour_flag")
    op.drop_table("behaviour_flag")
    op.drop_index(op.f("ix_access_token_client_id"), table_name="access_token")
    op.drop_table("access_token")
    op.drop_table("sign_in_source")
    op.drop_table("screening_state")
    op.drop_index("ix_screening_run_to_state", table_name="screening_run")
    op.drop_index("ix_screening_run_running", table_name="screening_run", postgresql_where=sa.text("state = 'running'"))
    op.drop_table("screening_run")
    op.drop_table("screening_list_held")
    op.drop_table("screening_list")
    op.drop_table("ruleset_text")
    op.drop_table("ruleset_stamp")
    op.drop_index("ix_ruleset_proposal_name", table_name="ruleset_proposal")
    op.drop_table("ruleset_proposal")
    op.drop_table("role_separation")
    op.drop_index("ix_role_appointment_holder", table_name="role_appointment")
    op.drop_table("role_appointment")
    op.drop_index("uq_risk_run_running", table_name="risk_run", postgresql_where=sa.text("state = 'running'"))
    op.drop_table("risk_run")
    op.drop_table("risk_ruleset")
    op.drop_index(
        "uq_retention_batch_open", table_name="retention_batch", postgresql_where=sa.text("state = 'proposed'")
    )
    op.drop_table("retention_batch")
    op.drop_index("ix_report_run_started", table_name="report_run")
    op.drop_index("ix_report_run_expiry", table_name="report_run")
    op.drop_table("report_run")
    op.drop_table("report_progress")
    op.drop_index("uq_key_rotation_running", table_name="key_rotation", postgresql_where=sa.text("state <> 'finished'"))
    op.drop_table("key_rotation")
    op.drop_table("audit_read")
    arm([], GROWN)
    run_sql("0002_down.sql")
