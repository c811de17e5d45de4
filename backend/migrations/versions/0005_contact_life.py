"""contact_life

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.migrations.mechanisms import arm, disarm, run_sql

revision = "0005"
down_revision = "0004"

AUDITED = ["segment_work"]
TENANTED = ["kept_funnel", "segment_progress", "segment_work", "next_offer"]
GROWN: list[str] = [
    "assistant_conversation",
    "loyalty_member",
    "playbook_enrolment",
    "scoring_model_version",
    "staff_user",
]


def upgrade() -> None:
    run_sql("0005_mechanisms.sql")
    op.create_table(
        "door_knock",
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=False),
        sa.Column("even_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("door", "caller", name=op.f("pk_door_knock")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "kept_funnel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_funnel")),
        sa.UniqueConstraint("tenant_id", "by", name=op.f("uq_kept_funnel_tenant_id_by")),
    )
    op.create_table(
        "segment_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_progress")),
    )
    op.create_table(
        "segment_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'done') = (result_id IS NOT NULL)", name=op.f("ck_segment_work_result")),
        sa.CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name=op.f("ck_segment_work_failure")),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_segment_work_ended")),
        sa.CheckConstraint("kind IN ('rules', 'clusters', 'fit')", name=op.f("ck_segment_work_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_work")),
    )
    op.create_index("ix_segment_work_time", "segment_work", ["tenant_id", "requested_at"], unique=False)
    op.create_index(
        "uq_segment_work_waiting",
        "segment_work",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "next_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=False),
        sa.Column("expected", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("ranked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_next_offer_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_offer")),
        sa.UniqueConstraint("party_id", name=op.f("uq_next_offer_party_id")),
    )
    op.create_index("ix_next_offer_expected", "next_offer", ["tenant_id", "expected"], unique=False)
    op.add_column("assistant_conversation", sa.Column("asked_by", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_assistant_conversation_asked_by"), "assistant_conversation", ["asked_by"], unique=False)
    op.add_column("import_progress", sa.Column("alike", sa.BigInteger(), nullable=True))
    op.add_column("loyalty_member", sa.Column("joined_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_loyalty_member_joined_id"), "loyalty_member", ["joined_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_loyalty_member_joined_id_loyalty_member"), "loyalty_member", "loyalty_member", ["joined_id"], ["id"]
    )
    op.drop_index(op.f("ix_movement_tenant_id"), table_name="movement")
    op.create_index("ix_movement_day", "movement", ["tenant_id", "booked_on"], unique=False)
    op.create_index("ix_outbox_name", "outbox", ["tenant_id", "name", "created_at"], unique=False)
    op.create_index(
        "ix_party_merged_into",
        "party",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.add_column("playbook_enrolment", sa.Column("out_reason", sa.String(), nullable=True))
    op.create_index("ix_premium_day", "premium", ["tenant_id", "booked_on"], unique=False)
    op.drop_constraint(op.f("fk_score_run_id_scoring_run"), "score", type_="foreignkey")
    op.add_column("scoring_model_version", sa.Column("unseen", sa.Text(), nullable=True))
    op.add_column(
        "scoring_model_version", sa.Column("comparison", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.add_column("staff_user", sa.Column("work_email", sa.String(), nullable=True))
    arm(TENANTED, [*GROWN, *AUDITED])
    run_sql("0005_limits.sql")


def downgrade() -> None:
    disarm(AUDITED)
    run_sql("0005_down_first.sql")
    op.drop_column("staff_user", "work_email")
    op.drop_column("scoring_model_version", "comparison")
    op.drop_column("scoring_model_version", "unseen")
    op.create_foreign_key(op.f("fk_score_run_id_scoring_run"), "score", "scoring_run", ["run_id"], ["id"])
    op.drop_index("ix_premium_day", table_name="premium")
    op.drop_column("playbook_enrolment", "out_reason")
    op.drop_index("ix_party_merged_into", table_name="party", postgresql_where=sa.text("merged_into_id IS NOT NULL"))
    op.drop_index("ix_outbox_name", table_name="outbox")
    op.drop_index("ix_movement_day", table_name="movement")
    op.create_index(op.f("ix_movement_tenant_id"), "movement", ["tenant_id"], unique=False)
    op.drop_constraint(op.f("fk_loyalty_member_joined_id_loyalty_member"), "loyalty_member", type_="foreignkey")
    op.drop_index(op.f("ix_loyalty_member_joined_id"), table_name="loyalty_member")
    op.drop_column("loyalty_member", "joined_id")
    op.drop_column("import_progress", "alike")
    op.drop_index(op.f("ix_assistant_conversation_asked_by"), table_name="assistant_conversation")
    op.drop_column("assistant_conversation", "asked_by")
    op.drop_index("ix_next_offer_expected", table_name="next_offer")
    op.drop_table("next_offer")
    op.drop_index("uq_segment_work_waiting", table_name="segment_work", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index("ix_segment_work_time", table_name="segment_work")
    op.drop_table("segment_work")
    op.drop_table("segment_progress")
    op.drop_table("kept_funnel")
    op.drop_table("door_knock")
    arm([], GROWN)
    run_sql("0005_down.sql")
