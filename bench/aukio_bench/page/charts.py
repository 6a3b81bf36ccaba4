"""Charts as inline SVG: lines over time, a stacked bar, a bar beside its limit.

Written by hand: what is needed is small, and a chart library would bring a script or a font.
Colours are classes (`c1` ... `c7`) that the style sheet gives for light, dark and paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aukio_bench.page.axes import WHOLE, Axis, axis
from aukio_bench.page.markup import Markup, element

WIDTH, HEIGHT = 460.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 62.0, 20.0, 26.0
LABEL_GAP = 15.0  # labels at the ends of lines keep this far apart
LIMIT_AT = 0.75  # of a bar's width

Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: (seconds, value) or None where there is no figure."""

    name: str
    points: Points
    colour: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stacked bar, and how its value is told."""

    name: str
    value: float
    shown: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit to draw across a chart, and what it is a limit of."""

    value: float
    name: str


def line_chart(title: str, unit: str, lines: Sequence[Line], bound: Bound | None = None) -> Markup:
    """Lines over the seconds of a run; a limit is drawn if it is not far above them."""
    values = [value for line in lines for _, value in line.points if value is not None]
    highest = max(values, default=0.0)
    if bound is not None and bound.value > highest * 2.5:
        bound = None
    down = axis(highest if bound is None else max(highest, bound.value))
    seconds = max((at for line in lines for at, _ in line.points), default=1.0)
    along = axis(seconds, 6, WHOLE)
    along = Axis(0.0, max(seconds, along.step), along.step)
    marks = [part for value in down.marks for part in _mark(down, value)]
    marks += [_second(along, n * along.step) for n in range(int(seconds / along.step + 1e-9) + 1)]
    drawn = [_line(line, along, down) for line in lines]
    picture = element(
        "svg",
        marks,
        None if bound is None else _limit(down, bound),
        drawn,
        _ends(lines, along, down),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_label=f"{title}, {unit}, over the seconds of the run",
    )
    caption = element("figcaption", element("b", title), " ", element("span", unit))
    return element("figure", caption, picture, class_="chart")


def stacked_bar(parts: Sequence[Part], label: str) -> Markup:
    """A bar of parts over the whole width, and the parts by name."""
    total = sum(part.value for part in parts) or 1.0
    at, pieces, names = 0.0, [], []
    for n, part in enumerate(parts, 1):
        wide = part.value / total * 1000
        text = f"{part.name}: {part.shown}, {part.value / total:.0%}"
        pieces.append(
            element(
                "rect",
                element("title", text),
                x=round(at, 2),
                y=0,
                width=round(max(0.0, wide - (1.5 if wide > 3 else 0)), 2),
                height=40,
                class_=f"fill{n}",
            )
        )
        chip = element("i", class_=f"chip back{n}")
        name = element("span", part.name)
        names.append(
            element("li", chip, name, element("b", part.shown), f"{part.value / total:.0%}")
        )
        at += wide
    bar = element(
        "svg",
        pieces,
        viewBox="0 0 1000 40",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
        class_="stack",
    )
    return element("div", bar, element("ul", names, class_="legend"))


def span_bar(value: float, marks: Sequence[tuple[float, str]], whole: float, label: str) -> Markup:
    """How much of a whole is used, with named marks on it."""
    scale = 1000 / whole
    picture = element(
        "svg",
        element("rect", x=0, y=22, width=1000, height=14, rx=7, class_="track"),
        element(
            "rect",
            x=0,
            y=22,
            width=round(min(value, whole) * scale, 2),
            height=14,
            rx=7,
            class_="fill1",
        ),
        [
            element(
                "line",
                x1=round(at * scale, 2),
                x2=round(at * scale, 2),
                y1=18,
                y2=40,
                class_="tick",
            )
            for at, _ in marks
        ],
        viewBox="0 0 1000 44",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
        class_="span",
    )
    names = [
        element("span", name, style=f"left:{min(97.0, at * scale / 10):.2f}%") for at, name in marks
    ]
    return element("div", picture, element("div", names, class_="names"), class_="spanned")


def limit_bar(value: float | None, must: float, moonshot: float | None, *, least: bool) -> Markup:
    """A figure beside its limit, which stands at three quarters of the width.

    What must reach a share (`least`) is drawn by what it lacks of 1.
    """
    lacks = least and must < 1

    def share(of: float) -> float:
        low = max(0.0, 1 - of) / (1 - must) if lacks else (of / must if must else float(of > 0) * 2)
        return min(1.0, low * LIMIT_AT)

    missed = value is not None and (value < must if least else value > must)
    aim = None
    if moonshot is not None:
        aim = element(
            "line",
            x1=round(share(moonshot) * 100, 2),
            x2=round(share(moonshot) * 100, 2),
            y1=2,
            y2=14,
            class_="aim",
        )
    fill = None
    if value is not None:
        wide = round(max(0.8, share(value) * 100), 2)
        fill = element("rect", x=0, y=4, width=wide, height=8, class_="bad" if missed else "fill1")
    return element(
        "svg",
        element("rect", x=0, y=4, width=100, height=8, class_="track"),
        fill,
        aim,
        element("line", x1=LIMIT_AT * 100, x2=LIMIT_AT * 100, y1=0, y2=16, class_="bound"),
        viewBox="0 0 100 16",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="bar",
    )


def _x(along: Axis, at: float) -> float:
    return round(LEFT + along.share(at) * (WIDTH - LEFT - RIGHT), 1)


def _y(down: Axis, value: float) -> float:
    return round(HEIGHT - BOTTOM - down.share(value) * (HEIGHT - TOP - BOTTOM), 1)


def _mark(down: Axis, value: float) -> list[Markup]:
    y = _y(down, value)
    return [
        element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"),
        element("text", down.label(value), x=LEFT - 6, y=y + 4, class_="end"),
    ]


def _second(along: Axis, at: float) -> Markup:
    text = f"{along.label(at)} s" if at == 0 else along.label(at)
    return element("text", text, x=_x(along, at), y=HEIGHT - 6, class_="middle")


def _limit(down: Axis, bound: Bound) -> list[Markup]:
    y = _y(down, bound.value)
    return [
        element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="bound"),
        element("text", bound.name, x=LEFT + 4, y=y - 5, class_="must"),
    ]


def _line(line: Line, along: Axis, down: Axis) -> Markup:
    """The line; a gap where there is no figure."""
    words, pen_down = [], False
    for at, value in line.points:
        if value is not None:
            words.append(f"{'L' if pen_down else 'M'}{_x(along, at):g} {_y(down, value):g}")
        pen_down = value is not None
    return element("path", d="".join(words), class_=f"line c{line.colour}")


def _ends(lines: Sequence[Line], along: Axis, down: Axis) -> list[Markup]:
    """The lines' names at their ends, moved apart where they would overlap."""
    found = []
    for line in lines:
        known = [(at, value) for at, value in line.points if value is not None]
        if known:
            found.append((_y(down, known[-1][1]), line))
    found.sort(key=lambda each: each[0])
    labels, above = [], -LABEL_GAP
    places = [max(y, above := max(y, above + LABEL_GAP)) for y, _ in found]
    over = max(0.0, places[-1] - (HEIGHT - BOTTOM)) if places else 0.0
    for y, (_, line) in zip(places, found, strict=True):
        labels.append(
            element(
                "text",
                line.name,
                x=WIDTH - RIGHT + 6,
                y=round(y - over + 4, 1),
                class_=f"name t{line.colour}",
            )
        )
    return labels
