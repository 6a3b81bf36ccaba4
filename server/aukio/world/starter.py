"""A new world: a small place that is sound, to begin from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template
from typing import Final

from aukio.errors import AukioError
from aukio.world.terms import ID

_TEMPLATE: Final = Path(__file__).with_name("starter.yaml")


class StarterError(AukioError):
    """A new world cannot stand where it was asked for; the text says what to do."""


def new_world(folder: Path, name: str = "") -> Path:
    """Writes a new world into a folder that is not there yet, or is empty.

    Args:
        name: what people read; made from the folder's name if empty.

    Returns:
        the file that was written.

    Raises:
        StarterError: the folder has something in it, or its name is no id. OSError: it cannot be
            written.
    """
    world_id = folder.resolve().name
    if not re.fullmatch(ID, world_id):
        hint = _as_id(world_id)
        better = f', such as "{hint}"' if hint else ""
        raise StarterError(
            f"{folder}: the folder's name is the world's id in links: small letters, digits and _,"
            f" beginning with a letter{better}"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StarterError(f"{folder}: there is something already; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    title = name.strip() or world_id.replace("_", " ").capitalize()
    # A JSON string is a YAML text in double quotes, whatever is in it.
    quoted = json.dumps(title, ensure_ascii=False)
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    text = template.substitute(folder=folder, id=world_id, name=quoted)
    file = folder / "world.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def _as_id(name: str) -> str:
    """A legal id that is like a name, or nothing."""
    plain = name.lower().translate(str.maketrans("äöåéü -", "aoaeu__"))
    found = re.sub(r"[^a-z0-9_]", "", plain).lstrip("0123456789_")
    return found[:64]
