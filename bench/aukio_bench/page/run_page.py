"""The page of one run: the verdict in words, the limits, the course, the steps, the place."""

import itertools
from datetime import datetime
from typing import Any

from aukio_bench.catalogue import BENCH, CATALOGUE, Entry, entry, figure
from aukio_bench.gates import Limit
from aukio_bench.page.charts import Bound, Line, Part, limit_bar, line_chart, span_bar, stacked_bar
from aukio_bench.page.document import document, section
from aukio_bench.page.markup import Markup, element
from aukio_bench.page.place_map import place_map
from aukio_bench.report import Report
from aukio_bench.result import Result
from aukio_bench.scenarios import MIXES
from aukio_bench.verdict import STEAL_LIMIT, Finding, Verdict

#: What stands first: the figures one quotes.
TILES = (
    ("server_cpu", "of a core for the server"),
    ("cpu_us_per_client_s", "of CPU for a client"),
    ("payload_bytes_per_client_s", "to each client"),
    ("tick_work_ms.p99", "tick work, p99"),
    ("position_error_m.p95", "position error, nearest 20, p95"),
    ("motion_age_ms.p95", "motion age, anybody, p95"),
)
#: Classes of bytes as the swarm counts them, in words.
BYTES = {
    "head": "heads of snapshots",
    "records": "records of motion",
    "poses": "poses of headsets",
    "changes": "corrections and leaves",
    "introductions": "names and looks",
    "control": "chat, emotes, control",
    "headers": "websocket headers",
}
#: The words of the page, for who has not read the design.
MEANINGS = (
    ("Tick work", "what one of the 20 steps a second takes the server; a step has 50 ms."),
    (
        "Position error",
        "the viewer's extrapolation against the owner's own path at the same tick, taken just "
        "before the next news, so that news are one tick old.",
    ),
    ("Waiting", "pairs of whom the viewer lacks news: the truth has left what was last told."),
    ("Ghost", "somebody who has stopped and still walks on a screen."),
    (
        "Motion age",
        "from the owner's write of an input to the receive of what shows it, one clock.",
    ),
    ("Payload", "websocket frames with their headers, control messages included."),
    ("CPU", "user and system time of all of the server's processes."),
    ("Join", "from the upgrade request to the 50 nearest decoded."),
    ("Steal", "time the host gave to other guests: above 2 % a run is repeated."),
)


def run_page(result: Result, verdict: Verdict) -> str:
    """The whole page."""
    report = result.report
    parts = [
        _head(result, verdict),
        _tiles(report),
        _limits(result, verdict.findings),
        _course(report, verdict.findings),
        _tick(report),
        _bytes(report),
        _place(report),
        _all(report),
        _conditions(result),
        _meanings(),
    ]
    return document(verdict.headline, element("main", parts))


def badge(holds: bool | None) -> Markup:
    """Whether it held, as a shape and a word."""
    kind, word, path = {
        True: ("good", "Held", "M5 10.5l3.2 3.2L15 7"),
        False: ("bad", "Missed", "M6 6l8 8M14 6l-8 8"),
        None: ("plain", "Measured", "M5 10h10"),
    }[holds]
    icon = element(
        "svg", element("path", d=path), viewBox="0 0 20 20", aria_hidden="true", class_="icon"
    )
    return element("span", icon, word, class_=f"badge {kind}")


def _head(result: Result, verdict: Verdict) -> Markup:
    mix = MIXES.get(result.report.scenario)
    started = result.conditions.started
    when = ""
    if started:
        moment = datetime.fromisoformat(started)
        when = f"{moment.day} {moment:%B %Y, %H:%M} UTC"
    what = " · ".join(text for text in ("Aukio bench", result.report.scenario, when) if text)
    warns = result.report.steal > STEAL_LIMIT
    lines = [element("p", text, class_="lead") for text in verdict.sentences]
    return element(
        "header",
        element("p", what, class_="over"),
        badge(verdict.holds),
        element("h1", verdict.headline),
        lines,
        element("p", mix.story if mix else None, class_="note"),
        class_="warns" if warns else None,
    )


def _tiles(report: Report) -> Markup:
    tiles = []
    for path, words in TILES:
        value = figure(report, path)
        if value is not None:
            number, _, unit = entry(path).show(value).partition(" ")
            tiles.append(
                element(
                    "li", element("b", number, element("small", f" {unit}")), element("span", words)
                )
            )
    return element("ul", tiles, class_="tiles")


