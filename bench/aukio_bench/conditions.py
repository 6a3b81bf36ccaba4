"""Under which conditions a run was measured: command, machine, commit; told with every figure."""

import os
import platform
import subprocess
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # ships no types, and its stubs are not installed


@dataclass(frozen=True, slots=True)
class Conditions:
    """What one needs to repeat a run and to believe it. Unknown texts are empty."""

    command: str
    seed: int
    started: str  # ISO 8601, UTC
    commit: str  # "+" at its end: with changes that are not committed
    processor: str
    cores: int
    memory_bytes: int
    kernel: str
    python: str

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Conditions":
        """From a file; what it does not tell is empty."""
        numbers = ("seed", "cores", "memory_bytes")
        names = [one.name for one in fields(cls)]
        return cls(**{name: told.get(name, 0 if name in numbers else "") for name in names})

    @property
    def machine(self) -> str:
        """The machine in a line."""
        gib = self.memory_bytes / 2**30
        return f"{self.processor}, {self.cores} cores, {gib:.0f} GiB, {self.kernel}"


def conditions(command: str, seed: int, now: datetime) -> Conditions:
    """Those of this process and machine."""
    return Conditions(
        command=command,
        seed=seed,
        started=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        commit=commit(),
        processor=processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=int(psutil.virtual_memory().total),
        kernel=f"{platform.system()} {platform.release()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
    )


def processor() -> str:
    """The processor's name as the system tells it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def commit() -> str:
    """The commit of the checkout that runs; of an installed package, its version."""
    folder = Path(__file__).parent
    if not (folder.parents[1] / ".git").exists():
        try:
            return f"version {version('aukio')}"
        except PackageNotFoundError:
            return ""
    head = _git(folder, "rev-parse", "--short", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{head}+" if changed else head


def _git(folder: Path, *words: str) -> str:
    try:
        found = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip()
