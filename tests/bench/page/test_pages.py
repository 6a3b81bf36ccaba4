"""Pages: one file, nothing loaded from anywhere, every text escaped."""

import itertools
import random
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from aukio_bench.gates import read_gates
from aukio_bench.gating import judge
from aukio_bench.page.axes import axis
from aukio_bench.page.charts import Line, Part, limit_bar, line_chart, stacked_bar
from aukio_bench.page.index_page import index_page
from aukio_bench.page.markup import Markup, element
from aukio_bench.page.place_map import place_map
from aukio_bench.page.run_page import run_page
from aukio_bench.result import Result
from aukio_bench.verdict import verdict
from reports import a_result

EVIL = '</style><script>alert("1")</script><img src=//x.y onerror=a>'


def a_full_result() -> Result:
    """A result with everything a page draws."""
    points = {"p50": 0.01, "p95": 0.02, "p99": None}
    found = a_result(
        bytes={"records": 300.0, "head": 60.0}, steps_ms={"input": 0.1, "send": 1.0}, coverage=1.0
    )
    found.report.series = [
        {"at_s": float(n), "clients": 10, "server_cpu": 0.1 * n, "position_error_m": points}
        for n in range(1, 5)
    ]
    found.report.places = {
        "half_m": 100.0,
        "x_m": [0.0, -50.5],
        "z_m": [10.0, 99.0],
        "moves": [0, 1],
        "sampled": [1, 0],
    }
    return found


def page_of(result: Result) -> str:
    return run_page(result, verdict(result.report, read_gates().limits("crowd", 10)))


class Names(HTMLParser):
    """The elements of a page, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Names:
    names = Names()
    names.feed(page)
    assert not names.open
    return names


def test_a_page_refers_to_nothing_outside_itself() -> None:
    names = read(page_of(a_full_result()))
    assert not {"script", "link", "img", "iframe", "object", "use", "image"} & set(names.names)
    assert not {"src", "href", "xlink:href", "action"} & {name for name, _ in names.attributes}
    page = page_of(a_full_result())
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
    assert any(value and "default-src 'none'" in value for _, value in names.attributes)


def test_whatever_a_run_is_called_the_page_shows_it_and_does_nothing_else() -> None:
    one = a_full_result()
    one.report.scenario = one.conditions.command  # a mix that is not known is named as it is
    one.report.errors = {EVIL: 1}
    one.report.more["steps_ms"] = {EVIL: 1.0}
    one.report.more["bytes"] = {EVIL: 1.0}
    one.set_aside = [EVIL]
    one = replace(
        one, conditions=replace(one.conditions, command=EVIL, commit=EVIL, processor=EVIL)
    )
    one.report.scenario = EVIL
    page = page_of(one)
    assert not {"script", "img"} & set(read(page).names)
    assert "&lt;script&gt;" in page
    index = index_page(EVIL, judge([one], [], read_gates(), claims=True))
    assert not {"script", "img"} & set(read(index).names)


def test_texts_and_attributes_are_escaped_and_markup_is_kept() -> None:
    found = element("p", "<b>&", element("i", 'x"y'), title='a"<b>', class_="c", data_x=None)
    assert found == '<p title="a&quot;&lt;b&gt;" class="c">&lt;b&gt;&amp;<i>x"y</i></p>'
    assert isinstance(found, Markup)


def test_a_page_says_the_verdict_the_command_and_the_limits() -> None:
    page = page_of(a_full_result())
    assert "10 people in one place at 20 Hz" in page
    assert "aukio bench crowd" in page
    assert "Second by second" in page
    assert "The place from above" in page
    assert "not measured" in page


def test_a_run_of_which_little_is_known_has_a_page() -> None:
    page = page_of(a_result())
    assert "Second by second" not in page
    assert "The place from above" not in page


def test_an_index_links_every_run() -> None:
    judged = judge([a_result(10), a_result(20)], [], read_gates(), claims=False)
    links = {v for name, v in read(index_page("today", judged)).attributes if name == "href"}
    assert links == {"crowd-10.html", "crowd-20.html"}


def test_an_axis_spans_what_is_drawn_with_round_marks() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(500):
        highest = 10 ** rng.uniform(-6, 9)
        found = axis(highest)
        assert found.high >= highest * (1 - 1e-9)
        assert found.high <= highest * 2.6, "no more than half of it is empty"
        assert 2 <= len(found.marks) <= 6
        assert len({found.label(mark) for mark in found.marks}) == len(found.marks)


@pytest.mark.parametrize("highest", [0.0, -1.0, float("nan"), float("inf")])
def test_an_axis_of_nothing_is_one(highest: float) -> None:
    assert axis(highest).high == 1


def test_a_line_has_a_gap_where_there_is_no_figure() -> None:
    points = [(1.0, 1.0), (2.0, None), (3.0, 2.0), (4.0, 2.0)]
    drawn = line_chart("CPU", "%", [Line("server", points, 1)])
    (path,) = re.findall(r'd="([^"]*)"', drawn)
    assert [path.count(letter) for letter in "ML"] == [2, 1]


def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    lines = [Line(f"p{n}", [(0.0, 1.0), (1.0, 1.0 + n / 1000)], n) for n in (1, 2, 3)]
    ends = re.findall(r'y="([0-9.]+)" class="name', line_chart("Error", "cm", lines))
    places = sorted(float(y) for y in ends)
    assert len(places) == 3
    assert all(b - a >= 14.9 for a, b in itertools.pairwise(places))


def test_parts_of_a_bar_fill_it() -> None:
    drawn = stacked_bar([Part("a", 3.0, "3"), Part("b", 1.0, "1")], "Parts")
    assert [float(w) for w in re.findall(r'<rect[^>]*width="([0-9.]+)"', drawn)] == [748.5, 248.5]
    assert "75%" in drawn


def test_a_figure_at_its_limit_reaches_the_stroke_and_not_beyond() -> None:
    drawn = limit_bar(40.0, 40.0, None, least=False)
    assert 'width="75" height="8" class="fill1"' in drawn
    assert 'class="bad"' in limit_bar(40.1, 40.0, None, least=False)
    assert 'class="bad"' in limit_bar(0.99, 0.995, None, least=True)
    assert 'class="bad"' not in limit_bar(1.0, 0.995, None, least=True)


def test_a_map_of_thousands_is_small() -> None:
    rng = random.Random(1)
    xs = [rng.uniform(-100, 100) for _ in range(3000)]
    places = {"half_m": 100, "x_m": xs, "z_m": xs, "moves": [1] * 3000, "sampled": [0] * 3000}
    drawn = place_map(places)
    assert drawn.count("h0") == 3000
    assert len(drawn) < 60_000
