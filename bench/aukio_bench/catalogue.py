"""The figures of a run in words: how each is called, in which unit it is shown, which is better."""

from dataclasses import dataclass

from aukio_bench.report import Report


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure. `path` leads to it in a report: `tick_work_ms.p99`; what is not among the fixed
    keys is looked for in `more`. Shown is value x `scale`, in `unit`.
    """

    group: str
    path: str
    words: str
    unit: str = ""
    scale: float = 1.0
    digits: int = 1
    more_is_better: bool = False
    point: str = ""  # of a distribution: p50, p99, max

    @property
    def family(self) -> str:
        """The words without the point: what the points of one distribution share."""
        return self.words.removesuffix(self.point).rstrip(" ,")

    def show(self, value: float | None) -> str:
        """The value with its unit, or that there is none."""
        if value is None:
            return "not measured"
        shown = f"{value * self.scale:,.{self.digits}f}"
        if float(shown.replace(",", "")) == 0:  # a very small figure is not none
            shown = f"{value * self.scale:.2g}"
        return f"{shown} {self.unit}".strip()

    def show_bound(self, value: float) -> str:
        """A limit with its unit: as many digits as it was given."""
        return f"{float(f'{value * self.scale:.6g}'):,} {self.unit}".replace(".0 ", " ").strip()


def figure(report: Report, path: str) -> float | None:
    """A figure by its path; None if there is none. Of `errors` it is how many there were."""
    name, _, member = path.partition(".")
    found = getattr(report, name) if hasattr(report, name) else report.more.get(name)
    if member:
        found = found.get(member) if isinstance(found, dict) else None
    if name == "errors" and isinstance(found, dict):
        found = sum(found.values())
    if isinstance(found, int | float) and found == found:
        return float(found)
    return None


def entry(path: str) -> Entry:
    """How a figure is called. Raises KeyError for one that no report has."""
    return _BY_PATH[path]


def _points(
    group: str, name: str, words: str, unit: str, scale: float, digits: int, points: str
) -> list[Entry]:
    return [
        Entry(group, f"{name}.{point}", f"{words} {point}", unit, scale, digits, point=point)
        for point in points.split()
    ]


TICK, SERVER, BYTES = "The tick", "The server", "Bytes"
SEEN, TIME, BENCH = "What people see", "Latency", "The bench itself"

CATALOGUE: tuple[Entry, ...] = (
    *_points(TICK, "tick_work_ms", "tick work", "ms", 1, 1, "p50 p95 p99 max"),
    *_points(TICK, "tick_lateness_ms", "tick lateness", "ms", 1, 2, "p99 max"),
    Entry(TICK, "missed_ticks", "ticks missed", digits=0),
    Entry(TICK, "missed_share", "ticks missed of 1,000", scale=1000, digits=2),
    Entry(SERVER, "server_cpu", "server's share of a core", "%", 100),
    Entry(SERVER, "cpu_us_per_client_s", "server CPU for a client", "µs/s", digits=0),
    Entry(SERVER, "rss_bytes", "server memory", "MB", 1e-6),
    Entry(SERVER, "rss_bytes_per_client", "server memory for a client", "kB", 1e-3),
    Entry(SERVER, "rss_bytes_per_1000_joins", "memory kept of 1,000 joins", "MB", 1e-6, 2),
    Entry(SERVER, "descriptors_grown", "descriptors kept", digits=0),
    Entry(SERVER, "threads_grown", "threads kept", digits=0),
    Entry(SERVER, "held_bytes_max", "most held for one client", "kB", 1e-3),
    Entry(SERVER, "back_s.server", "server back after a crash", "s"),
    Entry(SERVER, "back_s.max", "everybody back after a crash", "s"),
    Entry(BYTES, "payload_bytes_per_client_s", "payload to a client", "kB/s", 1e-3, 2),
    Entry(BYTES, "upload_bytes_per_client_s", "payload from a client", "kB/s", 1e-3, 2),
    *_points(BYTES, "join_bytes", "payload of a join", "kB", 1e-3, 1, "p50 p95"),
    *_points(TIME, "motion_age_near_ms", "motion age of the nearest 20", "ms", 1, 0, "p50 p95 p99"),
    *_points(TIME, "motion_age_ms", "motion age", "ms", 1, 0, "p50 p95 p99"),
    *_points(TIME, "input_wait_ms", "wait of inputs for their tick", "ms", 1, 1, "p50 p95 p99"),
    *_points(TIME, "heard_first_ms", "chat and emotes, first byte,", "ms", 1, 1, "p50 p99"),
    *_points(TIME, "heard_last_ms", "chat and emotes, last byte,", "ms", 1, 1, "p50 p99"),
    *_points(TIME, "join_ms", "join", "ms", 1, 1, "p50 p95"),
    *_points(SEEN, "position_error_m", "error of the nearest 20", "cm", 100, 1, "p50 p95 p99"),
    *_points(SEEN, "error_second_m", "error of ranks 21-50", "cm", 100, 1, "p50 p95 p99"),
    *_points(SEEN, "error_movers_m", "error of who moves", "cm", 100, 1, "p50 p95 p99"),
    *_points(SEEN, "error_events_m", "error at a start or stop", "cm", 100, 1, "p50 p95 p99"),
    *_points(SEEN, "error_all_m", "error of anybody", "cm", 100, 1, "p50 p95 p99"),
    *_points(SEEN, "angle_mrad", "angle of errors", "mrad", 1, 2, "p50 p95 p99"),
    Entry(SEEN, "waiting_near", "pairs waiting of the nearest 20", "%", 100, 2),
    Entry(SEEN, "waiting", "pairs waiting", "%", 100, 2),
    *_points(SEEN, "waits_ms", "age of unsent news", "ms", 1, 0, "p50 p95 p99"),
    Entry(SEEN, "ghosts", "ghosts of the nearest 20", "%", 100, 3),
    Entry(SEEN, "ghosts_all", "ghosts", "%", 100, 3),
    Entry(SEEN, "longest_ghost_ms", "longest ghost", "ms", digits=0),
    Entry(SEEN, "coverage", "coverage of the nearest 50", "%", 100, 2, more_is_better=True),
    Entry(SEEN, "population.p5", "heads seen or counted p5", "%", 100, 1, True, "p5"),
    Entry(SEEN, "population.p50", "heads seen or counted p50", "%", 100, 1, True, "p50"),
    Entry(SEEN, "population.p95", "heads seen or counted p95", "%", 100, point="p95"),
    *(
        Entry(SEEN, f"neighbours.{name}", f"neighbours {name}", digits=0)
        for name in ("wrong", "stale", "missing", "extra")
    ),
    Entry(BENCH, "errors", "errors", digits=0),
    Entry(BENCH, "generator_lag_ms", "bots late p99", "ms"),
    Entry(BENCH, "generator_busy", "bots' share of their core", "%", 100, 0),
    Entry(BENCH, "margin_ms", "inputs come early by", "ms"),
    Entry(BENCH, "steal", "time stolen by other guests", "%", 100),
    Entry(BENCH, "load", "load of the machine", digits=2),
)
_BY_PATH = {one.path: one for one in CATALOGUE}
