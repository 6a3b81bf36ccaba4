"""What is wrong with a world document, and where: one `Problem` per fault, all of them raised at
once."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from aukio.errors import AukioError

LONGEST_QUOTE: Final = 60
"""Characters of a refused value that a message repeats before it is cut."""

LONGEST_STEP: Final = 80
"""Characters of a key inside a printed path."""

Path = tuple[str | int, ...]
"""Keys and list positions from the root of a document to a value."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file as shown to people, and its line and column from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a world document.

    `path` names the value inside the document, joined by slashes; empty for a fault of the file as
    a whole. `expected` and `got` read on after those words; `hint` says what to do and may be
    empty.
    """

    file: str
    line: int
    column: int
    path: str
    expected: str
    got: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        subject = f"{self.path}: " if self.path else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{where}{subject}expected {self.expected}, got {self.got}{advice}"


class WorldProblems(AukioError):
    """A world document was refused; `problems` holds every fault found, sorted by place, without
    repeats."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Final = tuple(sorted(dict.fromkeys(problems), key=_order))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[WorldProblems], tuple[tuple[Problem, ...]]]:
        # Worlds compile in a child process; the default would rebuild the exception from its text.
        return type(self), (self.problems,)


def problem_at(place: Place, path: Path, expected: str, got: str, hint: str = "") -> Problem:
    """Build a problem from a place and a path."""
    return Problem(place.file, place.line, place.column, path_text(path), expected, got, hint)


def path_text(path: Path) -> str:
    """Join a path by slashes, each key printable and of bounded length."""
    return "/".join(_printable(str(step))[:LONGEST_STEP] for step in path)


def quoted(value: object) -> str:
    """Return a value as it would stand in a document, on one line and of bounded length."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        if len(value) > 4 or any(isinstance(each, dict | list) for each in value):
            return f"{len(value)} values"
        return "[" + ", ".join(quoted(each) for each in value) + "]"
    if isinstance(value, str):
        return json.dumps(_cut(_printable(value[: LONGEST_QUOTE + 1])), ensure_ascii=False)
    return _cut(json.dumps(value))


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return `did you mean "x"?` for the closest choice, or an empty string when none is close."""
    # A hostile document may hold a key of a megabyte; matching costs the product of both lengths.
    matches = difflib.get_close_matches(word[:LONGEST_QUOTE], sorted(choices), n=1, cutoff=0.6)
    return f'did you mean "{matches[0]}"?' if matches else ""


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _order(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.path
