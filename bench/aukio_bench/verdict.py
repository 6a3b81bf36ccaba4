"""Whether a run's figures hold their limits."""

import math
from dataclasses import dataclass

from aukio_bench.report import Report
from aukio_bench.scenarios import Limit


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit and what was found: `holds` is None if there is no figure."""

    limit: Limit
    value: float | None
    holds: bool | None
    is_moonshot: bool

    def __str__(self) -> str:
        """One line for people."""
        words = {None: "not measured", True: "holds", False: "DOES NOT HOLD"}[self.holds]
        value = "-" if self.value is None else f"{self.value:.4g}"
        bound = "at least" if self.limit.least else "at most"
        beyond = ", and the moonshot" if self.is_moonshot else ""
        return f"{self.limit.figure:<32}{value:>10}  {bound} {self.limit.must:g}: {words}{beyond}"


def verdict(report: Report, limits: tuple[Limit, ...]) -> list[Finding]:
    """Judges a report by the limits of its mix, in their order."""
    return [_finding(report, limit) for limit in limits]


def figure(report: Report, path: str) -> float | None:
    """A figure by its path: of the fixed keys, or of `more`; None if there is none."""
    name, _, member = path.partition(".")
    found = getattr(report, name) if hasattr(report, name) else report.more.get(name)
    if member:
        found = found.get(member) if isinstance(found, dict) else None
    if isinstance(found, int | float) and not math.isnan(found):
        return float(found)
    return None


def _finding(report: Report, limit: Limit) -> Finding:
    value = figure(report, limit.figure)
    if value is None:
        return Finding(limit, None, None, False)
    sign = -1 if limit.least else 1
    holds = sign * value <= sign * limit.must
    moonshot = limit.moonshot is not None and sign * value <= sign * limit.moonshot
    return Finding(limit, value, holds, holds and moonshot)
