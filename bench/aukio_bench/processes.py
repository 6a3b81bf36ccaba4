"""What processes and the machine use, as the operating system tells it."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types, and its stubs are not installed


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process and its children use: CPU seconds, resident bytes, descriptors, threads."""

    cpu_s: float
    rss_bytes: int
    descriptors: int
    threads: int


def footprint(pid: int) -> Footprint:
    """What a process and all its children use now; CPU is user and system together."""
    first = psutil.Process(pid)
    every = [first, *first.children(recursive=True)]
    times = [process.cpu_times() for process in every]
    return Footprint(
        cpu_s=sum(time.user + time.system for time in times),
        rss_bytes=sum(process.memory_info().rss for process in every),
        descriptors=sum(process.num_fds() for process in every),
        threads=sum(process.num_threads() for process in every),
    )


def machine_times() -> tuple[float, float]:
    """Seconds stolen by other guests of the host, and all seconds, of all cores since the boot."""
    cpu = psutil.cpu_times()
    return float(cpu.steal), float(sum(cpu[:8]))


def family(pid: int) -> tuple[int, ...]:
    """A process and all its children as they are now."""
    first = psutil.Process(pid)
    return (pid, *(process.pid for process in first.children(recursive=True)))


def cpu_seconds(pids: tuple[int, ...]) -> float:
    """User and system time of some processes; the dead count as 0. Cheap: one file for each."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/stat").read_text("utf-8")
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()  # a name may hold anything
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
