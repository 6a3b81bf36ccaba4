"""Whether a run's figures hold their limits, and that in plain words."""

from dataclasses import dataclass

from aukio_bench.catalogue import entry, figure
from aukio_bench.gates import Limit
from aukio_bench.report import Report
from aukio_bench.scenarios import MIXES

MOST_NAMED = 4  # misses that a sentence names, the worst first
STEAL_LIMIT = 0.02  # beyond this a run says little about the server and is repeated


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit and what was found; `holds` is None if there is no figure."""

    limit: Limit
    value: float | None

    @property
    def holds(self) -> bool | None:
        """Whether the figure is within its limit."""
        return None if self.value is None else self._within(self.limit.must)

    @property
    def is_moonshot(self) -> bool:
        """Whether it is even where we want to be."""
        moonshot = self.limit.moonshot
        return moonshot is not None and self.value is not None and self._within(moonshot)

    @property
    def excess(self) -> float:
        """How many times its limit the figure is, or its limit the figure; 1 at the limit."""
        value, must = self.value or 0.0, self.limit.must
        above, below = (must, value) if self.limit.least else (value, must)
        return above / below if below else float("inf")

    @property
    def words(self) -> str:
        """What came of it, in a word or two."""
        if self.holds is None:
            return "not measured"
        if not self.holds:
            return "missed"
        return "moonshot" if self.is_moonshot else "holds"

    @property
    def sentence(self) -> str:
        """The figure beside its limit: "payload to a client 5.40 kB/s, 8 % over its 5.00 kB/s"."""
        named = entry(self.limit.figure)
        if self.value is None:
            return f"{named.words} was not measured"
        side = "under" if self.limit.least else "over"
        text = f"{named.words} {named.show(self.value)}"
        if self.holds:
            return f"{text}, within its {named.show_bound(self.limit.must)}"
        if not self.limit.must:
            return f"{text}, where there must be none"
        away = abs(self.value / self.limit.must - 1) * 100
        by = f"{away:.1f}" if away < 1.95 else f"{away:.0f}"
        is_far = away > 200 or (named.unit == "%" and away > 50)  # no percents of percents
        far = f"{self.value / self.limit.must:.1f} times" if is_far else f"{by} % {side}"
        return f"{text}, {far} its {named.show_bound(self.limit.must)}"

    def _within(self, bound: float) -> bool:
        assert self.value is not None
        return self.value >= bound if self.limit.least else self.value <= bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to say of a run: a headline, and sentences that explain it."""

    holds: bool | None  # None: nothing was to be judged
    headline: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]


def findings(report: Report, limits: tuple[Limit, ...]) -> tuple[Finding, ...]:
    """Each limit with its figure, in their order."""
    return tuple(Finding(limit, figure(report, limit.figure)) for limit in limits)


def verdict(report: Report, limits: tuple[Limit, ...]) -> Verdict:
    """Judges a report; a figure that was not measured is a miss."""
    found = findings(report, limits)
    subject = _subject(report)
    if not found:
        return Verdict(None, f"{subject}: measured, with no limits to hold.", (), found)
    missed = [one for one in found if one.holds is False]
    unknown = [one for one in found if one.holds is None]
    is_held = not missed and not unknown
    sentences = _good(found) if is_held else _bad(found, missed, unknown)
    if report.steal > STEAL_LIMIT:
        stolen = (
            f"{entry('steal').show(report.steal)} of the machine's time was stolen by other guests"
        )
        sentences.append(f"{stolen}: repeat the run before you believe it.")
    return Verdict(is_held, f"{subject}: {_outcome(missed, unknown)}.", tuple(sentences), found)


def _subject(report: Report) -> str:
    mix = MIXES.get(report.scenario)
    people = "1 person" if report.clients == 1 else f"{report.clients:,} people"
    if mix is None:
        return f"{people}, {report.scenario}, at {report.tick_hz} Hz"
    during = f" {mix.during}" if mix.during else ""
    return f"{people} {mix.words} at {report.tick_hz} Hz{during}"


def _outcome(missed: list[Finding], unknown: list[Finding]) -> str:
    if not missed:
        return "not proven" if unknown else "held"
    ticks = [one for one in missed if one.limit.figure.startswith(("tick_", "missed_"))]
    return "did not hold" if ticks else "the ticks held, the limits did not"


def _good(found: tuple[Finding, ...]) -> list[str]:
    far = sum(one.is_moonshot for one in found)
    aims = sum(one.limit.moonshot is not None for one in found)
    also = f"; {far} of the {aims} moonshots are reached" if aims else ""
    return [f"All {len(found)} limits hold{also}."]


def _bad(found: tuple[Finding, ...], missed: list[Finding], unknown: list[Finding]) -> list[str]:
    sentences = []
    if missed:
        worst = sorted(missed, key=lambda one: one.excess, reverse=True)
        named = "; ".join(one.sentence for one in worst[:MOST_NAMED])
        if len(worst) > MOST_NAMED:
            named += f"; and {len(worst) - MOST_NAMED} more"
        sentences.append(f"{len(missed)} of {len(found)} limits missed: {named}.")
    if unknown:
        named = ", ".join(entry(one.limit.figure).words for one in unknown)
        sentences.append(f"Not measured, and so a miss: {named}.")
    return sentences


def gate_table(found: tuple[Finding, ...]) -> str:
    """Limits with their figures, for people."""
    if not found:
        return ""
    lines = [f"  {'limit':<36}{'found':>14}{'must':>16}{'moonshot':>14}"]
    for one in found:
        named, limit = entry(one.limit.figure), one.limit
        sign = "≥" if limit.least else "≤"
        moonshot = "" if limit.moonshot is None else f"{sign} {named.show_bound(limit.moonshot)}"
        must = f"{sign} {named.show_bound(limit.must)}"
        cells = f"{named.show(one.value):>14}{must:>16}{moonshot:>14}"
        mark = "  MISS" if not one.holds else f"  {one.words}"
        lines.append(f"  {named.words:<36}{cells}{mark}")
    return "\n".join(lines)
