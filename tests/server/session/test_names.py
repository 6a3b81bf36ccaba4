"""What people may call themselves."""

import hypothesis.strategies as st
import pytest
import regex
from hypothesis import given

from aukio.session.names import clean_name, clean_text


@pytest.mark.parametrize(
    ("wished", "shown"),
    [
        ("Väinö", "Väinö"),
        ("  Anna   Maija ", "Anna Maija"),
        ("Ａｉｎｏ", "Aino"),  # full-width letters fold
        ("\u202eonia", "onia"),  # no direction overrides
        ("a\u0000b", "a b"),
        ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),  # joiners inside emoji stay
        ("نور", "نور"),
        ("x" * 40, "x" * 24),
        ("👩‍👩‍👧‍👦" * 9, "👩‍👩‍👧‍👦" * 3),  # 96 bytes, cut at a whole grapheme
        ("", None),
        ("\u200b\u2060", None),
        ("\u3164", None),  # a filler is a letter that shows nothing
        ("\u2800", None),
        ("A\u200d", "A"),  # no look-alike by a joiner at the end
        ("   ", None),
    ],
)
def test_names_are_shown_as_people_can_read_them(wished: str, shown: str | None) -> None:
    assert clean_name(wished) == shown


@given(st.text(max_size=96))
def test_a_cleaned_name_is_short_and_clean_and_stays_so(wished: str) -> None:
    name = clean_name(wished)
    if name is not None:
        assert 0 < len(regex.findall(r"\X", name)) <= 24
        assert len(name.encode()) <= 96
        assert clean_name(name) == name, "cleaning twice changes nothing"


@given(st.text(max_size=100))
def test_a_cleaned_line_has_no_control_characters(text: str) -> None:
    line = clean_text(text)
    assert line is None or not regex.search(r"\p{Cc}|\p{Zl}|\p{Zp}", line)
