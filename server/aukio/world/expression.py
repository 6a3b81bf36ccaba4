"""Conditions of rules: a small part of CEL, typed when a world is read and total when it runs.

    user.role == 'teacher' && counter.leaves >= 3 || !user.can('open')

    either   = both ("||" both)*
    both     = relation ("&&" relation)*
    relation = sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
    sum      = product (("+" | "-") product)*
    product  = unary (("*" | "/" | "%") unary)*
    unary    = ("!" | "-") unary | operand
    operand  = number | 'text' | "text" | true | false | path ["(" [either ("," either)*] ")"]
             | "(" either ")"
    path     = name ("." name)*

What a path or function is, the world says (`Names`), so a slip of a name is found when the world
is read. No expression loops, and none raises: a division by zero is 0.

Source: Common Expression Language, language definition (cel-spec); every expression here is one
there, but for that division.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from aukio.world.problems import did_you_mean, quoted

Kind = Literal["number", "text", "boolean"]
Value = float | str | bool
Path = tuple[str, ...]

LONGEST: Final = 400
"""Characters of an expression; bounds its work and the depth of its brackets."""
DEEPEST: Final = 40
"""Brackets, signs and arguments inside each other."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>'[^'\\]*'|\"[^\"\\]*\")"
    r"|(?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%<>!().,]))"
)
_WORDS: Final = {"and": "&&", "or": "||", "not": "!", "is": "==", "=": "==", "&": "&&", "|": "||"}
"""What people write who come from elsewhere, and what it is called here."""
_RELATIONS: Final = ("==", "!=", "<=", ">=", "<", ">")


class ExpressionError(ValueError):
    """An expression that cannot be read; `column` is the first character that is wrong, from 0."""

    def __init__(self, column: int, expected: str, got: str, hint: str = "") -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.column: Final = column
        self.expected: Final = expected
        self.got: Final = got
        self.hint: Final = hint


class State(Protocol):
    """What a running world answers."""

    def read(self, path: Path) -> Value:
        """The value of a path whose kind `Names` told."""

    def call(self, path: Path, arguments: tuple[Value, ...]) -> Value:
        """The value of a function that `Names` told, for arguments of its kinds."""


