"""foundation

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import backend.audit.models
from backend.migrations.mechanisms import arm, disarm, install_jobs, run_sql

revision = "0001"
down_revision = None

AUDITED = [
    "api_client",
    "import_run",
    "party",
    "role_grant",
    "team",
    "work_item",
    "account",
    "document",
    "merge_case",
    "ownership_stake",
    "party_address",
    "party_contact",
    "party_country",
    "party_identifier",
    "party_name",
    "party_relationship",
    "staff_user",
    "account_holder",
    "card",
    "customer",
    "loan",
    "standing_order",
    "onboarding_case",
    "case_approval",
    "case_check",
    "case_condition",
    "case_requirement",
    "information_request",
]
TENANTED = [
    "api_client",
    "data_key",
    "document_content",
    "idempotency_key",
    "import_run",
    "outbox",
    "party",
    "role_grant",
    "team",
    "work_item",
    "account",
    "document",
    "import_problem",
    "merge_case",
    "name_tag",
    "ownership_stake",
    "party_address",
    "party_contact",
    "party_country",
    "party_identifier",
    "party_name",
    "party_relationship",
    "staff_user",
    "account_holder",
    "card",
    "credential",
    "customer",
    "loan",
    "movement",
    "sign_in",
    "standing_order",
    "onboarding_case",
    "case_approval",
    "case_check",
    "case_condition",
    "case_requirement",
    "information_request",
]


def upgrade() -> None:
    run_sql("0001_mechanisms.sql")
    op.create_table(
        "api_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_client_key_hash")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_api_client_tenant_id_name")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "size", name=op.f("pk_audit_checkpoint")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reads", sa.Text(), nullable=True),
        sa.Column(
            "txid", backend.audit.models.TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_actor", "audit_entry", ["tenant_id", "actor_id", "ts"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["tenant_id", "subject_id", "ts"], unique=False)
    op.create_index("ix_audit_entry_ts", "audit_entry", ["tenant_id", "ts"], unique=False)
    op.create_table(
        "audit_leaf",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "idx", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_leaf_entry_id")),
    )
    op.create_table(
        "audit_queue",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_queue")),
    )
    op.create_table(
        "audit_tile",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "level", "idx", name=op.f("pk_audit_tile")),
    )
    op.create_table(
        "audit_tree",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_audit_tree")),
    )
    op.create_table(
        "data_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("owner_id", "version", name=op.f("pk_data_key")),
    )
    op.create_index(op.f("ix_data_key_tenant_id"), "data_key", ["tenant_id"], unique=False)
    op.create_table(
        "document_content",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_content")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "actor_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_dispatched_at"), "outbox", ["dispatched_at"], unique=False)
    op.create_table(
        "party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="sealed by id"),
        sa.Column("birth_date", sa.LargeBinary(), nullable=True, comment="sealed by id"),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("occupation", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("legal_form", sa.String(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.Column("referred_by", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["party.id"], name=op.f("fk_party_merged_into_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_party_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_party_referred_by"), "party", ["referred_by"], unique=False)
    op.create_table(
        "record_version",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("row", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "record_id", "ver", name=op.f("pk_record_version")),
    )
    op.create_index("ix_record_version_entry_id", "record_version", ["entry_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_holder", "role_grant", ["holder_id", "role"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_team_tenant_id_name")),
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
    )
    op.create_table(
        "work_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("excluded_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    op.create_index(op.f("ix_work_item_escalate_at"), "work_item", ["escalate_at"], unique=False)
    op.create_index("ix_work_item_owner", "work_item", ["tenant_id", "owner_id", "state", "due_at"], unique=False)
    op.create_index("ix_work_item_queue", "work_item", ["tenant_id", "queue", "state", "due_at"], unique=False)
    op.create_index("ix_work_item_subject", "work_item", ["subject_id"], unique=False)
    op.create_index(
        "uq_work_item_open",
        "work_item",
        ["subject_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'claimed')"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False, comment="sealed by owner_id"),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=True),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["party.id"], name=op.f("fk_account_owner_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_account_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_account_owner_id"), "account", ["owner_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("file_name", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_document_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_case_id"), "document", ["case_id"], unique=False)
    op.create_index(op.f("ix_document_party_id"), "document", ["party_id"], unique=False)
    op.create_table(
        "import_problem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_problem_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    op.create_index("ix_import_problem_run", "import_problem", ["run_id", "file", "line"], unique=False)
    op.create_table(
        "merge_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR proposed_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_merge_case_four_eyes"),
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_merge_case_ordered")),
        sa.ForeignKeyConstraint(["first_id"], ["party.id"], name=op.f("fk_merge_case_first_id_party")),
        sa.ForeignKeyConstraint(["second_id"], ["party.id"], name=op.f("fk_merge_case_second_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_case")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_merge_case_first_id_second_id")),
    )
    op.create_index(op.f("ix_merge_case_first_id"), "merge_case", ["first_id"], unique=False)
    op.create_index(op.f("ix_merge_case_second_id"), "merge_case", ["second_id"], unique=False)
    op.create_table(
        "name_tag",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_name_tag_party_id_party")),
        sa.PrimaryKeyConstraint("party_id", "tag", name=op.f("pk_name_tag")),
    )
    op.create_index("ix_name_tag_tag", "name_tag", ["tenant_id", "tag", "party_id"], unique=False)
    op.create_table(
        "ownership_stake",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("owned_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fraction", sa.Numeric(precision=9, scale=8), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "fraction IS NULL OR (fraction > 0 AND fraction <= 1)", name=op.f("ck_ownership_stake_fraction_of_one")
        ),
        sa.CheckConstraint("owner_id <> owned_id", name=op.f("ck_ownership_stake_not_self")),
        sa.ForeignKeyConstraint(["owned_id"], ["party.id"], name=op.f("fk_ownership_stake_owned_id_party")),
        sa.ForeignKeyConstraint(["owner_id"], ["party.id"], name=op.f("fk_ownership_stake_owner_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership_stake")),
    )
    op.create_index(op.f("ix_ownership_stake_owned_id"), "ownership_stake", ["owned_id"], unique=False)
    op.create_index(op.f("ix_ownership_stake_owner_id"), "ownership_stake", ["owner_id"], unique=False)
    op.create_table(
        "party_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_address_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_address")),
    )
    op.create_index(op.f("ix_party_address_party_id"), "party_address", ["party_id"], unique=False)
    op.create_table(
        "party_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("value_tag", sa.LargeBinary(), nullable=True),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_contact_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_contact")),
    )
    op.create_index(op.f("ix_party_contact_party_id"), "party_contact", ["party_id"], unique=False)
    op.create_index("ix_party_contact_value_tag", "party_contact", ["tenant_id", "value_tag"], unique=False)
    op.create_table(
        "party_country",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("tax_number", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_country_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_country")),
        sa.UniqueConstraint("party_id", "kind", "country", name=op.f("uq_party_country_party_id_kind_country")),
    )
    op.create_index(op.f("ix_party_country_party_id"), "party_country", ["party_id"], unique=False)
    op.create_table(
        "party_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("value_tag", sa.LargeBinary(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_identifier_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_identifier")),
    )
    op.create_index(op.f("ix_party_identifier_party_id"), "party_identifier", ["party_id"], unique=False)
    op.create_index("ix_party_identifier_value_tag", "party_identifier", ["tenant_id", "value_tag"], unique=False)
    op.create_table(
        "party_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("script", sa.String(), nullable=False),
        sa.Column("full_name", sa.LargeBinary(), nullable=False, comment="sealed by party_id"),
        sa.Column("given_name", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("family_name", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_party_name_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_name")),
    )
    op.create_index(op.f("ix_party_name_party_id"), "party_name", ["party_id"], unique=False)
    op.create_table(
        "party_relationship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_party_relationship_not_self")),
        sa.ForeignKeyConstraint(["from_id"], ["party.id"], name=op.f("fk_party_relationship_from_id_party")),
        sa.ForeignKeyConstraint(["to_id"], ["party.id"], name=op.f("fk_party_relationship_to_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_relationship")),
    )
    op.create_index(op.f("ix_party_relationship_from_id"), "party_relationship", ["from_id"], unique=False)
    op.create_index(op.f("ix_party_relationship_to_id"), "party_relationship", ["to_id"], unique=False)
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_staff_user_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("tenant_id", "login", name=op.f("uq_staff_user_tenant_id_login")),
    )
    op.create_index(op.f("ix_staff_user_team_id"), "staff_user", ["team_id"], unique=False)
    op.create_table(
        "account_holder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_holder_account_id_account")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_account_holder_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_holder")),
        sa.UniqueConstraint("account_id", "party_id", name=op.f("uq_account_holder_account_id_party_id")),
    )
    op.create_index(op.f("ix_account_holder_party_id"), "account_holder", ["party_id"], unique=False)
    op.create_table(
        "card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_card_account_id_account")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_card_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_card_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_card_account_id"), "card", ["account_id"], unique=False)
    op.create_index(op.f("ix_card_party_id"), "card", ["party_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_credential_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("user_id", name=op.f("uq_credential_user_id")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("risk_level", sa.String(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["manager_id"], ["staff_user.id"], name=op.f("fk_customer_manager_id_staff_user")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_customer_party_id_party")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_customer_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("party_id", name=op.f("uq_customer_party_id")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_customer_tenant_id_number")),
    )
    op.create_index("ix_customer_manager", "customer", ["tenant_id", "manager_id"], unique=False)
    op.create_index("ix_customer_team", "customer", ["tenant_id", "team_id"], unique=False)
    op.create_table(
        "loan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("payment", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_loan_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_loan_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_loan_account_id"), "loan", ["account_id"], unique=False)
    op.create_table(
        "movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("balance", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("counterparty_bank", sa.String(), nullable=True),
        sa.Column("counterparty_account", sa.LargeBinary(), nullable=True, comment="sealed by owner_id"),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_movement_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "booked_on", "id", name=op.f("pk_movement")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_movement_tenant_id_source_ref")),
    )
    op.create_index("ix_movement_tenant_id", "movement", ["tenant_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_sign_in_user_id_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"], unique=False)
    op.create_table(
        "standing_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("payee_bank", sa.String(), nullable=False),
        sa.Column("payee_account", sa.LargeBinary(), nullable=False, comment="sealed by owner_id"),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("source_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_standing_order_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order")),
        sa.UniqueConstraint("tenant_id", "source_ref", name=op.f("uq_standing_order_tenant_id_source_ref")),
    )
    op.create_index(op.f("ix_standing_order_account_id"), "standing_order", ["account_id"], unique=False)
    op.create_table(
        "onboarding_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("products", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=True),
        sa.Column("due_diligence", sa.String(), nullable=False),
        sa.Column("risk_points", sa.Integer(), nullable=True),
        sa.Column("risk_level", sa.String(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposal_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_onboarding_case_customer_id_customer")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["onboarding_case.id"], name=op.f("fk_onboarding_case_parent_id_onboarding_case")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_onboarding_case_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onboarding_case")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_onboarding_case_tenant_id_number")),
    )
    op.create_index(op.f("ix_onboarding_case_expires_at"), "onboarding_case", ["expires_at"], unique=False)
    op.create_index(op.f("ix_onboarding_case_parent_id"), "onboarding_case", ["parent_id"], unique=False)
    op.create_index("ix_onboarding_case_party", "onboarding_case", ["party_id"], unique=False)
    op.create_index("ix_onboarding_case_state", "onboarding_case", ["tenant_id", "state", "opened_at"], unique=False)
    op.create_table(
        "case_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approver_id <> proposed_by", name=op.f("ck_case_approval_four_eyes")),
        sa.CheckConstraint("approver_id <> submitted_by", name=op.f("ck_case_approval_maker_never_checks")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["onboarding_case.id"], name=op.f("fk_case_approval_case_id_onboarding_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_approval")),
        sa.UniqueConstraint("case_id", "round", "approver_id", name=op.f("uq_case_approval_case_id_round_approver_id")),
    )
    op.create_table(
        "case_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("performed_by", sa.Uuid(), nullable=False),
        sa.Column("performed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["onboarding_case.id"], name=op.f("fk_case_check_case_id_onboarding_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_check")),
    )
    op.create_index(op.f("ix_case_check_case_id"), "case_check", ["case_id"], unique=False)
    op.create_table(
        "case_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["onboarding_case.id"], name=op.f("fk_case_condition_case_id_onboarding_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_condition")),
    )
    op.create_index(op.f("ix_case_condition_case_id"), "case_condition", ["case_id"], unique=False)
    op.create_table(
        "case_requirement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("because", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("satisfied_by", sa.Uuid(), nullable=True),
        sa.Column("waived_by", sa.Uuid(), nullable=True),
        sa.Column("waiver_reason", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["onboarding_case.id"], name=op.f("fk_case_requirement_case_id_onboarding_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_requirement")),
        sa.UniqueConstraint("case_id", "code", name=op.f("uq_case_requirement_case_id_code")),
    )
    op.create_table(
        "information_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("requirements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True, comment="sealed by party_id"),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["onboarding_case.id"], name=op.f("fk_information_request_case_id_onboarding_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
    )
    op.create_index(op.f("ix_information_request_case_id"), "information_request", ["case_id"], unique=False)
    run_sql("0001_grants.sql")
    arm(TENANTED, AUDITED)
    run_sql("0001_limits.sql")
    install_jobs()


def downgrade() -> None:
    disarm(AUDITED)
    op.drop_index(op.f("ix_information_request_case_id"), table_name="information_request")
    op.drop_table("information_request")
    op.drop_table("case_requirement")
    op.drop_index(op.f("ix_case_condition_case_id"), table_name="case_condition")
    op.drop_table("case_condition")
    op.drop_index(op.f("ix_case_check_case_id"), table_name="case_check")
    op.drop_table("case_check")
    op.drop_table("case_approval")
    op.drop_index("ix_onboarding_case_state", table_name="onboarding_case")
    op.drop_index("ix_onboarding_case_party", table_name="onboarding_case")
    op.drop_index(op.f("ix_onboarding_case_parent_id"), table_name="onboarding_case")
    op.drop_index(op.f("ix_onboarding_case_expires_at"), table_name="onboarding_case")
    op.drop_table("onboarding_case")
    op.drop_index(op.f("ix_standing_order_account_id"), table_name="standing_order")
    op.drop_table("standing_order")
    op.drop_index(op.f("ix_sign_in_user_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index("ix_movement_tenant_id", table_name="movement")
    op.drop_table("movement")
    op.drop_index(op.f("ix_loan_account_id"), table_name="loan")
    op.drop_table("loan")
    op.drop_index("ix_customer_team", table_name="customer")
    op.drop_index("ix_customer_manager", table_name="customer")
    op.drop_table("customer")
    op.drop_table("credential")
    op.drop_index(op.f("ix_card_party_id"), table_name="card")
    op.drop_index(op.f("ix_card_account_id"), table_name="card")
    op.drop_table("card")
    op.drop_index(op.f("ix_account_holder_party_id"), table_name="account_holder")
    op.drop_table("account_holder")
    op.drop_index(op.f("ix_staff_user_team_id"), table_name="staff_user")
    op.drop_table("staff_user")
    op.drop_index(op.f("ix_party_relationship_to_id"), table_name="party_relationship")
    op.drop_index(op.f("ix_party_relationship_from_id"), table_name="party_relationship")
    op.drop_table("party_relationship")
    op.drop_index(op.f("ix_party_name_party_id"), table_name="party_name")
    op.drop_table("party_name")
    op.drop_index("ix_party_identifier_value_tag", table_name="party_identifier")
    op.drop_index(op.f("ix_party_identifier_party_id"), table_name="party_identifier")
    op.drop_table("party_identifier")
    op.drop_index(op.f("ix_party_country_party_id"), table_name="party_country")
    op.drop_table("party_country")
    op.drop_index("ix_party_contact_value_tag", table_name="party_contact")
    op.drop_index(op.f("ix_party_contact_party_id"), table_name="party_contact")
    op.drop_table("party_contact")
    op.drop_index(op.f("ix_party_address_party_id"), table_name="party_address")
    op.drop_table("party_address")
    op.drop_index(op.f("ix_ownership_stake_owner_id"), table_name="ownership_stake")
    op.drop_index(op.f("ix_ownership_stake_owned_id"), table_name="ownership_stake")
    op.drop_table("ownership_stake")
    op.drop_index("ix_name_tag_tag", table_name="name_tag")
    op.drop_table("name_tag")
    op.drop_index(op.f("ix_merge_case_second_id"), table_name="merge_case")
    op.drop_index(op.f("ix_merge_case_first_id"), table_name="merge_case")
    op.drop_table("merge_case")
    op.drop_index("ix_import_problem_run", table_name="import_problem")
    op.drop_table("import_problem")
    op.drop_index(op.f("ix_document_party_id"), table_name="document")
    op.drop_index(op.f("ix_document_case_id"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_account_owner_id"), table_name="account")
    op.drop_table("account")
    op.drop_index("uq_work_item_open", table_name="work_item", postgresql_where=sa.text("state IN ('open', 'claimed')"))
    op.drop_index("ix_work_item_subject", table_name="work_item")
    op.drop_index("ix_work_item_queue", table_name="work_item")
    op.drop_index("ix_work_item_owner", table_name="work_item")
    op.drop_index(op.f("ix_work_item_escalate_at"), table_name="work_item")
    op.drop_table("work_item")
    op.drop_table("tenant")
    op.drop_table("team")
    op.drop_index("ix_role_grant_holder", table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index("ix_record_version_entry_id", table_name="record_version")
    op.drop_table("record_version")
    op.drop_index(op.f("ix_party_referred_by"), table_name="party")
    op.drop_table("party")
    op.drop_index(op.f("ix_outbox_dispatched_at"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("import_run")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_table("document_content")
    op.drop_index(op.f("ix_data_key_tenant_id"), table_name="data_key")
    op.drop_table("data_key")
    op.drop_table("audit_tree")
    op.drop_table("audit_tile")
    op.drop_table("audit_queue")
    op.drop_table("audit_leaf")
    op.drop_index("ix_audit_entry_ts", table_name="audit_entry")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_actor", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("audit_checkpoint")
    op.drop_table("api_client")
    run_sql("0001_down.sql")
