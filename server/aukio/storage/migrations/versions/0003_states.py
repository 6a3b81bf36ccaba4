"""The state of worlds, and in which role somebody is, and whether they may speak."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = sa.Column("role", sa.String(64), nullable=False, server_default="guest")
    op.add_column("sessions", role)
    silenced = sa.Column("silenced", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("sessions", silenced)
    op.create_table(
        "states",
        sa.Column("world", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(160), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("states")
    op.drop_column("sessions", "silenced")
    op.drop_column("sessions", "role")
