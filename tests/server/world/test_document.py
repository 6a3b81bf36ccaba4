"""The strict YAML 1.2 reader: values, places, and what it refuses."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aukio.world.document import Document, read_text
from aukio.world.problems import Place


def read(text: str | bytes) -> Document:
    """Read a text that must be without problems."""
    document = read_text(text.encode() if isinstance(text, str) else text, "w.yaml")
    assert not document.problems, f"expected no problems, got {document.problems}"
    return document


def only_problem(text: str | bytes) -> str:
    """Return the one problem of a text, as printed."""
    document = read_text(text.encode() if isinstance(text, str) else text, "w.yaml")
    assert len(document.problems) == 1, f"expected one problem, got {document.problems}"
    return str(document.problems[0])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("12:30", "12:30"),
        ("2026-12-01", "2026-12-01"),
        ("1_000", "1_000"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("null", None),
        ("~", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_plain_scalar_reads_as_yaml_1_2(written: str, value: object) -> None:
    got = read(f"a: {written}\n").values["a"]
    assert got == value and type(got) is type(value), f"{written} must read as {value!r}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 012\n", 'w.yaml:1:4: a: expected a number without leading zeros, got "012"'),
        ("a: 0x1f\n", 'w.yaml:1:4: a: expected a decimal number, got "0x1f"'),
        ("a: .inf\n", 'w.yaml:1:4: a: expected a finite number, got ".inf"'),
        ("a: 1e999\n", 'w.yaml:1:4: a: expected a finite number, got "1e999"'),
        ("a: True\n", 'w.yaml:1:4: a: expected true in small letters, got "True"'),
        ("a: 1\nb: 2\na: 3\n", 'w.yaml:3:1: a: expected each key once, got "a" again'),
        ("a: {b: 1, b: 2}\n", 'w.yaml:1:11: a/b: expected each key once, got "b" again'),
        ("a: &x 1\n", "w.yaml:1:4: a: expected a value without an anchor, got &x"),
        ("a: *x\n", "w.yaml:1:4: a: expected the value itself, got alias *x"),
        ("a: !!str 1\n", "w.yaml:1:4: a: expected a value without a tag"),
        ("a: !include b\n", "w.yaml:1:4: a: expected a value without a tag"),
        ("<<: {a: 1}\n", 'w.yaml:1:1: expected a key that is a text, got "<<" (merge keys'),
        ("1: a\n", 'w.yaml:1:1: expected a key that is a text, got "1"'),
        ("a: {b}: 1\n", "w.yaml:1:7: expected YAML, got"),
        ("{a: 1}: 1\n", "w.yaml:1:1: expected a key that is a text, got a collection"),
        ("a:\n\tb: 1\n", "w.yaml:2:1: expected spaces for indentation, got a tab"),
        ("a: [1,\n", "w.yaml:2:1: expected YAML, got"),
        ("", "w.yaml:1:1: expected a mapping of keys, got an empty file"),
        ("a: 1\n---\nb: 1\n", "w.yaml:2:1: expected one document, got a second one"),
        ("%YAML 1.1\n---\na: 1\n", "w.yaml:1:1: expected no % directives"),
        (b"a: \xe4\n", "w.yaml:1:4: expected UTF-8 text, got byte 0xe4"),
        (b"\xef\xbb\xbfa: 1\n", "w.yaml:1:1: expected UTF-8 without a byte order mark"),
        (b"a: 1\nb: x\x00y\n", "w.yaml:2:5: expected printable text, got control character U+0000"),
        ('a: "\\0"\n', "w.yaml:1:4: a: expected printable text"),
        ("a: \u2028b\n", "w.yaml:1:4: expected printable text, got control character U+2028"),
    ],
)
def test_doubtful_yaml_is_refused_with_its_place(text: str | bytes, problem: str) -> None:
    assert only_problem(text).startswith(problem), "the message must name place and remedy"


def test_every_fault_of_a_text_is_told_at_once() -> None:
    document = read_text(b"a: 012\na: 1\nb: &x True\nc: *x\n", "w.yaml")
    assert [problem.line for problem in document.problems] == [1, 2, 3, 3, 4], "all lines are told"


def test_places_count_lines_and_columns_from_one() -> None:
    document = read("a:\n  b: [1, {c: ä, d: 2}]\n")
    assert document.places["a", "b", 1, "d"] == Place("w.yaml", 2, 20), "columns count characters"
    assert document.key_place(("a", "b")) == Place("w.yaml", 2, 3), "a key has its own place"
    assert document.place(("a", "b", "x")) == Place("w.yaml", 2, 6), (
        "what is missing is in its parent"
    )


def test_first_of_two_equal_keys_keeps_its_value_and_places() -> None:
    document = read_text(b"a: {x: 1}\na: {x: 2, y: 3}\n", "w.yaml")
    assert document.values == {"a": {"x": 1}}, "the second value is skipped"
    assert document.places["a", "x"].line == 1, "its places too"


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 1_900_000,
        b"{a: " * 400_000,
        b"- " * 900_000,
        b"? " * 900_000,
        b"a: " + b"x" * 1_900_000,
        b"[" + b"a," * 900_000 + b"]",
        b"a: 1\n" * 300_000,
        b"".join(b"k%d: &a%d 1\n" % (k, k) for k in range(90_000)),
        b'"' + b"\\u0041" * 300_000,
        b"#" * 1_900_000,
        b"%" * 1_900_000,
        b"a: 1\n" * 500_000,
        b"a: &a [x]\n" + b"".join(b"k%d: [*a, *a, *a]\n" % k for k in range(50_000)),
        b"\n" * 1_900_000,
    ],
    ids=lambda text: text[:6].decode().strip() or "newlines",
)
def test_hostile_text_is_answered_in_bounded_time(text: bytes) -> None:
    start = time.process_time()
    document = read_text(text, "w.yaml")
    assert time.process_time() - start < 5, "a hostile file must not hold the reader"
    assert len(document.problems) <= 100, "nor fill a screen"
    assert document.problems or isinstance(document.values, dict), "it is refused or harmless"


def test_too_large_file_is_refused_unread() -> None:
    assert "at most 2 MB" in only_problem(b"a" * 2_000_001)


@settings(deadline=None)
@given(
    st.recursive(
        st.integers(-(10**9), 10**9)
        | st.booleans()
        | st.none()
        | st.text("abcäö :-#'", max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text("abc_", min_size=1, max_size=4), inner, max_size=4)
        ),
        max_leaves=20,
    ).filter(lambda value: isinstance(value, dict) and value)
)
def test_json_is_read_as_itself(value: dict[str, Any]) -> None:
    assert read(json.dumps(value, ensure_ascii=False)).values == value, "JSON is YAML"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_values_or_problems_and_no_exception(data: bytes) -> None:
    document = read_text(data, "w.yaml")
    assert document.problems or document.values is not None, "never silence"
