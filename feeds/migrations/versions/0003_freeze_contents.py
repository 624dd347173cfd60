"""What a freeze fixed is kept beside it; `board upgrade` writes it for those that are there."""

from alembic import op
from sqlalchemy import Column, MetaData, String, Table, Text

from feeds.history import append_only

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None
TITLE = ("冻结内容的表", "the table of what freezes fixed")


def upgrade() -> None:
    metadata = MetaData()
    table = Table(
        "freeze_contents",
        metadata,
        Column("code", String, primary_key=True),
        Column("hash", String, nullable=False),
        Column("content", Text, nullable=False),
    )
    append_only.declare(table)
    metadata.create_all(op.get_bind())
    append_only.enforce(op.get_bind(), metadata)
