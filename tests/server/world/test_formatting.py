"""One way to write files: comments stay, meaning stays, and twice is once."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aukio.world.document import read_text
from aukio.world.formatting import LosesWords, formatted
from aukio.world.problems import WorldProblems

WORLDS = Path(__file__).parents[3] / "worlds"

ROUGH = b"""\
# A yard.   \nworld:   1
id: yard
entities:
    bench:   {use: bench,   at: [1,2]}   # by the wall


    # the old one
    lamp:
        use: lamp
        at:
        - 3
        - 4
    colour: "#c8553d"
    text: 'it''s'
"""


@pytest.mark.parametrize("file", sorted(WORLDS.glob("*/*.yaml")), ids=lambda file: file.parent.name)
def test_our_own_worlds_are_written_so(file: Path) -> None:
    assert formatted(file.read_bytes(), file.name) == file.read_bytes()


def test_a_rough_file_becomes_neat_and_keeps_its_comments() -> None:
    found = formatted(ROUGH, "yard/world.yaml")
    assert read_text(found, "").values == read_text(ROUGH, "").values
    for comment in (b"# A yard.\n", b"# by the wall\n", b"# the old one\n"):
        assert comment in found
    assert b"  bench: {use: bench, at: [1, 2]}" in found
    assert b"\n      - 3\n" in found
    assert b" \n" not in found
    assert formatted(found, "") == found


@pytest.mark.parametrize(
    "text",
    [
        "size: [1, # one\n  2]\n",
        "a: {\n  # lead\n  b: 1, # of b\n  c: 2\n  # tail\n}\n",
    ],
)
def test_a_comment_that_could_not_be_kept_leaves_the_file_as_it_is(text: str) -> None:
    with pytest.raises(LosesWords, match=r"mine/world\.yaml:\d: left as it is"):
        formatted(text.encode(), "mine/world.yaml")


def test_a_number_sign_in_a_value_is_no_comment() -> None:
    text = b"a: \"#c8553d\"   # red\nb: x#y\nc: '# no'\nd: |\n  # neither\n"
    found = formatted(text, "")
    assert read_text(found, "").values == {
        "a": "#c8553d",
        "b": "x#y",
        "c": "# no",
        "d": "# neither\n",
    }


def test_what_is_no_world_text_is_refused_and_not_touched() -> None:
    with pytest.raises(WorldProblems) as refused:
        formatted(b"world: 1\nworld: 2\n", "yard/world.yaml")
    assert refused.value.problems[0].line == 2


_scalars = st.one_of(
    st.integers(-999, 999),
    st.booleans(),
    st.sampled_from(
        ["a", "on", "yes", "1:30", "#c8553d", "it's", 'say "hi"', "- x", "{a}", "é", "~", " x "]
    ),
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), _values, min_size=1))
def test_whatever_is_written_says_the_same_afterwards(values: dict[str, object]) -> None:
    import yaml

    written = yaml.safe_dump(values, allow_unicode=True, default_flow_style=None).encode()
    document = read_text(written, "")
    if document.problems:
        return  # not every YAML is what worlds are written in
    found = formatted(written, "")
    assert read_text(found, "").values == document.values
    assert formatted(found, "") == found
