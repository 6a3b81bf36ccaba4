"""Formulas of prefabs."""

from __future__ import annotations

import pytest

from aukio.world.formula import FormulaError, evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a}", 2.0),
        ("{a} / 2 - 0.1", 0.9),
        ("-{a} * 3", -6.0),
        ("2 - 3 - 4", -5.0),
        ("2 * (3 + {b}) / 4", 1.75),
        ("--1", 1.0),
        (" .5 ", 0.5),
    ],
)
def test_formula_has_its_value(text: str, value: float) -> None:
    assert evaluate(text, {"a": 2, "b": 0.5}) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "its end where a number should stand"),
        ("{c}", "{c}, which is no parameter"),
        ("{s}", "{s}, which is no number"),
        ("{t}", "{t}, which is no number"),
        ("1 / (2 - 2)", "a division by zero"),
        ("1 2", '"2" where it should end'),
        ("(1", 'a "(" without its ")"'),
        ("1 ** 2", '"*" where a number should stand'),
        ("a + 1", '"a + 1", which is no number'),
        ("{a", '"{a", which is no number'),
        ("(" * 121, "longer than 120 characters"),
        ("(" * 120, "its end where a number should stand"),
        ("9" * 119, None),
        ("__import__", '"__import__", which is no number'),
    ],
)
def test_formula_that_cannot_be_read_says_why(text: str, reason: str | None) -> None:
    if reason is None:
        assert evaluate(text, {}) > 0, "long numbers are numbers"
        return
    with pytest.raises(FormulaError) as refused:
        evaluate(text, {"a": 1, "s": "#ffffff", "t": True})
    assert str(refused.value).startswith(reason), "the text must say what is wrong"
