"""Pictures: photos that came by text message, until they are deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("inbound_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_pictures_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_pictures")),
        sa.UniqueConstraint("inbound_id", "place", name=op.f("uq_pictures_inbound_id_place")),
    )
    op.create_index(op.f("ix_pictures_conversation_id"), "pictures", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_pictures_created_at"), "pictures", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("pictures")