@dataclass(frozen=True, slots=True)
class Function:
    """Kinds of a function's arguments and of its value."""

    arguments: tuple[Kind, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Names:
    """All that expressions of a world may name, by its path: `("door", "state")`.

    `choices` holds the texts that a path may be compared with, where only some are possible.
    """

    values: Mapping[Path, Kind]
    functions: Mapping[Path, Function]
    choices: Mapping[Path, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: what it gives, the paths it reads, and its value in a world."""

    text: str
    kind: Kind
    reads: frozenset[Path]
    value: Callable[[State], Value]


def read_expression(text: str, names: Names, kind: Kind | None = None) -> Expression:
    """Reads an expression.

    Args:
        kind: what it must give; any if None.

    Raises:
        ExpressionError: a slip of writing, a name that is none, or kinds that do not go together.
    """
    if len(text) > LONGEST:
        raise ExpressionError(LONGEST, f"at most {LONGEST} characters", "more", "split the rule")
    reader = _Reader(text, names)
    found = reader.whole()
    if kind is not None and found.kind != kind:
        raise ExpressionError(0, _a(kind), _a(found.kind), _kind_hint(kind))
    return Expression(text, found.kind, frozenset(reader.reads), found.value)


@dataclass(frozen=True, slots=True)
class _Token:
    sort: str  # "number", "name", "text", "sign" or "end"
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class _Node:
    kind: Kind
    value: Callable[[State], Value]
    column: int
    path: Path = ()  # of a node that is nothing but a path
    literal: str | None = None  # of one that is nothing but a text


class _Reader:
    """Recursive descent over the grammar above; each level checks the kinds it joins."""

    def __init__(self, text: str, names: Names) -> None:
        self._names = names
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0
        self.reads: set[Path] = set()

    def whole(self) -> _Node:
        node = self._either()
        left = self._token
        if left.sort != "end":
            word = _WORDS.get(left.text)
            hint = f'write "{word}"' if word else "join two conditions by && or ||"
            raise ExpressionError(left.column, "the end or a sign between", _shown(left), hint)
        return node

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _sign(self, *signs: str) -> _Token | None:
        token = self._token
        if token.sort != "sign" or token.text not in signs:
            return None
        self._next += 1
        return token

    def _either(self) -> _Node:
        node = self._both()
        while sign := self._sign("||"):
            node = _joined(node, self._both(), sign, lambda a, b: lambda s: bool(a(s) or b(s)))
        return node

    def _both(self) -> _Node:
        node = self._relation()
        while sign := self._sign("&&"):
            node = _joined(node, self._relation(), sign, lambda a, b: lambda s: bool(a(s) and b(s)))
        return node

    def _relation(self) -> _Node:
        left = self._sum()
        sign = self._sign(*_RELATIONS)
        if sign is None:
            return left
        right = self._sum()
        if left.kind != right.kind:
            raise ExpressionError(right.column, _a(left.kind), _a(right.kind), "compare like kinds")
        if left.kind == "boolean" and sign.text not in ("==", "!="):
            raise ExpressionError(sign.column, "== or !=", f'"{sign.text}"', "nothing is more true")
        self._check_choice(left, right)
        self._check_choice(right, left)
        if again := self._sign(*_RELATIONS):
            hint = "compare two by two: a < b && b < c"
            raise ExpressionError(again.column, "&& or ||", f'"{again.text}"', hint)
        return _Node("boolean", _compared(sign.text, left.value, right.value), left.column)

    def _check_choice(self, asked: _Node, told: _Node) -> None:
        choices = self._names.choices.get(asked.path) if asked.path else None
        if choices is None or told.literal is None or told.literal in choices:
            return
        hint = did_you_mean(told.literal, choices) or f"known: {', '.join(sorted(choices))}"
        path = ".".join(asked.path)
        raise ExpressionError(told.column, f"a value of {path}", quoted(told.literal), hint)

    def _sum(self) -> _Node:
        node = self._product()
        while sign := self._sign("+", "-"):
            node = _counted(node, self._product(), sign)
        return node

    def _product(self) -> _Node:
        node = self._unary()
        while sign := self._sign("*", "/", "%"):
            node = _counted(node, self._unary(), sign)
        return node

    def _unary(self) -> _Node:
        sign = self._sign("!", "-")
        if sign is None:
            return self._operand()
        self._enter(sign)
        node = self._unary()
        self._depth -= 1
        wanted: Kind = "boolean" if sign.text == "!" else "number"
        if node.kind != wanted:
            raise ExpressionError(node.column, _a(wanted), _a(node.kind), _kind_hint(wanted))
        inner = node.value
        if sign.text == "!":
            return _Node("boolean", lambda state: not inner(state), sign.column)
        return _Node("number", lambda state: -_number(inner(state)), sign.column)

    def _operand(self) -> _Node:
        token = self._token
        self._next += token.sort != "end"
        match token.sort:
            case "number":
                number = float(token.text)
                return _Node("number", lambda _: number, token.column)
            case "text":
                text = token.text[1:-1]
                return _Node("text", lambda _: text, token.column, literal=text)
            case "name" if token.text in ("true", "false"):
                truth = token.text == "true"
                return _Node("boolean", lambda _: truth, token.column)
            case "name" if token.text not in ("and", "or", "not"):
                return self._named(token)
            case "sign" if token.text == "(":
                self._enter(token)
                node = self._either()
                self._close(token)
                return _Node(node.kind, node.value, token.column)
        word = _WORDS.get(token.text)
        hint = f'write "{word}"' if word else ""
        raise ExpressionError(token.column, "a value", _shown(token), hint)

    def _named(self, first: _Token) -> _Node:
        path = [first.text]
        while self._sign("."):
            token = self._token
            if token.sort != "name":
                raise ExpressionError(token.column, 'a name after "."', _shown(token))
            self._next += 1
            path.append(token.text)
        opened = self._sign("(")
        whole = tuple(path)
        if opened is not None:
            return self._called(whole, first, opened)
        kind = self._names.values.get(whole)
        if kind is None:
            raise self._unknown(whole, first, self._names.values, self._names.functions)
        self.reads.add(whole)
        return _Node(kind, lambda state: state.read(whole), first.column, path=whole)

    def _called(self, path: Path, first: _Token, opened: _Token) -> _Node:
        function = self._names.functions.get(path)
        if function is None:
            raise self._unknown(path, first, self._names.functions, self._names.values)
        self._enter(opened)
        arguments: list[_Node] = []
        while not (self._token.sort == "sign" and self._token.text == ")"):
            if arguments and self._sign(",") is None:
                break
            arguments.append(self._either())
        self._close(opened)
        self._check_arguments(path, function, arguments, opened)
        self.reads.add(path)
        values = tuple(node.value for node in arguments)
        return _Node(
            function.kind,
            lambda state: state.call(path, tuple(value(state) for value in values)),
            first.column,
        )

    def _check_arguments(
        self, path: Path, function: Function, arguments: list[_Node], opened: _Token
    ) -> None:
        name = ".".join(path)
        if len(arguments) != len(function.arguments):
            told = f"{name}({', '.join(function.arguments)})"
            raise ExpressionError(opened.column, told, f"{len(arguments)} values")
        for node, wanted in zip(arguments, function.arguments, strict=True):
            if node.kind != wanted:
                raise ExpressionError(node.column, _a(wanted), _a(node.kind), _kind_hint(wanted))
            choices = self._names.choices.get(path)
            if choices is not None and node.literal is not None and node.literal not in choices:
                hint = did_you_mean(node.literal, choices)
                hint = hint or f"known: {', '.join(sorted(choices))}"
                raise ExpressionError(node.column, f"a word of {name}", quoted(node.literal), hint)

    def _unknown(
        self, path: Path, first: _Token, known: Iterable[Path], others: Iterable[Path]
    ) -> ExpressionError:
        name = ".".join(path)
        if path in set(others):
            hint = f"write {name}(…)" if path in self._names.functions else "leave the brackets out"
            return ExpressionError(first.column, "a name as it is used", name, hint)
        every = [".".join(one) for one in known]
        hint = did_you_mean(name, every)
        inside = sorted(".".join(one) for one in known if one[0] == path[0])
        if not hint and inside:
            hint = f"known: {', '.join(inside[:8])}"
        return ExpressionError(first.column, "a name of this world", quoted(name), hint)

    def _enter(self, token: _Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(token.column, f"at most {DEEPEST} levels", "more", "split it")

    def _close(self, opened: _Token) -> None:
        if self._sign(")") is None:
            token = self._token
            hint = f"the bracket in column {opened.column + 1} is open"
            raise ExpressionError(token.column, '")"', _shown(token), hint)
        self._depth -= 1


def _tokens(text: str) -> list[_Token]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.end() > end:
            column = at + len(text[at:]) - len(text[at:].lstrip())
            char = text[column]
            if char in "'\"":
                hint = "close it, without \\ inside"
                raise ExpressionError(column, "a text in quotes", "one without its end", hint)
            word = _WORDS.get(char)
            hint = f'write "{word}"' if word else ""
            raise ExpressionError(column, "a name, value or sign", quoted(char), hint)
        sort = match.lastgroup or ""
        tokens.append(_Token(sort, match.group(sort), match.start(sort)))
        at = match.end()
    return [*tokens, _Token("end", "", end)]


Join = Callable[[Callable[[State], Value], Callable[[State], Value]], Callable[[State], Value]]


def _joined(left: _Node, right: _Node, sign: _Token, join: Join) -> _Node:
    for node in (left, right):
        if node.kind != "boolean":
            hint = f"{sign.text} joins conditions, such as a == b"
            raise ExpressionError(node.column, _a("boolean"), _a(node.kind), hint)
    return _Node("boolean", join(left.value, right.value), left.column)


def _counted(left: _Node, right: _Node, sign: _Token) -> _Node:
    for node in (left, right):
        if node.kind != "number":
            raise ExpressionError(node.column, _a("number"), _a(node.kind), _kind_hint("number"))
    return _Node("number", _calculated(sign.text, left.value, right.value), left.column)


def _compared(
    sign: str, left: Callable[[State], Value], right: Callable[[State], Value]
) -> Callable[[State], Value]:
    match sign:
        case "==":
            return lambda state: left(state) == right(state)
        case "!=":
            return lambda state: left(state) != right(state)
        case "<":
            return lambda state: left(state) < right(state)  # type: ignore[operator]  # like kinds
        case "<=":
            return lambda state: left(state) <= right(state)  # type: ignore[operator]  # like kinds
        case ">":
            return lambda state: left(state) > right(state)  # type: ignore[operator]  # like kinds
    return lambda state: left(state) >= right(state)  # type: ignore[operator]  # like kinds


def _calculated(
    sign: str, left: Callable[[State], Value], right: Callable[[State], Value]
) -> Callable[[State], Value]:
    match sign:
        case "+":
            return lambda state: _number(left(state)) + _number(right(state))
        case "-":
            return lambda state: _number(left(state)) - _number(right(state))
        case "*":
            return lambda state: _number(left(state)) * _number(right(state))
        case "/":
            return lambda state: _divided(_number(left(state)), _number(right(state)))
    return lambda state: _rest(_number(left(state)), _number(right(state)))


def _number(value: Value) -> float:
    return float(value)


def _divided(left: float, right: float) -> float:
    return left / right if right else 0.0


def _rest(left: float, right: float) -> float:
    return left % right if right else 0.0


def _a(kind: Kind) -> str:
    return {"number": "a number", "text": "a text", "boolean": "a condition"}[kind]


def _kind_hint(kind: Kind) -> str:
    return "compare it with something" if kind == "boolean" else ""


def _shown(token: _Token) -> str:
    return "its end" if token.sort == "end" else quoted(token.text)
