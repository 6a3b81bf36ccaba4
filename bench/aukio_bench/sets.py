"""Sets of runs: which mixes at which sizes, how often, and what to do with runs that are void."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aukio_bench.attempts import Attempt, duration_s
from aukio_bench.options import command_line
from aukio_bench.plan import Plan
from aukio_bench.result import Result, combine
from aukio_bench.scenarios import MIXES

TRIES = 3  # of one run, while it is void and time is left
RIVAL_S = 25.0  # what one variant of a rival takes beside joining and measuring
RIVAL_SIDES = 4  # its two variants, ours before each


@dataclass(frozen=True, slots=True)
class Item:
    """One mix at one size, measured `times` times with the seeds 1, 2, 3 ..."""

    mix: str
    clients: int
    seconds: float
    times: int = 1
    ramp_per_s: float | None = None

    @property
    def name(self) -> str:
        """As its result is called."""
        return f"{self.mix}-{self.clients}"

    def plan(self, seed: int) -> Plan:
        """Its run with a seed."""
        return Plan(MIXES[self.mix], self.clients, self.seconds, seed, ramp_per_s=self.ramp_per_s)

    @property
    def seconds_each(self) -> float:
        """About how long one run takes."""
        return duration_s(self.plan(1))


@dataclass(frozen=True, slots=True)
class Rival:
    """A comparison with another system, measured `times` times."""

    system: str
    clients: int
    seconds: float
    times: int = 1

    @property
    def name(self) -> str:
        """As its result is called."""
        return f"versus-{self.system}-{self.clients}"

    @property
    def seconds_each(self) -> float:
        """About how long one takes: ours and each of its variants, one after the other."""
        return RIVAL_SIDES * (RIVAL_S + self.clients / 50 + self.seconds)


@dataclass(frozen=True, slots=True)
class BenchSet:
    """Items in order, and the minutes that may pass; repeats of void runs stop there."""

    name: str
    items: tuple[Item, ...]
    rivals: tuple[Rival, ...]
    most_minutes: float

    @property
    def minutes(self) -> float:
        """About how long it takes if nothing is repeated."""
        mixes = sum(one.seconds_each * one.times for one in self.items)
        return (mixes + sum(one.seconds_each * one.times for one in self.rivals)) / 60


#: Every mix once, to see that all is well.
SHORT = BenchSet(
    "short",
    items=(
        *(Item(mix, 200, 8, ramp_per_s=100) for mix in ("crowd", "hall", "crowd-vr")),
        *(Item(mix, 31, 8) for mix in ("class", "class-idle", "vr", "vr-all")),
        *(Item(mix, 200, 8, ramp_per_s=100) for mix in ("resume", "lag", "churn", "tls", "stall")),
        Item("storm", 200, 3, ramp_per_s=100),
        Item("soak", 100, 60),
    ),
    rivals=(),
    most_minutes=10,
)
#: What is claimed, as medians of five; everything else once.
FULL = BenchSet(
    "full",
    items=(
        Item("crowd", 1000, 60, times=5, ramp_per_s=100),
        Item("crowd", 2000, 60, times=5, ramp_per_s=60),
        Item("hall", 1000, 45, times=5, ramp_per_s=100),
        *(Item(mix, 31, 20, times=5) for mix in ("class", "class-idle", "vr", "vr-all")),
        *(Item(mix, 1000, 20, ramp_per_s=100) for mix in ("crowd-vr", "resume")),
        Item("lag", 300, 20, ramp_per_s=100),  # the lines' process shares the bots' core
        *(Item(mix, 1000, 20, ramp_per_s=100) for mix in ("churn", "tls", "stall")),
        Item("storm", 1000, 5, ramp_per_s=100),
        Item("soak", 200, 200),
    ),
    rivals=(Rival("colyseus", 500, 20, times=3),),
    most_minutes=60,
)
SETS = {one.name: one for one in (SHORT, FULL)}


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison wrote, if anything, and what it said."""

    told: dict[str, Any] | None
    words: str = ""

    @property
    def counts(self) -> bool:
        """Whether its figures say something."""
        return self.told is not None and not self.told["void"]

    @property
    def why(self) -> str:
        """Why it does not count."""
        if self.told is None:
            return self.words
        void: dict[str, list[str]] = self.told["void"]
        return "; ".join(f"{side}: {', '.join(reasons)}" for side, reasons in void.items())


