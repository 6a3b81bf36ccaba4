"""One way to write a world's files, with every comment where it was.

Indents are two spaces, lists stand four in with their dash at two, lines are as long as they are,
nothing trails at their ends. What is written in braces stays in braces: a builder decides that.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Final

import yaml
from ruamel.yaml import YAML

from aukio.errors import AukioError
from aukio.world.document import read_text
from aukio.world.problems import WorldProblems

WIDTH: Final = 1 << 20
"""Lines are never broken: a thing in one line is compared in one line."""


class LosesWords(AukioError):
    """Formatting would lose something; the text says what and where."""


def formatted(data: bytes, file: str) -> bytes:
    """Returns a file's bytes as they should be; they say the same and hold the same comments.

    Args:
        data: the file.
        file: its name, as problems tell it.

    Raises:
        WorldProblems: its text is not what worlds are written in; nothing is formatted then.
        LosesWords: a comment stands where none can be kept, as within braces over several lines.
    """
    document = read_text(data, file)
    if document.problems:
        raise WorldProblems(document.problems)
    text = "\n".join(line.rstrip() for line in data.decode("utf-8").splitlines()) + "\n"
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    writer.dump(writer.load(text), out)
    found = out.getvalue()
    # Whatever a library makes of it: nobody loses a word by formatting.
    kept = Counter(comment for _, comment in _comments(found))
    for line, comment in _comments(text):
        kept[comment] -= 1
        if kept[comment] < 0:
            raise LosesWords(
                f"{file}:{line}: left as it is, or this comment would be lost: {comment}"
                " (put it before what stands in braces or brackets)"
            )
    again = read_text(found.encode(), file)
    if again.problems or again.values != document.values:
        raise LosesWords(f"{file}: left as it is: it would not say the same afterwards")
    return found.encode()


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a text with their lines: every # that stands in no value."""
    inside = [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.ScalarToken)
    ]
    begin, value = 0, 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        at = line.find("#")
        while at >= 0:
            place = begin + at
            while value < len(inside) and inside[value][1] <= place:
                value += 1
            if value == len(inside) or place < inside[value][0]:
                yield number, line[at:].strip()
                break
            at = line.find("#", at + 1)
        begin += len(line)
