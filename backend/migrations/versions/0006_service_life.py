"""service_life

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.migrations.mechanisms import arm, disarm

revision = "0006"
down_revision = "0005"

AUDITED: list[str] = []
TENANTED = ["offer_opening"]
GROWN: list[str] = ["offer_answer", "party", "segment_clustering"]


def upgrade() -> None:
    op.create_table(
        "offer_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_code", sa.String(), nullable=False),
        sa.Column("likeness", sa.String(), nullable=False),
        sa.Column("could", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_opening")),
        sa.UniqueConstraint(
            "tenant_id", "product_code", "likeness", name=op.f("uq_offer_opening_tenant_id_product_code_likeness")
        ),
    )
    op.add_column("offer_answer", sa.Column("likeness", sa.String(), nullable=True))
    op.add_column("offer_answer", sa.Column("explored", sa.Boolean(), nullable=True))
    op.add_column("party", sa.Column("correspondence_language", sa.String(), nullable=True))
    op.add_column("segment_clustering", sa.Column("outside", sa.Integer(), nullable=True))
    op.add_column("segment_clustering", sa.Column("population", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    arm(TENANTED, [*GROWN, *AUDITED])


def downgrade() -> None:
    disarm(AUDITED)
    op.drop_column("segment_clustering", "population")
    op.drop_column("segment_clustering", "outside")
    op.drop_column("party", "correspondence_language")
    op.drop_column("offer_answer", "explored")
    op.drop_column("offer_answer", "likeness")
    op.drop_table("offer_opening")
    arm([], GROWN)
