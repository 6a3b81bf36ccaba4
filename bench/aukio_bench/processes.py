"""What processes and the machine use, as the operating system tells it."""

from dataclasses import dataclass

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