def _limits(result: Result, findings: tuple[Finding, ...]) -> Markup | None:
    if not findings:
        return None
    head = element(
        "tr",
        [element("th", name, scope="col") for name in ("Figure", "Found")],
        element("th", "Must", scope="col"),
        element("th", "Moonshot", scope="col", class_="wide"),
        element("th", "", class_="wide"),
        element("th", "", scope="col"),
    )
    rows = [_limit_row(result, one) for one in sorted(findings, key=lambda one: bool(one.holds))]
    table = element("table", element("thead", head), element("tbody", rows), class_="limits")
    return section(
        "Limits",
        table,
        note="The stroke across a bar is the limit, the dotted one the moonshot. What was not "
        "measured counts as missed.",
    )


def _limit_row(result: Result, one: Finding) -> Markup:
    named, limit = entry(one.limit.figure), one.limit
    sign = "≥" if limit.least else "≤"
    moonshot = "" if limit.moonshot is None else f"{sign} {named.show_bound(limit.moonshot)}"
    marks = {"moonshot": "far", "holds": "good", "missed": "bad", "not measured": "bad"}
    return element(
        "tr",
        element("th", named.words, scope="row"),
        element("td", named.show(one.value), _repeats(result, limit)),
        element("td", f"{sign} {named.show_bound(limit.must)}"),
        element("td", moonshot, class_="wide"),
        element(
            "td", limit_bar(one.value, limit.must, limit.moonshot, least=limit.least), class_="wide"
        ),
        element("td", element("span", one.words, class_=f"mark {marks[one.words]}")),
        class_=None if one.holds else "missed",
    )


def _repeats(result: Result, limit: Limit) -> Markup | None:
    named = entry(limit.figure)
    found = [value for one in result.repeats if (value := figure(one, limit.figure)) is not None]
    if len(found) < 2:
        return None
    low, high = named.show(min(found)), named.show(max(found))
    return element("small", f"{len(found)} runs: {low} to {high}")


def _course(report: Report, findings: tuple[Finding, ...]) -> Markup | None:
    series = report.series
    if len(series) < 2:
        return None
    limits = {one.limit.figure: one.limit.must for one in findings}

    def points(key: str, member: str | None, scale: float) -> list[tuple[float, float | None]]:
        return [(second["at_s"], _scaled(second.get(key), member, scale)) for second in series]

    def many(key: str, scale: float) -> list[Line]:
        return [
            Line(name, points(key, name, scale), n)
            for n, name in enumerate(("p50", "p95", "p99"), 1)
        ]

    def limit(path: str, scale: float = 1) -> Bound | None:
        if path not in limits:
            return None
        point = path.partition(".")[2]
        return Bound(limits[path] * scale, f"limit of {point}" if point else "limit")

    payload = limit("payload_bytes_per_client_s", 1e-3)
    charts = [
        (
            "Position error, nearest 20",
            "cm",
            many("position_error_m", 100),
            limit("position_error_m.p95", 100),
        ),
        ("Motion age, anybody", "ms", many("motion_age_ms", 1), limit("motion_age_ms.p95")),
        (
            "Payload to a client",
            "kB/s",
            [Line("payload", points("payload_bytes_per_client_s", None, 1e-3), 1)],
            payload,
        ),
        (
            "CPU",
            "% of a core",
            [
                Line("server", points("server_cpu", None, 100), 1),
                Line("bots", points("generator_busy", None, 100), 3),
            ],
            None,
        ),
        ("Tick work", "ms", many("tick_work_ms", 1), limit("tick_work_ms.p99")),
        ("People in", "", [Line("people", points("clients", None, 1), 1)], None),
        ("Server memory", "MB", [Line("memory", points("rss_bytes", None, 1e-6), 1)], None),
        ("Descriptors", "", [Line("open", points("descriptors", None, 1), 1)], None),
    ]
    drawn = [
        line_chart(title, unit, lines, bound)
        for title, unit, lines, bound in charts
        if any(value is not None for line in lines for _, value in line.points)
    ]
    return section(
        "Second by second",
        element("div", drawn, class_="charts"),
        note="Errors are those judged in a second; they happened about 1.8 s before. The work of "
        "ticks is drawn with --watch-ticks, which costs the server part of one in twenty.",
    )


def _scaled(value: Any, member: str | None, scale: float) -> float | None:
    if isinstance(value, dict):
        value = value.get(member)
    known = isinstance(value, int | float) and value == value
    return value * scale if known else None


