"""How somebody holds themselves: sitting, a hand up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("posture", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("sessions", "posture")
