"""A whole folder of results against the limits: every mix, every claimed size, every rival."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aukio_bench.comparing import results_in
from aukio_bench.gates import Gates, Limit
from aukio_bench.result import Result, ResultTrouble
from aukio_bench.verdict import Verdict, gate_table, verdict

#: Ratios in words, as a report's own figures are called.
RATIO_WORDS = {
    "cpu": "server CPU for a client",
    "payload": "payload to a client",
    "error_1_20_p95": "error of the nearest 20 p95",
    "error_1_20_p99": "error of the nearest 20 p99",
    "error_21_50_p95": "error of ranks 21-50 p95",
    "error_21_50_p99": "error of ranks 21-50 p99",
}


@dataclass(frozen=True, slots=True)
class RivalFinding:
    """One ratio, theirs divided by ours, beside its limit."""

    limit: Limit
    value: float | None

    @property
    def words(self) -> str:
        """What is compared."""
        return RATIO_WORDS[self.limit.figure]

    @property
    def holds(self) -> bool:
        """Whether it is reached; a ratio that is not known is not."""
        return self.value is not None and self.value >= self.limit.must

    @property
    def is_moonshot(self) -> bool:
        """Whether it is even where we want to be."""
        aim = self.limit.moonshot
        return aim is not None and self.value is not None and self.value >= aim


@dataclass(frozen=True, slots=True)
class RivalJudged:
    """A comparison with one side of a rival."""

    side: str
    clients: str
    findings: tuple[RivalFinding, ...]
    void: str  # why it says nothing; empty if it does

    @property
    def holds(self) -> bool:
        """Whether every ratio is reached and the comparison says something."""
        return not self.void and all(one.holds for one in self.findings)


@dataclass(frozen=True, slots=True)
class Judged:
    """All of a folder; `absent`: claimed, and not there."""

    runs: tuple[tuple[Result, Verdict], ...]
    rivals: tuple[RivalJudged, ...]
    absent: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was missed."""
        held = all(found.holds is not False for _, found in self.runs)
        return held and all(one.holds for one in self.rivals) and not self.absent


def judge_folder(folder: Path, gates: Gates, *, claims: bool) -> Judged:
    """Judges what is in a folder; with `claims`, a claimed size that is not there is a miss.

    Raises:
        ResultTrouble: a comparison with a rival cannot be read.
    """
    results = results_in(folder)
    rivals = [
        one
        for file in sorted(folder.glob("versus-*.json"))
        for one in judge_rival(_read_rival(file), gates)
    ]
    return judge(results, rivals, gates, claims=claims)


def judge(
    results: Sequence[Result], rivals: Sequence[RivalJudged], gates: Gates, *, claims: bool
) -> Judged:
    """Each result by the limits of its mix at its size."""
    runs = tuple((one, verdict(one.report, gates.limits_of(one.report))) for one in results)
    there = {(one.report.scenario, one.report.clients) for one in results}
    absent = [f"{mix}, {size:,}" for mix, size in gates.claimed if (mix, size) not in there]
    sides = {one.side for one in rivals}
    absent += [f"versus {side}" for side in gates.rivals if side not in sides]
    return Judged(runs, tuple(rivals), tuple(absent) if claims else ())


def judge_rival(told: dict[str, Any], gates: Gates) -> list[RivalJudged]:
    """A comparison's file by the limits of the sides that have any."""
    found = []
    for side, gate in gates.rivals.items():
        ratios = told.get("ratios", {}).get(side)
        clients = next((one["clients"] for one in told.get("sides", [])), 0)
        if ratios is None:
            continue
        findings = tuple(
            RivalFinding(limit, ratios.get(limit.figure)) for limit in gate.limits(clients)
        )
        void = "; ".join(f"{name}: {', '.join(why)}" for name, why in told["void"].items())
        found.append(RivalJudged(side, f"{clients:,}", findings, void))
    return found


def table(judged: Judged) -> str:
    """All of it for people, what was missed at the end once more."""
    lines = []
    for _, found in judged.runs:
        lines += [found.headline, gate_table(found.findings), ""]
    for rival in judged.rivals:
        lines.append(f"versus {rival.side}, {rival.clients} clients, theirs / ours:")
        lines += [_ratio(one) for one in rival.findings]
        lines += [f"  VOID: {rival.void}"] if rival.void else []
        lines.append("")
    lines += [f"NOT MEASURED: {name}" for name in judged.absent]
    missed = [found.headline for _, found in judged.runs if found.holds is False]
    missed += [f"versus {one.side}" for one in judged.rivals if not one.holds]
    if judged.holds:
        lines.append("Every limit holds.")
    else:
        lines += [f"MISSED: {text}" for text in missed]
    return "\n".join(lines)


def _read_rival(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text("utf-8"))
        if not isinstance(told["ratios"], dict) or not isinstance(told["void"], dict):
            raise TypeError("no ratios")
        return dict(told)
    except (KeyError, TypeError, ValueError) as error:
        raise ResultTrouble(f"{file}: not a comparison with a rival ({error!r})") from error


def _ratio(one: RivalFinding) -> str:
    limit = one.limit
    value = "not measured" if one.value is None else f"{one.value:.2f} x"
    aim = "" if limit.moonshot is None else f"≥ {limit.moonshot:g} x"
    word = "MISS" if not one.holds else ("moonshot" if one.is_moonshot else "holds")
    return f"  {one.words:<36}{value:>14}{f'≥ {limit.must:g} x':>16}{aim:>14}  {word}"
