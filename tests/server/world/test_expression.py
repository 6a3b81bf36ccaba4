"""Expressions: what they give, what they refuse, and in which column."""

import random
from typing import ClassVar

import pytest

from aukio.world.expression import (
    LONGEST,
    Expression,
    ExpressionError,
    Function,
    Names,
    Path,
    Value,
    read_expression,
)

NAMES = Names(
    values={
        ("user", "role"): "text",
        ("door", "state"): "text",
        ("counter", "leaves"): "number",
        ("timer", "left"): "number",
        ("stage", "is_open"): "boolean",
    },
    functions={
        ("user", "can"): Function(("text",), "boolean"),
        ("count",): Function(("text",), "number"),
        ("most",): Function(("number", "number"), "number"),
    },
    choices={
        ("door", "state"): frozenset({"open", "closed"}),
        ("user", "can"): frozenset({"open", "speak"}),
    },
)


class World:
    """A state in which a teacher stands before a closed door."""

    values: ClassVar[dict[Path, Value]] = {
        ("user", "role"): "teacher",
        ("door", "state"): "closed",
        ("counter", "leaves"): 3.0,
        ("timer", "left"): 0.0,
        ("stage", "is_open"): True,
    }

    def read(self, path: Path) -> Value:
        return self.values[path]

    def call(self, path: Path, arguments: tuple[Value, ...]) -> Value:
        if path == ("most",):
            return max(float(one) for one in arguments)
        return {("user", "can"): arguments == ("open",), ("count",): 7.0}[path]


def value(text: str) -> Value:
    return read_expression(text, NAMES).value(World())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 - -3", 1),
        ("7 % 4 / 2", 1.5),
        ("1 / counter.leaves * 3", 1),
        ("1 / timer.left", 0),
        ("5 % timer.left", 0),
        ("most(2, counter.leaves) + count('birds')", 10),
        ("user.role == 'teacher'", True),
        ('user.role != "teacher"', False),
        ("counter.leaves >= 3 && door.state == 'closed'", True),
        ("counter.leaves > 3 || door.state == 'open'", False),
        ("!stage.is_open || stage.is_open == true", True),
        ("user.can('open') && !user.can('speak')", True),
        # && binds before ||, and both before nothing else.
        ("true || false && false", True),
        ("1 < 2 && 2 < 3 || false", True),
    ],
)
def test_an_expression_has_the_value_that_cel_gives_it(text: str, expected: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("user.rule == 'teacher'", 0, 'did you mean "user.role"?'),
        ("counter.leaves >= 3 && dor.state == 'open'", 23, 'did you mean "door.state"?'),
        ("door.state == 'opened'", 14, 'did you mean "open"?'),
        ("'shut' == door.state", 0, "known: closed, open"),
        ("user.can('opne')", 9, 'did you mean "open"?'),
        ("user.can == true", 0, "write user.can(…)"),
        ("door.state() == 'open'", 0, "leave the brackets out"),
        ("counter.leaves and stage.is_open", 15, 'write "&&"'),
        ("counter.leaves = 3", 15, 'write "=="'),
        ("not stage.is_open", 0, 'write "!"'),
        ("counter.leaves && stage.is_open", 0, "&& joins conditions, such as a == b"),
        ("counter.leaves == '3'", 18, "compare like kinds"),
        ("1 < counter.leaves < 5", 19, "compare two by two: a < b && b < c"),
        ("(counter.leaves + 1", 19, "the bracket in column 1 is open"),
        ("user.role == 'teacher", 13, "close it, without \\ inside"),
        ("stage.is_open > false", 14, "nothing is more true"),
        ("most(1)", 4, ""),
        ("counter.leaves +", 16, ""),
        ("", 0, ""),
        ("user.", 5, ""),
    ],
)
def test_a_slip_is_told_at_its_column_with_what_to_do(text: str, column: int, hint: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read_expression(text, NAMES)
    assert (refused.value.column, refused.value.hint) == (column, hint)


def test_a_condition_must_be_one() -> None:
    assert read_expression("stage.is_open", NAMES, "boolean").kind == "boolean"
    with pytest.raises(ExpressionError, match="expected a condition, got a number"):
        read_expression("counter.leaves", NAMES, "boolean")


def test_what_is_read_is_known_beforehand() -> None:
    found = read_expression("user.can('open') || door.state == 'open' && true", NAMES)
    assert found.reads == {("user", "can"), ("door", "state")}


def test_long_and_deep_ones_are_refused() -> None:
    with pytest.raises(ExpressionError, match=f"at most {LONGEST} characters"):
        read_expression("1+" * 300 + "1", NAMES)
    for text in ("(" * 100 + "1" + ")" * 100, "-" * 200 + "1", "!" * 200 + "true"):
        with pytest.raises(ExpressionError, match="levels"):
            read_expression(text, NAMES)


def test_whatever_is_written_is_read_or_refused_at_a_place_inside_it() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    rng = random.Random(seed)
    pieces = ["user.role", "door.state", "count(", "most(1,", "'open'", "3", ".5", "(", ")", "&&"]
    pieces += ["||", "==", "<", "!", "-", "+", "%", "/", ",", ".", "true", "x", "'", " ", "&", "ä"]
    read = 0
    for _ in range(20_000):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(1, 9)))
        try:
            found: Expression = read_expression(text, NAMES)
        except ExpressionError as error:
            assert 0 <= error.column <= len(text)
        else:
            read += 1
            kinds = {"number": float, "text": str, "boolean": bool}
            assert type(found.value(World())) is kinds[found.kind], text
    assert read > 100, "some are right"
