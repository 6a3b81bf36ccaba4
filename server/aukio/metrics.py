"""Counters and timers, named in one place; the text of `/metrics`."""

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

WAITS_A_TICK = 8  # inputs whose wait is noted
STEPS = ("input", "validate", "simulate", "interest", "encode", "send")

#: Half-millisecond steps up to 60 ms: the bench reads percentiles from these.
_MILLISECONDS = [step / 2000 for step in range(1, 121)] + [0.075, 0.1, 0.25, 0.5, 1.0, 5.0]


class Metrics:
    """What one server counts. Nothing here names a person, an address or a text."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._work_most = self._late_most = 0.0
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._steps = Histogram(
            "aukio_tick_step_seconds",
            "Time of one step of a tick",
            ["step"],
            buckets=_MILLISECONDS,
            registry=self._registry,
        )
        self._step = {step: self._steps.labels(step) for step in STEPS}
        self.work = self._histogram("aukio_tick_work_seconds", "Work of a whole tick")
        self.held_max = self._gauge("aukio_held_bytes_max", "Most bytes held for one client so far")
        self._held_most = 0
        self.input_wait = self._histogram(
            "aukio_input_wait_seconds", "How long inputs waited for their tick, a sample of them"
        )
        self.lateness = self._histogram("aukio_tick_lateness_seconds", "How late a tick began")
        self.work_max = self._gauge("aukio_tick_work_max_seconds", "Longest tick so far")
        self.lateness_max = self._gauge("aukio_tick_lateness_max_seconds", "Latest tick so far")
        self.ticks = self._counter("aukio_ticks", "Ticks that ran")
        self.missed = self._counter("aukio_ticks_missed", "Ticks dropped because time ran out")
        self.records = self._counter("aukio_records_published", "Motion records renewed")
        self.overload = self._gauge("aukio_overload_level", "Step of the overload ladder, 0: none")
        self._levels: dict[object, int] = {}
        self._events = Counter(
            "aukio_events",
            "What happened, by kind and reason",
            ["kind", "reason"],
            registry=self._registry,
        )
        self._bytes = Counter(
            "aukio_sent_bytes",
            "Websocket bytes handed to the socket",
            ["kind"],
            registry=self._registry,
        )
        self._snapshot_bytes = self._bytes.labels("snapshot")
        self._control_bytes = self._bytes.labels("control")
        self.snapshots = self._counter("aukio_snapshots", "Snapshots sent")
        self.thinned = self._counter("aukio_snapshots_thinned", "Snapshots cut for who lags behind")
        self.skipped = self._counter("aukio_snapshots_skipped", "Viewers that had to wait a tick")

    def watch_people(self, people: Callable[[], int], connected: Callable[[], int]) -> None:
        """Shows how many are in the world and how many of them are connected."""
        self._gauge("aukio_people", "People with a place in the world").set_function(people)
        self._gauge("aukio_clients", "Connected clients").set_function(connected)

    def count(self, kind: str, reason: str) -> None:
        """Counts an event: `joined`, `refused`, `ended`, `dropped` or one of the edge's."""
        self._events.labels(kind, reason).inc()

    def step(self, name: str, seconds: float) -> None:
        """Notes the time of one step of a tick."""
        self._step[name].observe(seconds)

    def worked(self, seconds: float) -> None:
        """Notes the work of one whole tick."""
        self.work.observe(seconds)
        self._work_most = max(self._work_most, seconds)
        self.work_max.set(self._work_most)

    def began(self, late_s: float) -> None:
        """Notes how late a tick began."""
        self.lateness.observe(max(0.0, late_s))
        self._late_most = max(self._late_most, late_s)
        self.lateness_max.set(self._late_most)

    def overloaded(self, world: object, level: int) -> None:
        """Notes a world's step of the overload ladder; shown is the highest of all."""
        self._levels[world] = level
        self.overload.set(max(self._levels.values()))

    def held(self, size_bytes: int) -> None:
        """Notes what is held for one client that does not take it."""
        if size_bytes > self._held_most:
            self._held_most = size_bytes
            self.held_max.set(size_bytes)

    def waited(self, waits_s: NDArray[np.float64]) -> None:
        """Notes how long some of a tick's inputs have waited; a sample keeps this cheap."""
        for wait_s in waits_s[:: 1 + len(waits_s) // WAITS_A_TICK].tolist():
            self.input_wait.observe(wait_s)

    def sent_snapshots(self, count: int, size_bytes: int) -> None:
        """Notes the snapshots of one tick."""
        self.snapshots.inc(count)
        self._snapshot_bytes.inc(size_bytes)

    def sent_control(self, size_bytes: int) -> None:
        """Notes control frames handed to a line."""
        self._control_bytes.inc(size_bytes)

    def text(self, names: Collection[str] = ()) -> bytes:
        """Samples in the Prometheus text format: those of these names, or all."""
        if not names:
            return generate_latest(self._registry)
        return generate_latest(self._registry.restricted_registry(names))

    def _histogram(self, name: str, meaning: str) -> Histogram:
        return Histogram(name, meaning, buckets=_MILLISECONDS, registry=self._registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(name, meaning, registry=self._registry)

    def _counter(self, name: str, meaning: str) -> Counter:
        return Counter(name, meaning, registry=self._registry)
