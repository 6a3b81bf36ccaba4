"""Signed links: a ticket says which role its bearer has in a world, and until when.

A ticket is signed by the server's own key, so that nothing need be stored of it, and nobody can
make one or change what it says. Source: itsdangerous, HMAC with SHA-256 (RFC 2104).
"""

import hashlib
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

SALT = "aukio ticket"


class Tickets:
    """Signs and reads tickets with a key."""

    def __init__(self, key: bytes) -> None:
        self._signer = URLSafeSerializer(
            key, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256}
        )

    def sign(self, world: str, role: str, until: float) -> str:
        """Makes a ticket to a role in a world; `until` in seconds since 1970."""
        ticket = self._signer.dumps([world, role, round(until)])
        return ticket if isinstance(ticket, str) else ticket.decode()

    def role(self, ticket: str, world: str, now: float) -> str | None:
        """The role that a ticket gives in a world; None when it is not one of ours, for another
        world, or its time is over."""
        try:
            found: Any = self._signer.loads(ticket)
        except BadData:
            return None
        match found:
            case [str(known), str(role), int(until)] if known == world and now <= until:
                return role
        return None
