"""A result: a run's report with its conditions and repeats, and the file it is kept in."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aukio_bench.catalogue import figure
from aukio_bench.conditions import Conditions
from aukio_bench.report import KEYS, Report, median_of, rounded


class ResultTrouble(ValueError):
    """A file is no result; the text says which and why."""


@dataclass(slots=True)
class Result:
    """One run, or the median of several: then `repeats` are those, and `set_aside` says which runs
    did not count and why.
    """

    report: Report
    conditions: Conditions
    repeats: list[Report] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The mix and its size: "crowd-1000"."""
        return f"{self.report.scenario}-{self.report.clients}"

    def to_json(self) -> dict[str, Any]:
        """The report's fixed keys first, then what pages and comparisons need beside them."""
        report = self.report
        return {
            **report.to_json(),
            "more": rounded(report.more),
            "conditions": self.conditions.to_json(),
            "repeats": [one.to_json() | {"more": rounded(one.more)} for one in self.repeats],
            "set_aside": self.set_aside,
            "series": rounded(report.series),
            "places": report.places,
        }

    def spread(self, path: str) -> float | None:
        """How far a figure's repeats lie apart: (largest - smallest) / median; None if unknown."""
        found = [value for one in self.repeats if (value := figure(one, path)) is not None]
        middle = figure(self.report, path)
        if len(found) < 2 or not middle:
            return None
        return (max(found) - min(found)) / abs(middle)


def combine(results: list[Result], command: str, set_aside: list[str]) -> Result:
    """The median of several runs of one mix and size."""
    reports = [one.report for one in results]
    first = Conditions.from_json(results[0].conditions.to_json() | {"command": command})
    return Result(median_of(reports), first, reports if reports[1:] else [], set_aside)


def write_result(result: Result, file: Path) -> None:
    """Writes it: one line for each key, so that a difference between two files can be read."""
    told = result.to_json()
    lines = [
        f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in told.items()
    ]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_result(file: Path) -> Result:
    """Reads what was written, also files with the fixed keys alone.

    Raises:
        ResultTrouble: there is no such file, or it is no result of a run.
    """
    try:
        told = json.loads(file.read_text("utf-8"))
        report = _report(told)
        return Result(
            report,
            Conditions.from_json(told.get("conditions", {})),
            [_report(one) for one in told.get("repeats", [])],
            list(told.get("set_aside", [])),
        )
    except OSError as error:
        raise ResultTrouble(f"{file}: cannot be read ({error.strerror})") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ResultTrouble(f"{file}: not the result of a run ({error!r})") from error


def _report(told: dict[str, Any]) -> Report:
    return Report(
        **{key: told[key] for key in KEYS},
        more=told.get("more", {}),
        series=told.get("series", []),
        places=told.get("places", {}),
    )
