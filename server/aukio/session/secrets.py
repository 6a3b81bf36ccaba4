"""Resume secrets: shown to the client once, kept only as hashes."""

import hashlib
from collections.abc import Callable

SECRET_BYTES = 32

RandomBytes = Callable[[int], bytes]


def hash_secret(secret: bytes) -> bytes:
    """The hash a secret is stored and looked up by. The secret is 256 random bits: no salt."""
    return hashlib.sha256(b"aukio resume 1" + secret).digest()