@dataclass(slots=True)
class Found:
    """The runs of one item so far: those that count, and a word for each that does not."""

    item: Item
    results: list[Result] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)

    def combined(self) -> Result | None:
        """The median of what counts."""
        if not self.results:
            return None
        command = command_line(self.item.plan(1))
        if self.item.times > 1:
            command += f"  # and the seeds 2 to {self.item.times}"
        return combine(self.results, command, self.set_aside)


def rounds(items: Sequence[Item]) -> Iterator[tuple[Item, int]]:
    """Every item once, then again those that are measured more often: what disturbs a machine for
    some minutes then touches one run of each and not all runs of one.
    """
    for seed in range(1, max((one.times for one in items), default=0) + 1):
        for item in items:
            if seed <= item.times:
                yield item, seed


def run_item(
    found: Found,
    seed: int,
    attempt: Callable[[Plan], Attempt],
    has_time: Callable[[float], bool],
) -> Attempt:
    """Runs an item once, again while the run is void and there is time for another.

    If all were void, the one with the least steal is taken, if any has figures; it says so itself.
    """
    tries: list[Attempt] = []
    while True:
        one = attempt(found.item.plan(seed))
        tries.append(one)
        if one.counts or not one.void:
            break
        found.set_aside.append(f"seed {seed}: {one.void}")
        if len(tries) == TRIES or not has_time(found.item.seconds_each):
            one = min(tries, key=_steal)
            break
    if one.result is not None:
        found.results.append(one.result)
    elif one.trouble:
        found.set_aside.append(f"seed {seed}: {one.trouble}")
    return one


def run_rival(
    rival: Rival,
    seed: int,
    compare: Callable[[Rival, int], Compared],
    has_time: Callable[[float], bool],
) -> tuple[dict[str, Any] | None, list[str]]:
    """Compares with a rival, again while that is void or fails and there is time for another.

    Returns what was found, and a word for each that does not count. If none counts, it is the last
    that has figures; it says so itself.
    """
    told, set_aside = None, []
    for _ in range(TRIES):
        one = compare(rival, seed)
        told = one.told or told
        if one.counts:
            break
        set_aside.append(f"seed {seed}: {one.why}")
        if not has_time(rival.seconds_each):
            break
    return told, set_aside


def compare_once(rival: Rival, seed: int) -> Compared:
    """Compares with a rival, by its own command in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="aukio-bench-") as folder:
        file = Path(folder) / "versus.json"
        words = _ask_rival(rival, seed, file)
        told = json.loads(file.read_text("utf-8")) if file.exists() else None
        return Compared(told, words)


def _ask_rival(rival: Rival, seed: int, file: Path) -> str:
    """What the command's table says, or the trouble."""
    words = ["versus", rival.system, "--clients", f"{rival.clients}"]
    words += ["--seconds", f"{rival.seconds:g}", "--seed", f"{seed}", "--json", str(file)]
    most_s = rival.seconds_each * 2 + 600  # its packages may have to come first
    try:
        done = subprocess.run(
            [sys.executable, "-m", "aukio", "bench", *words],
            capture_output=True,
            text=True,
            timeout=most_s,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {most_s:.0f} s"
    return done.stdout.strip() or done.stderr.strip()


def middle_rival(files: Sequence[dict[str, Any]], set_aside: Sequence[str] = ()) -> dict[str, Any]:
    """The median of several comparisons, ratio by ratio; a void one among them makes it void."""
    told = dict(files[0]) | {"set_aside": list(set_aside)}
    sides = [name for one in files for name in one["ratios"]]
    told["ratios"] = {
        side: _middle_ratios([one["ratios"][side] for one in files if side in one["ratios"]])
        for side in dict.fromkeys(sides)
    }
    told["void"] = {name: why for one in files for name, why in one["void"].items()}
    told["repeats"] = [one["ratios"] for one in files] if len(files) > 1 else []
    return told


def write_rival(told: dict[str, Any], file: Path) -> None:
    """Writes a comparison."""
    text = json.dumps(told, indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def _middle_ratios(found: list[dict[str, float | None]]) -> dict[str, float | None]:
    names = dict.fromkeys(name for one in found for name in one)
    middle: dict[str, float | None] = {}
    for name in names:
        known = [value for one in found if (value := one.get(name)) is not None]
        middle[name] = statistics.median(known) if known else None
    return middle


def _steal(one: Attempt) -> float:
    return one.result.report.steal if one.result is not None else float("inf")
