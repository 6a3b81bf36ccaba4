"""The number of the wire, its history, and the hash both ends compare.

History
1  First wire: hello to goodbye, inputs with claims, snapshots of motion records and poses.
2  Postures, looks that change, named spots: Hold, Dress, Go; Hello.spot, Introduce.posture.
3  Smaller snapshots: short ticks, Rice-coded gaps, places in 1/128 m, turn rates on yaw steps;
   heads beyond interest: FarCrowd. Worlds that change while people are in, and lead to others:
   Rebuilt, Portal.
"""

import hashlib
from functools import cache

from .errors import CLOSE_CODES
from .messages import MESSAGES, message_fields

VERSION = 3
#: Stays when the version grows: a page that is too old must get in far enough to be told so.
SUBPROTOCOL = "aukio.1"

#: Changed by hand whenever a drawn layout or the extrapolation formula changes.
LAYOUTS = "input 1, snapshot 3, pose 1, motion 2"


def describe_schema() -> str:
    """The schema in one text: what the hash is made from."""
    lines = [f"version {VERSION}", LAYOUTS]
    lines += [f"reason {reason.name} {reason:d} {code}" for reason, code in CLOSE_CODES.items()]
    for message in MESSAGES:
        head = f"message {message.__name__} {message.ID} {message.SENDER.value} {message.LIMIT}"
        fields = [f"{name} {facts.describe()}" for name, facts in message_fields(message).items()]
        lines.append(f"{head} ({'; '.join(fields)})")
    return "\n".join(lines)


@cache
def schema_hash() -> bytes:
    """Eight bytes that differ when the two ends were built from different wires."""
    return hashlib.sha256(describe_schema().encode()).digest()[:8]
