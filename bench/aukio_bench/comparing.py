"""Old figures beside new ones: the ratio, and whether it is worse by more than noise."""

from dataclasses import dataclass
from pathlib import Path

from aukio_bench.catalogue import Entry, entry, figure
from aukio_bench.result import Result, ResultTrouble, read_result

NOISE = 0.10  # of a figure measured once: apart by less, two runs are alike
#: What is compared: what one would not want to get worse.
COMPARED = (
    "cpu_us_per_client_s",
    "payload_bytes_per_client_s",
    "upload_bytes_per_client_s",
    "rss_bytes_per_client",
    "tick_work_ms.p50",
    "tick_work_ms.p99",
    "tick_lateness_ms.p99",
    "missed_share",
    "position_error_m.p95",
    "error_second_m.p95",
    "error_movers_m.p99",
    "error_events_m.p95",
    "angle_mrad.p99",
    "waiting",
    "waits_ms.p99",
    "ghosts_all",
    "longest_ghost_ms",
    "coverage",
    "motion_age_near_ms.p95",
    "motion_age_ms.p95",
    "heard_first_ms.p99",
    "heard_last_ms.p99",
    "join_ms.p95",
    "join_bytes.p95",
    "back_s.max",
    "held_bytes_max",
    "rss_bytes_per_1000_joins",
    "errors",
)
#: Apart by less than this, two figures are the same whatever their ratio: the meters' own steps.
LEAST = {"ms": 0.5, "cm": 0.05, "mrad": 0.05, "%": 0.02, "kB/s": 0.005, "kB": 0.5}


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure, old and new. Units: the report's; `noise` is a share of the old."""

    named: Entry
    old: float | None
    new: float | None
    noise: float

    @property
    def ratio(self) -> float | None:
        """New / old."""
        if self.old is None or self.new is None or self.old == 0:
            return None
        return self.new / self.old

    @property
    def judged(self) -> str:
        """`worse`, `better`, or nothing: within noise, or not known on one side."""
        if self.old is None or self.new is None:
            return "gone" if self.new is None and self.old is not None else ""
        away = self.new - self.old
        step = LEAST.get(self.named.unit, 0.0) / self.named.scale
        if abs(away) <= max(step, self.noise * abs(self.old)):
            return ""
        return "worse" if (away < 0) is self.named.more_is_better else "better"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results of one mix and size, figure by figure."""

    old: Result
    new: Result
    pairs: tuple[Pair, ...]

    @property
    def got_worse(self) -> list[Pair]:
        """What is worse by more than noise, or not measured any more."""
        return [pair for pair in self.pairs if pair.judged in ("worse", "gone")]


def compare(old: Result, new: Result) -> Comparison:
    """Compares the figures that either has.

    Noise is the wider of the two spreads over repeats (largest - smallest, as a share of the
    median); if neither has repeats, 10 %.
    """
    pairs = []
    for path in COMPARED:
        before, after = figure(old.report, path), figure(new.report, path)
        if before is not None or after is not None:
            spreads = [spread for one in (old, new) if (spread := one.spread(path)) is not None]
            pairs.append(Pair(entry(path), before, after, max(spreads, default=NOISE)))
    return Comparison(old, new, tuple(pairs))


def comparisons(old: Path, new: Path) -> tuple[list[Comparison], list[str]]:
    """Compares two files, or the files of the same name in two folders.

    Returns the comparisons, and what could not be compared, in words.

    Raises:
        ResultTrouble: a file is no result, or nothing is in both folders.
    """
    if old.is_dir() is not new.is_dir():
        raise ResultTrouble(f"{old} and {new}: give two files or two folders")
    if not old.is_dir():
        return [compare(read_result(old), read_result(new))], []
    before, after = ({one.name: one for one in results_in(folder)} for folder in (old, new))
    both = [name for name in before if name in after]
    if not both:
        raise ResultTrouble(f"{old} and {new} have no result in common")
    left = [f"{name}: only in {old}" for name in before if name not in after]
    left += [f"{name}: only in {new}" for name in after if name not in before]
    return [compare(before[name], after[name]) for name in both], left


def results_in(folder: Path) -> list[Result]:
    """The results of a folder by mix and size; other JSON files are passed over."""
    found = []
    for file in sorted(folder.glob("*.json")):
        try:
            found.append(read_result(file))
        except ResultTrouble:
            continue  # a comparison with a rival, or a client's frames
    return sorted(found, key=lambda one: (one.report.scenario, one.report.clients))


def table(comparison: Comparison) -> str:
    """The comparison for people."""
    old, new = comparison.old, comparison.new
    lines = [f"{new.name}: {_origin(old)} -> {_origin(new)}"]
    if old.name != new.name:
        lines = [f"{old.name} -> {new.name}: not the same mix and size, so ratios say little"]
    lines.append(f"  {'':<36}{'old':>14}{'new':>14}{'ratio':>9}{'noise':>8}")
    for pair in comparison.pairs:
        ratio = "" if pair.ratio is None else f"{pair.ratio:.2f}"
        cells = f"{pair.named.show(pair.old):>14}{pair.named.show(pair.new):>14}{ratio:>9}"
        mark = {"worse": "  WORSE", "gone": "  WORSE: not measured", "better": "  better"}
        noise = f"{pair.noise:.0%}"
        lines.append(f"  {pair.named.words:<36}{cells}{noise:>8}{mark.get(pair.judged, '')}")
    machines = {one.conditions.machine for one in (old, new) if one.conditions.processor}
    if len(machines) > 1:
        lines.append("  not the same machine: " + "; ".join(sorted(machines)))
    return "\n".join(lines)


def _origin(result: Result) -> str:
    return result.conditions.commit or "commit unknown"