def _tick(report: Report) -> Markup | None:
    steps = report.more.get("steps_ms") or {}
    if not steps:
        return None
    period, total = 1000 / report.tick_hz, sum(steps.values())
    parts = [Part(name, value, f"{value:.2f} ms") for name, value in steps.items()]
    marks = [
        (value, f"p{point}") for point in (50, 99) if (value := report.tick_work_ms[f"p{point}"])
    ]
    crowded = len(marks) == 2 and abs(marks[0][0] - marks[1][0]) < period * 0.06
    shown = [*(marks[1:] if crowded else marks), (period, f"{period:.0f} ms")]
    return section(
        "Where a tick goes",
        element(
            "p",
            f"{total:.1f} ms of the {period:.0f} ms that a tick has, on average; p99 marks "
            "the longest one in a hundred.",
            class_="note",
        ),
        span_bar(total, shown, period, "Mean tick work within the period"),
        element("h3", f"What these {total:.1f} ms are"),
        stacked_bar(parts, "Steps of a tick"),
    )


def _bytes(report: Report) -> Markup | None:
    sorts = report.more.get("bytes") or {}
    if not sorts:
        return None
    parts = [
        Part(
            BYTES.get(name, name),
            value,
            f"{value:.0f} B/s" if value < 1000 else f"{value / 1000:.2f} kB/s",
        )
        for name, value in sorted(sorts.items(), key=lambda pair: -pair[1])
        if value >= 0.5
    ]
    whole = entry("payload_bytes_per_client_s").show(report.payload_bytes_per_client_s)
    return section(
        "What each client receives",
        stacked_bar(parts, "Bytes by class"),
        note=f"{whole} in all, in websocket frames without compression.",
    )


def _place(report: Report) -> Markup | None:
    if not report.places.get("x_m"):
        return None
    side = report.places["half_m"] * 2
    return section(
        "The place from above",
        place_map(report.places),
        note=f"Where everybody was at the end, on {side:g} x {side:g} m, north up.",
        class_="placed",
    )


def _all(report: Report) -> Markup:
    groups: dict[str, list[Markup]] = {}
    for (group, family), entries in itertools.groupby(
        CATALOGUE, key=lambda one: (one.group, one.family)
    ):
        known = [(one, value) for one in entries if (value := figure(report, one.path)) is not None]
        if known:
            head = element("th", family, scope="row")
            row = element("tr", head, element("td", _points(known)))
            groups.setdefault(group, []).append(row)
    for name, count in sorted(report.errors.items()):
        row = element(
            "tr", element("th", f"error: {name}", scope="row"), element("td", f"{count:,}")
        )
        groups.setdefault(BENCH, []).append(row)
    tables = [
        element("div", element("h3", name), element("table", element("tbody", rows)))
        for name, rows in groups.items()
    ]
    return section("Every figure", element("div", tables, class_="columns"))


def _points(known: list[tuple[Entry, float]]) -> list[Markup | str]:
    """One figure, or its percentiles side by side with the unit once."""
    if not known[0][0].point:
        return [one.show(value) for one, value in known]
    cells: list[Markup | str] = []
    for one, value in known:
        shown = one.show(value).removesuffix(one.unit).strip()
        cells += [element("small", one.point, class_="point"), f" {shown} "]
    return [*cells, known[0][0].unit]


def _conditions(result: Result) -> Markup:
    told, report = result.conditions, result.report
    busy = report.more.get("generator_busy")
    lag = entry("generator_lag_ms").show(figure(report, "generator_lag_ms"))
    bots = f"late by {lag} at p99" + (f", {busy:.0%} of its core" if busy is not None else "")
    load = entry("load").show(figure(report, "load"))
    mix = MIXES.get(report.scenario)
    line = "websockets over TLS" if mix and mix.is_encrypted else "plain websockets"
    rows = [
        ("Measured", f"{report.seconds:.0f} s, server on one core, bots on another, {line}"),
        ("Seed", str(told.seed)),
        ("Commit", told.commit),
        ("Machine", told.machine if told.processor else ""),
        ("Python", told.python),
        ("Steal, load", f"{report.steal:.1%}, {load}"),
        ("Bots", f"{bots} (at most 5 ms and 80 %: beyond, no figures)"),
        ("Runs", f"the median of {len(result.repeats)}" if result.repeats else "one"),
        ("Set aside", "; ".join(result.set_aside)),
    ]
    items = [(element("dt", name), element("dd", text)) for name, text in rows if text]
    command = element("pre", element("code", told.command)) if told.command else None
    return section("How it was measured", command, element("dl", items))


def _meanings() -> Markup:
    items = [(element("dt", name), element("dd", text)) for name, text in MEANINGS]
    return section("What the words mean", element("dl", items), class_="meanings")
