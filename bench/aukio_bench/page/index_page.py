"""The page of a set: what was measured, whether it held, and a link to the page of each run."""

from aukio_bench.catalogue import entry, figure
from aukio_bench.gating import Judged, RivalJudged
from aukio_bench.page.document import document, section
from aukio_bench.page.markup import Markup, element
from aukio_bench.page.run_page import badge
from aukio_bench.result import Result
from aukio_bench.verdict import Verdict

#: (figure, its words, whether it is left out on a phone)
COLUMNS = (
    ("tick_work_ms.p99", "tick work p99", False),
    ("server_cpu", "CPU", True),
    ("cpu_us_per_client_s", "CPU a client", True),
    ("payload_bytes_per_client_s", "to a client", False),
    ("position_error_m.p95", "error p95", True),
    ("motion_age_ms.p95", "motion age p95", True),
)


def index_page(title: str, judged: Judged) -> str:
    """The whole page; the page of each run is expected beside it."""
    held = sum(found.holds is not False for _, found in judged.runs)
    headline = f"{held} of {len(judged.runs)} measurements held their limits."
    missed = [element("li", name, " was claimed and not measured") for name in judged.absent]
    head = element(
        "header",
        element("p", f"Aukio bench · {title}", class_="over"),
        badge(judged.holds),
        element("h1", headline),
        element("ul", missed) if missed else None,
    )
    parts: list[object] = [head, _runs(judged.runs), [_rival(one) for one in judged.rivals]]
    parts += [_set_aside(judged), _conditions(judged)]
    return document(headline, element("main", parts))


def _runs(runs: tuple[tuple[Result, Verdict], ...]) -> Markup:
    heads = [
        element("th", words, scope="col", class_="wide" if is_wide else None)
        for _, words, is_wide in (("", "", False), *COLUMNS, ("", "", False))
    ]
    head = element("tr", heads)
    rows = [_row(result, found) for result, found in runs]
    table = element("table", element("thead", head), element("tbody", rows), class_="runs")
    return section("Measurements", element("div", table, class_="scrolls"))


def _row(result: Result, found: Verdict) -> Markup:
    report = result.report
    cells = [
        element(
            "td",
            entry(path).show(value) if (value := figure(report, path)) is not None else "",
            class_="wide" if is_wide else None,
        )
        for path, _, is_wide in COLUMNS
    ]
    missed = [one for one in found.findings if not one.holds]
    about = [f"median of {len(result.repeats)}" if result.repeats else "one run"]
    if missed:
        names = [entry(one.limit.figure).words for one in missed[:3]]
        names += [f"{len(missed) - 3} more"] if len(missed) > 3 else []
        about.append(f"missed: {', '.join(names)}")
    name = element("a", f"{report.scenario}, {report.clients:,}", href=f"{result.name}.html")
    mark = element(
        "span",
        f"missed {len(missed)}" if missed else "held",
        class_=f"mark {'bad' if missed else 'good'}",
    )
    return element(
        "tr",
        element("th", name, element("small", "; ".join(about)), scope="row"),
        cells,
        element("td", mark),
    )


def _rival(rival: RivalJudged) -> Markup:
    rows = [
        element(
            "tr",
            element("th", one.words, scope="row"),
            element("td", "not measured" if one.value is None else f"{one.value:.2f} x"),
            element("td", f"≥ {one.limit.must:g} x"),
            element(
                "td",
                "" if one.limit.moonshot is None else f"≥ {one.limit.moonshot:g} x",
                class_="wide",
            ),
            element(
                "td",
                element(
                    "span",
                    "holds" if one.holds else "missed",
                    class_=f"mark {'good' if one.holds else 'bad'}",
                ),
            ),
        )
        for one in rival.findings
    ]
    heads = ("", "theirs / ours", "must", "moonshot", "")
    head = element(
        "tr",
        [
            element("th", text, scope="col", class_="wide" if text == "moonshot" else None)
            for text in heads
        ],
    )
    void = element("p", f"Void: {rival.void}", class_="note") if rival.void else None
    table = element("table", element("thead", head), element("tbody", rows))
    return section(f"Beside {rival.side}, {rival.clients} clients", void, table)


def _set_aside(judged: Judged) -> Markup | None:
    items = [
        element("li", f"{result.name}: {why}")
        for result, _ in judged.runs
        for why in result.set_aside
    ]
    if not items:
        return None
    return section("Runs that were repeated", element("ul", items))


def _conditions(judged: Judged) -> Markup:
    results = [result for result, _ in judged.runs]
    told = [
        ("Machine", {one.conditions.machine for one in results if one.conditions.processor}),
        ("Python", {one.conditions.python for one in results}),
        ("Commit", {one.conditions.commit for one in results}),
        ("Steal", {f"at most {max((one.report.steal for one in results), default=0.0):.1%}"}),
    ]
    items = [
        (element("dt", name), element("dd", "; ".join(sorted(texts - {""}))))
        for name, texts in told
        if texts - {""}
    ]
    return section("How it was measured", element("dl", items))
