"""Numbers of a prefab: plain ones, or a formula in quotes such as "{length} / 2 - 0.1"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

LONGEST: Final = 120
"""Characters of a formula; bounds the work and the nesting of its brackets."""

_TOKEN: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|\{([a-z][a-z0-9_]*)\}|([-+*/()]))")


class FormulaError(ValueError):
    """A formula that cannot be read or has no finite value; the text says why."""


def parameters(text: str) -> list[str]:
    """Return the names in braces, in order of appearance."""
    return re.findall(r"\{([a-z][a-z0-9_]*)\}", text)


def evaluate(text: str, values: Mapping[str, object]) -> float:
    """Return the value of a formula of numbers, `{names}`, `+ - * /` and brackets.

    Raises:
        FormulaError: a slip of writing, a name without a value or with one that is no number, a
        division by zero.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"longer than {LONGEST} characters")
    reader = _Reader(_tokens(text), values)
    result = reader.sum()
    if reader.peek() is not None:
        raise FormulaError(f'"{reader.peek()}" where it should end')
    if not math.isfinite(result):
        raise FormulaError("a value that is not finite")
    return result


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(
                f'"{text[position:].strip()[:12]}", which is no number, {{name}} or + - * / ( )'
            )
        number, name, sign = match.groups()
        tokens.append(("number", number) if number else ("name", name) if name else ("sign", sign))
        position = match.end()
    return tokens


class _Reader:
    """Recursive descent; one level per bracket or sign, at most `LONGEST`."""

    def __init__(self, tokens: list[tuple[str, str]], values: Mapping[str, object]) -> None:
        self._tokens = tokens
        self._values = values
        self._next = 0

    def peek(self) -> str | None:
        return self._tokens[self._next][1] if self._next < len(self._tokens) else None

    def _sign(self, choices: str) -> str | None:
        if self._next < len(self._tokens):
            kind, text = self._tokens[self._next]
            if kind == "sign" and text in choices:
                self._next += 1
                return text
        return None

    def sum(self) -> float:
        value = self._product()
        while sign := self._sign("+-"):
            term = self._product()
            value = value + term if sign == "+" else value - term
        return value

    def _product(self) -> float:
        value = self._atom()
        while sign := self._sign("*/"):
            factor = self._atom()
            if sign == "*":
                value *= factor
            elif factor == 0:
                raise FormulaError("a division by zero")
            else:
                value /= factor
        return value

    def _atom(self) -> float:
        if self._sign("-"):
            return -self._atom()
        if self._sign("("):
            value = self.sum()
            if not self._sign(")"):
                raise FormulaError('a "(" without its ")"')
            return value
        if self._next >= len(self._tokens):
            raise FormulaError("its end where a number should stand")
        kind, text = self._tokens[self._next]
        self._next += 1
        if kind == "number":
            return float(text)
        if kind == "name":
            return self._value(text)
        raise FormulaError(f'"{text}" where a number should stand')

    def _value(self, name: str) -> float:
        if name not in self._values:
            raise FormulaError(f"{{{name}}}, which is no parameter")
        value = self._values[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FormulaError(f"{{{name}}}, which is no number")
        return float(value)
