"""How many fit: the largest number of people for which a mix holds, by bisection."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aukio_bench.attempts import Attempt
from aukio_bench.gates import Gates, Limit
from aukio_bench.report import Report
from aukio_bench.verdict import findings

FAILS, VOIDS = 2, 3  # so often a size is tried until it is said not to hold, or not to be known
#: Limits of what a client costs: a size that is dear still fits.
COSTS = ("cpu_us_per_client_s", "rss_bytes_per_client", "join_ms.p95")


@dataclass(frozen=True, slots=True)
class Try:
    """One run of a size: whether it held (None: void), why not, and a few figures."""

    clients: int
    held: bool | None
    why: str = ""
    report: Report | None = None


@dataclass(slots=True)
class Sweep:
    """What a sweep found. `largest` is None if not even the smallest size held; `beyond` is the
    next size tried, None if the range ended; `is_known`: it did not hold, rather than was void.
    """

    largest: int | None = None
    beyond: int | None = None
    is_known: bool = True
    tries: list[Try] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The answer."""
        if self.largest is None:
            why = "did not hold" if self.is_known else "could not be measured"
            return f"Not even {self.beyond:,} people: that {why}."
        if self.beyond is None:
            return f"At least {self.largest:,} people: the largest size asked for held."
        if not self.is_known:
            return (
                f"At least {self.largest:,} people; {self.beyond:,} could not be measured, "
                "which says nothing about the server."
            )
        return f"{self.largest:,} people held, {self.beyond:,} did not."

    @property
    def set_aside(self) -> list[Try]:
        """The runs that were void."""
        return [one for one in self.tries if one.held is None]


def sweep(
    run: Callable[[int], Try], low: int, high: int, step: int, tell: Callable[[Try], None]
) -> Sweep:
    """Bisects the sizes low, low + step ... high. `run` runs one size, `tell` hears of each run.

    A size that fails is tried twice, one that is void three times; a size that stays void counts
    as not held, and the answer says so. Holding is taken to be monotonic in the size.
    """
    found = Sweep()
    sizes = [*range(low, high, step), high]
    verdicts: dict[int, bool | None] = {}

    def holds(at: int) -> bool:
        verdicts[at] = _size(run, sizes[at], found.tries, tell)
        return verdicts[at] is True

    if not holds(0):
        found.beyond, found.is_known = low, verdicts[0] is False
        return found
    if len(sizes) == 1 or holds(len(sizes) - 1):
        found.largest = sizes[-1]
        return found
    good, bad = 0, len(sizes) - 1
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    found.largest, found.beyond = sizes[good], sizes[bad]
    found.is_known = verdicts[bad] is False
    return found


def judge(attempt: Attempt, mix: str, clients: int, gates: Gates) -> Try:
    """What an attempt says of its size."""
    if not attempt.counts:
        report = attempt.result.report if attempt.result is not None else None
        held = None if attempt.void else False
        return Try(clients, held, attempt.void or attempt.trouble, report)
    assert attempt.result is not None
    missed = [
        one.sentence
        for one in findings(attempt.result.report, sized(gates, mix, clients))
        if not one.holds
    ]
    return Try(clients, not missed, "; ".join(missed), attempt.result.report)


def sized(gates: Gates, mix: str, clients: int) -> tuple[Limit, ...]:
    """The limits that say whether a size holds."""
    return tuple(one for one in gates.limits(mix, clients) if one.figure not in COSTS)


HEAD = (
    f"{'people':>8}{'tick p99':>10}{'late p99':>10}{'CPU':>7}{'to each':>11}{'error p95':>11}"
    f"{'bots':>6}{'steal':>7}  outcome"
)


def line(one: Try) -> str:
    """A line of the table as it goes."""
    outcome = {True: "holds", False: "does not hold", None: "void"}[one.held]
    why = f": {one.why}" if one.why else ""
    return f"{one.clients:>8,}{_cells(one.report):<62}  {outcome}{why}"


def _cells(report: Report | None) -> str:
    if report is None:
        return ""

    def cell(value: float | None, scale: float, digits: int, unit: str, width: int) -> str:
        text = "-" if value is None else f"{value * scale:.{digits}f} {unit}"
        return f"{text:>{width}}"

    return (
        cell(report.tick_work_ms["p99"], 1, 1, "ms", 10)
        + cell(report.tick_lateness_ms["p99"], 1, 1, "ms", 10)
        + cell(report.server_cpu, 100, 0, "%", 7)
        + cell(report.payload_bytes_per_client_s, 1e-3, 2, "kB/s", 11)
        + cell(report.position_error_m["p95"], 100, 1, "cm", 11)
        + cell(report.more.get("generator_busy"), 100, 0, "%", 6)
        + cell(report.steal, 100, 1, "%", 7)
    )


def _size(
    run: Callable[[int], Try], clients: int, tries: list[Try], tell: Callable[[Try], None]
) -> bool | None:
    fails = voids = 0
    while True:
        one = run(clients)
        tries.append(one)
        tell(one)
        if one.held:
            return True
        fails, voids = fails + (one.held is False), voids + (one.held is None)
        if fails == FAILS:
            return False
        if voids == VOIDS:
            return None
