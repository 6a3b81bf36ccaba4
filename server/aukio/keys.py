"""The server's own key, with which it signs links."""

import os
from pathlib import Path

from aukio.errors import AukioError

FILE = "links.key"
KEY_BYTES = 32


def link_key(folder: Path) -> tuple[bytes, bool]:
    """The key in a data folder, made if need be; and whether it was made now.

    Raises:
        AukioError: it cannot be read or written, or is none.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # Exclusively, and nobody else may read it: who has it can be anybody here.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
            if len(key) != KEY_BYTES:
                raise AukioError(f"{path}: no key; delete it, and all links end") from None
            return key, False
        with os.fdopen(descriptor, "wb") as file:
            key = os.urandom(KEY_BYTES)
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        return key, True
    except OSError as error:
        raise AukioError(f"{path}: cannot be used: {error.strerror}") from error
