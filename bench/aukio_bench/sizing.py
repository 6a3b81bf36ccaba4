"""How many fit: the table of people, CPU, memory and bandwidth from measured results."""

from collections.abc import Sequence

from aukio_bench.catalogue import figure
from aukio_bench.result import Result
from aukio_bench.scenarios import MIXES

HEADS = (
    "people",
    "CPU of a core",
    "tick work p99, of 50 ms",
    "server memory",
    "to each client",
    "from each client",
    "uplink of the server",
    "errors",
)


def sizing_table(results: Sequence[Result]) -> str:
    """Markdown, a row for each result; what was not measured is a dash.

    The uplink is payload alone, without the headers of TCP and IP.
    """
    rows = [HEADS, tuple("---" for _ in HEADS), *(_row(one) for one in results)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def footnote(results: Sequence[Result]) -> str:
    """Where the figures come from."""
    commits = sorted({one.conditions.commit for one in results if one.conditions.commit})
    machines = sorted({one.conditions.machine for one in results if one.conditions.processor})
    runs = sorted({len(one.repeats) or 1 for one in results})
    count = f"medians of {' or '.join(map(str, runs))} runs" if runs != [1] else "one run each"
    where = f"{'; '.join(machines)}; commit {', '.join(commits)}"
    if not machines or not commits:
        where = "machine and commit as the folder's README says"
    steal = max((one.report.steal for one in results), default=0.0)
    return (
        f"Measured: {where}; {count}; steal at most {steal:.1%}. "
        "Payload only: TCP and IP add about 40 bytes a packet, up to 20 packets a second each way."
    )


def _row(result: Result) -> tuple[str, ...]:
    report = result.report
    mix = MIXES.get(report.scenario)
    payload = figure(report, "payload_bytes_per_client_s")
    return (
        f"{report.clients:,} {f'{mix.words} {mix.during}'.strip() if mix else report.scenario}",
        _shown(figure(report, "server_cpu"), 100, "%", 0),
        _shown(figure(report, "tick_work_ms.p99"), 1, "ms", 1),
        _shown(figure(report, "rss_bytes"), 1e-6, "MB", 0),
        _shown(payload, 1e-3, "kB/s", 2),
        _shown(figure(report, "upload_bytes_per_client_s"), 1e-3, "kB/s", 2),
        _shown(None if payload is None else payload * report.clients, 1e-3, "kB/s", 0),
        f"{sum(report.errors.values()):,}",
    )


def _shown(value: float | None, scale: float, unit: str, digits: int) -> str:
    return "–" if value is None else f"{value * scale:,.{digits}f} {unit}"
