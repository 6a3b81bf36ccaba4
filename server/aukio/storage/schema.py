"""The tables, as SQLAlchemy Core knows them. Changes come as migrations."""

import sqlalchemy as sa

metadata = sa.MetaData()

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("world", sa.String(64), nullable=False, index=True),
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
    sa.Column("former_hash", sa.LargeBinary(32), nullable=False),  # empty: none
    sa.Column("name", sa.String(96), nullable=False),
    sa.Column("look", sa.LargeBinary(16), nullable=False),
    sa.Column("x", sa.Integer, nullable=False),  # 1/65536 m
    sa.Column("y", sa.Integer, nullable=False),
    sa.Column("z", sa.Integer, nullable=False),
    sa.Column("yaw", sa.Integer, nullable=False),  # 1/65536 turn
    sa.Column("posture", sa.Integer, nullable=False, server_default="0"),  # bits, see sim.entities
    sa.Column("role", sa.String(64), nullable=False, server_default="guest"),
    sa.Column("silenced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("seen_at", sa.Float, nullable=False),  # seconds since 1970
)

states = sa.Table(
    "states",
    metadata,
    sa.Column("world", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(160), primary_key=True),  # "object/door", "after/rule/0"
    sa.Column("value", sa.String(64), nullable=False),
)
