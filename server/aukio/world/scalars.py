"""Plain scalars of a document read by the YAML 1.2 core schema, without its doubtful corners."""

from __future__ import annotations

import math
import re
from typing import Final

Scalar = str | int | float | bool | None

LONGEST_NUMBER: Final = 24
"""Characters a number may have; more digits than a float holds are a slip, and converting many is
slow."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED: Final = re.compile(r"0[ox][0-9a-fA-F]+")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: Final[dict[str, Scalar]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_CAPITAL_WORDS: Final = frozenset({"True", "TRUE", "False", "FALSE", "Null", "NULL"})


class ScalarError(ValueError):
    """A plain scalar that YAML 1.2 readers disagree on; `expected` and `hint` go into the
    problem."""

    def __init__(self, expected: str, hint: str) -> None:
        super().__init__(expected)
        self.expected: Final = expected
        self.hint: Final = hint


def read_plain(text: str) -> Scalar:
    """Return the value of an unquoted scalar.

    `no`, `on`, `yes` and `12:30` are texts, as editors with YAML 1.2 see them; PyYAML alone would
    read False, True, True and 750.

    Raises:
        ScalarError: a number with leading zeros, in another base, endless, too long or not finite;
        a capitalised
            `True`, `False` or `Null`.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text in _CAPITAL_WORDS:
        raise ScalarError(f"{text.lower()} in small letters", "put a text in quotes")
    if text[0] not in "+-.0123456789":
        return text
    if _FLOAT.fullmatch(text):
        return _read_number(text)
    if _BASED.fullmatch(text):
        raise ScalarError("a decimal number", "put a text in quotes")
    if _NOT_FINITE.fullmatch(text):
        raise ScalarError("a finite number", "put a text in quotes")
    return text


def _read_number(text: str) -> int | float:
    if _LEADING_ZERO.match(text):
        raise ScalarError("a number without leading zeros", "put a text in quotes")
    if len(text) > LONGEST_NUMBER:
        raise ScalarError(
            f"a number of at most {LONGEST_NUMBER} characters", "put a text in quotes"
        )
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise ScalarError("a finite number", "put a text in quotes")
    return number
