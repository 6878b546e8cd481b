"""A web conversation may have a phone, too; and what people asked to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("inbound", "follow_ups"):
        op.add_column(table, sa.Column("via", sa.String(length=64), nullable=True))
    op.add_column("phones", sa.Column("channel_name", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("phones", sa.Column("address_hash", sa.String(length=64), nullable=False, server_default=""))
    op.execute(
        "UPDATE phones SET channel_name = c.channel_name, address_hash = c.address_hash "
        "FROM conversations AS c WHERE c.id = phones.conversation_id"
    )
    with op.batch_alter_table("phones", schema=None) as batch_op:
        batch_op.alter_column("channel_name", server_default=None)
        batch_op.alter_column("address_hash", server_default=None)
        batch_op.create_index(
            batch_op.f("ix_phones_channel_name_address_hash"), ["channel_name", "address_hash"], unique=False
        )
    op.create_table(
        "handovers",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_handovers_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_handovers_code_hash")),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("channel_name", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_wrong_codes")),
    )
    op.create_index(op.f("ix_wrong_codes_at"), "wrong_codes", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("wrong_codes")
    op.drop_table("handovers")
    with op.batch_alter_table("phones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phones_channel_name_address_hash"))
        batch_op.drop_column("address_hash")
        batch_op.drop_column("channel_name")
    for table in ("follow_ups", "inbound"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("via")
