"""One way to write a world's files, with every comment where it was.

Indents are two spaces, lists stand four in with their dash at two, lines are as long as they are,
nothing trails at their ends. What is written in braces stays in braces: a builder decides that.
"""

from __future__ import annotations

import io
from typing import Final

from ruamel.yaml import YAML

from aukio.world.document import read_text
from aukio.world.problems import WorldProblems

WIDTH: Final = 1 << 20
"""Lines are never broken: a thing in one line is compared in one line."""


def formatted(data: bytes, file: str) -> bytes:
    """Returns a file's bytes as they should be; they say the same.

    Args:
        data: the file.
        file: its name, as problems tell it.

    Raises:
        WorldProblems: its text is not what worlds are written in; nothing is formatted then.
    """
    document = read_text(data, file)
    if document.problems:
        raise WorldProblems(document.problems)
    text = "\n".join(line.rstrip() for line in data.decode("utf-8").splitlines()) + "\n"
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(yaml.load(text), out)
    found = out.getvalue().encode()
    again = read_text(found, file)
    # Whatever a library makes of it: nobody loses a word by formatting.
    same = not again.problems and again.values == document.values
    return found if same else data
