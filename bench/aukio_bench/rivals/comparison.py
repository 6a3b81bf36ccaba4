"""Sides measured under one load, theirs beside ours: ratios, what voids them, a table in words."""

from dataclasses import dataclass, field
from typing import Any

from aukio_bench.rivals.measurement import Measurement, Points

LAG_LIMIT_MS = 5.0
BUSY_LIMIT = 0.8
STEAL_NOTED = 0.02  # beyond this a run should be repeated

_Rows = list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers that tell their clients the same; None for one that gave no figures."""

    ours: Measurement | None
    theirs: Measurement | None


@dataclass(slots=True)
class Comparison:
    """Pairs of sides, and troubles by side."""

    pairs: list[Pair]
    troubles: dict[str, str]  # of sides that gave no figures
    conditions: dict[str, Any] = field(default_factory=dict)  # machine, versions, command

    @property
    def sides(self) -> list[Measurement]:
        """Those that have figures, pair by pair, ours first."""
        both = [side for pair in self.pairs for side in (pair.ours, pair.theirs)]
        return [side for side in both if side is not None]

    @property
    def ratios(self) -> dict[str, dict[str, float | None]]:
        """By the names of their sides."""
        return {
            pair.theirs.name: ratios(pair.theirs, pair.ours)
            for pair in self.pairs
            if pair.theirs is not None
        }

    @property
    def is_void(self) -> bool:
        """Whether any side has no figures or figures that say nothing about its server."""
        return bool(self.troubles) or any(objections(side) for side in self.sides)

    def to_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            **self.conditions,
            "sides": [side.to_json() for side in self.sides],
            "ratios": self.ratios,
            "void": {side.name: objections(side) for side in self.sides if objections(side)}
            | {name: [text] for name, text in self.troubles.items()},
        }


def objections(side: Measurement) -> list[str]:
    """Why the figures of a side say nothing about its server; empty if they do."""
    found = []
    # Not a number fails too: what was not measured is no proof.
    if not side.generator_lag_ms <= LAG_LIMIT_MS:
        waited = side.more.get("generator_waited")
        why = f"; its core was not free for it {waited:.0%} of the time" if waited else ""
        found.append(
            f"the generator was late by {side.generator_lag_ms:.1f} ms at p99 "
            f"(at most {LAG_LIMIT_MS:.0f}{why})"
        )
    if not side.generator_busy <= BUSY_LIMIT:
        found.append(
            f"the generator took {side.generator_busy:.0%} of its core (at most {BUSY_LIMIT:.0%})"
        )
    if side.errors:
        named = ", ".join(f"{name} {count}" for name, count in sorted(side.errors.items()))
        found.append(f"clients met errors: {named}")
    return found


def ratios(theirs: Measurement, ours: Measurement | None) -> dict[str, float | None]:
    """Theirs divided by ours: above 1, ours is the smaller. None where either is not known."""
    top = _compared(theirs)
    bottom = dict.fromkeys(top) if ours is None else _compared(ours)
    return {name: _ratio(value, bottom[name]) for name, value in top.items()}


def table(comparison: Comparison) -> str:
    """The comparison for people."""
    lines = [f"{name}: {value}" for name, value in comparison.conditions.items()]
    if comparison.sides:
        heads = ["", *(side.name for side in comparison.sides)]
        rows = [("", heads[1:]), *_rows(comparison)]
        widths = [max(24, *(len(row[1][n]) + 2 for row in rows)) for n in range(len(heads) - 1)]
        for name, cells in rows:
            shown = "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            lines.append(f"  {name:<36}{shown}".rstrip())
    for name, text in comparison.troubles.items():
        lines.append(f"VOID, no figures of {name}: {text}")
    for side in comparison.sides:
        lines += [f"VOID, {side.name}: {text}" for text in objections(side)]
        if side.steal > STEAL_NOTED:
            lines.append(f"Repeat this run, {side.name}: {side.steal:.1%} of the time was stolen.")
    return "\n".join(lines)


def _rows(comparison: Comparison) -> _Rows:
    sides, known = comparison.sides, comparison.ratios

    def row(name: str, cells: list[str]) -> tuple[str, list[str]]:
        return name, cells

    def compared(name: str, key: str) -> tuple[str, list[str]]:
        return name, [_times(known[s.name][key]) if s.name in known else "" for s in sides]

    return [
        row("server CPU, µs a client and second", [_one(s.cpu_us_per_client_s, 0) for s in sides]),
        compared("  theirs / ours", "cpu"),
        row("payload, bytes a client and second", [_of_payload(s) for s in sides]),
        compared("  theirs / ours", "payload"),
        row("error, ranks 1-20, p50 p95 p99", [_centimetres(s.error_1_20_m) for s in sides]),
        compared("  p95, theirs / ours", "error_1_20_p95"),
        compared("  p99, theirs / ours", "error_1_20_p99"),
        row("error, ranks 21-50, p50 p95 p99", [_centimetres(s.error_21_50_m) for s in sides]),
        compared("  p95, theirs / ours", "error_21_50_p95"),
        row("  the viewer's reading", [str(s.more.get("reading", "records")) for s in sides]),
        row("of the 50 nearest, not known", [_percent(s.missing) for s in sides]),
        row("inputs that missed their tick", [_percent(s.late_inputs) for s in sides]),
        row("server, share of a core", [_percent(s.server_cpu) for s in sides]),
        row("ticks a second, ticks missed", [_ticks(s) for s in sides]),
        row("tick work p50 p95 p99, ms", [_many(s.tick_work_ms, 1, 1) for s in sides]),
        row("tick starts late p99, ms", [_one(s.tick_lateness_p99_ms, 2) for s in sides]),
        row("generator late p99, its core", [_generator(s) for s in sides]),
        row("steal", [_percent(s.steal) for s in sides]),
    ]


def _compared(side: Measurement) -> dict[str, float | None]:
    found = {"cpu": side.cpu_us_per_client_s, "payload": side.payload_bytes_per_client_s}
    for point in ("p50", "p95", "p99"):
        found[f"error_1_20_{point}"] = side.error_1_20_m[point]
        found[f"error_21_50_{point}"] = side.error_21_50_m[point]
    return found


def _ratio(top: float | None, bottom: float | None) -> float | None:
    return None if top is None or not bottom else round(top / bottom, 3)


def _times(ratio: float | None) -> str:
    return "not measured" if ratio is None else f"{ratio:.2f} x"


def _of_payload(side: Measurement) -> str:
    return f"{side.payload_bytes_per_client_s:.0f}"


def _centimetres(points: Points) -> str:
    return f"{_many(points, 100, 1)} cm" if points["p50"] is not None else "not measured"


def _many(points: Points, scale: float, digits: int) -> str:
    return " / ".join("-" if p is None else f"{p * scale:.{digits}f}" for p in points.values())


def _one(value: float | None, digits: int) -> str:
    return "not measured" if value is None else f"{value:.{digits}f}"


def _percent(share: float | None) -> str:
    return "not measured" if share is None else f"{share * 100:.1f} %"


def _ticks(side: Measurement) -> str:
    return f"{_one(side.tick_hz, 2)}, {_one(side.missed_ticks, 0)}"


def _generator(side: Measurement) -> str:
    return f"{side.generator_lag_ms:.1f} ms, {side.generator_busy:.0%}"
