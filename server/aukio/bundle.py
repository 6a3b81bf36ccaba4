"""Where the built web client and the example worlds stand: in the wheel, or in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def client_folder() -> Path | None:
    """The built web client, or None when it has not been built."""
    for folder in (_PACKAGE / "_client", _CHECKOUT / "clients/web/dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def example_world() -> Path | None:
    """The world served when none is named."""
    for folder in (_PACKAGE / "_worlds", _CHECKOUT / "worlds"):
        if (folder / "square/world.yaml").is_file():
            return folder / "square"
    return None
