"""Limits by mix and size, read from a small TOML file (`gates.toml` is our own)."""

import difflib
import itertools
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aukio_bench.catalogue import CATALOGUE
from aukio_bench.report import Report
from aukio_bench.scenarios import MIXES

OWN = Path(__file__).with_name("gates.toml")
RATIOS = ("cpu", "payload", *(f"error_{n}_{p}" for n in ("1_20", "21_50") for p in ("p95", "p99")))

_Bound = float | dict[int, float]  # for any size, or at some sizes


class GateTrouble(ValueError):
    """A file of limits cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure must not exceed (or, `least`, must reach), in the report's unit.

    `figure` is a path in a report: `position_error_m.p95` (see `catalogue`).
    """

    figure: str
    must: float
    moonshot: float | None = None
    least: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit as written: for all sizes or by size."""

    figure: str
    must: _Bound
    moonshot: _Bound | None
    least: bool
    only: int | None = None  # of this size alone
    from_seconds: float = 0.0  # of runs that last so long

    def at(self, clients: int, seconds: float) -> Limit | None:
        """The limit for so many clients in a run of so many seconds, if there is one."""
        if self.only not in (None, clients) or seconds < self.from_seconds:
            return None
        moonshot = None if self.moonshot is None else _bound(self.moonshot, clients)
        return Limit(self.figure, _bound(self.must, clients), moonshot, self.least)


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of one mix (or rival), and the sizes that a full set must have measured."""

    rules: tuple[Rule, ...]
    claimed: tuple[int, ...]

    def limits(self, clients: int, seconds: float = math.inf) -> tuple[Limit, ...]:
        """What holds for so many clients in a run of so many seconds."""
        found = (rule.at(clients, seconds) for rule in self.rules)
        return tuple(limit for limit in found if limit is not None)


@dataclass(frozen=True, slots=True)
class Gates:
    """All limits of a file: of mixes by their name, of rivals by the name of their side."""

    mixes: dict[str, Gate]
    rivals: dict[str, Gate]

    def limits(self, mix: str, clients: int, seconds: float = math.inf) -> tuple[Limit, ...]:
        """The limits of a mix at a size; none for a mix that the file does not name."""
        gate = self.mixes.get(mix)
        return () if gate is None else gate.limits(clients, seconds)

    def limits_of(self, report: Report) -> tuple[Limit, ...]:
        """The limits that a report is judged by."""
        return self.limits(report.scenario, report.clients, report.seconds)

    @property
    def claimed(self) -> list[tuple[str, int]]:
        """Mixes and sizes that a full set must have measured."""
        return [(name, size) for name, gate in self.mixes.items() for size in gate.claimed]


def read_gates(file: Path = OWN) -> Gates:
    """Reads limits.

    Raises:
        GateTrouble: not such a file, or a name that no mix, set or figure has.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise GateTrouble(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GateTrouble(f"{file}: not TOML: {error}") from error
    reader = _Reader(file.name)
    reader.check(told, ("set", "mix", "versus"), "")
    figures = [one.path for one in CATALOGUE]
    sets = {
        name: tuple(reader.rules(table, f"set.{name}", figures))
        for name, table in told.get("set", {}).items()
    }
    reader.check(told.get("mix", {}), MIXES, "mix.")
    mixes = {
        name: reader.gate(table, f"mix.{name}", figures, sets)
        for name, table in told.get("mix", {}).items()
    }
    rivals = {
        name: reader.gate(table, f"versus.{name}", list(RATIOS), {})
        for name, table in told.get("versus", {}).items()
    }
    return Gates(mixes, rivals)


class _Reader:
    """Takes tables apart; what it does not know is a trouble with a place."""

    def __init__(self, file: str) -> None:
        self._file = file

    def check(self, names: Any, known: Any, where: str) -> None:
        self.table(names, where.rstrip("."))
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, list(known), 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise GateTrouble(f"{self._file}: {where}{name} is not known{hint}")

    def table(self, told: Any, where: str) -> None:
        if not isinstance(told, dict):
            raise GateTrouble(f"{self._file}: {where or 'the file'}: expected a table")

    def gate(
        self,
        table: Any,
        where: str,
        figures: list[str],
        sets: dict[str, tuple[Rule, ...]],
    ) -> Gate:
        self.table(table, where)
        own = {name: value for name, value in table.items() if name not in ("sets", "claimed")}
        rules: list[Rule] = []
        named = table.get("sets", [])
        claimed = table.get("claimed", [])
        if not isinstance(named, list) or not isinstance(claimed, list):
            raise GateTrouble(f"{self._file}: {where}: sets, claimed: expected a list")
        for name in named:
            self.check({name: None}, sets, f"{where}: set ")
            rules += sets[name]
        rules += self.rules(own, where, figures)
        if not all(isinstance(size, int) and size > 0 for size in claimed):
            raise GateTrouble(f"{self._file}: {where}.claimed: expected numbers of clients")
        return Gate(tuple(rules), tuple(claimed))

    def rules(self, table: Any, where: str, figures: list[str]) -> Iterator[Rule]:
        for path, leaf in _leaves(table, ""):
            self.check({path: None}, figures, f"{where}.")
            self.check(
                leaf, ("most", "least", "moonshot", "only", "from_seconds"), f"{where}.{path}."
            )
            if ("most" in leaf) == ("least" in leaf):
                raise GateTrouble(f"{self._file}: {where}.{path}: expected either most or least")
            least = "least" in leaf
            must = self._bounds(leaf["least" if least else "most"], f"{where}.{path}")
            moonshot = leaf.get("moonshot")
            if moonshot is not None:
                moonshot = self._bounds(moonshot, f"{where}.{path}.moonshot")
            yield Rule(path, must, moonshot, least, leaf.get("only"), leaf.get("from_seconds", 0))

    def _bounds(self, told: Any, where: str) -> _Bound:
        try:
            if isinstance(told, dict) and told:
                return {int(size): float(bound) for size, bound in told.items()}
            return float(told)
        except (TypeError, ValueError) as error:
            raise GateTrouble(
                f"{self._file}: {where}: expected a number, or numbers by size, got {told!r}"
            ) from error


def _leaves(table: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The limits below a table: what is no table of tables any more."""
    for name, value in table.items():
        here = f"{path}.{name}" if path else name
        inner = isinstance(value, dict) and not {"most", "least"} & set(value)
        if inner and value and all(isinstance(each, dict) for each in value.values()):
            yield from _leaves(value, here)
        else:
            yield here, value


def _bound(bound: _Bound, clients: int) -> float:
    if not isinstance(bound, dict):
        return bound
    sizes = sorted(bound)
    if clients <= sizes[0]:
        return bound[sizes[0]]
    for low, high in itertools.pairwise(sizes):
        if clients <= high:
            share = (clients - low) / (high - low)
            return bound[low] + (bound[high] - bound[low]) * share
    return bound[sizes[-1]]
