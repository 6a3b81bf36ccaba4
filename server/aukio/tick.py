"""The six steps of a tick, one call each.

    1 input      drain inputs in arrival order, capped per client
    2 validate   inputs become commands and are placed on the ticks they hold from
    3 simulate   rules; the only writer of world state
    4 interest   publish what moved; who matters to whom, refreshed in turns
    5 encode     per viewer what it still has to be told, under its budget, as frozen bytes
    6 send       each its frame, over the lines

Nothing awaits in steps 1-5.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aukio.metrics import Metrics
from aukio.overload import Overload, SharedLoad
from aukio.replication._frames import Frames
from aukio.replication.snapshots import Snapshots
from aukio.session.outbox import frame
from aukio.session.registry import Registry
from aukio.sim.events import Diverged, Enclosed, Event, ObjectChanged, Postponed, Spoke
from aukio.sim.simulation import Simulation
from aukio_protocol.errors import Reason


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What step 6 has to send: the n-th viewer, by slot, gets `data[starts[n]:starts[n + 1]]`.

    Shapes: slots, epochs (N,); starts (N + 1,); data bytes, good until the next tick. A viewer
    whose epoch is another by then has another connection, or none, and gets nothing.
    """

    slots: NDArray[np.int32]
    epochs: NDArray[np.int64]
    data: NDArray[np.uint8]
    starts: NDArray[np.int64]


class Tick:
    """Runs one world's ticks. Time is passed in; `timer` (seconds) only measures the steps."""

    def __init__(
        self,
        simulation: Simulation,
        registry: Registry,
        snapshots: Snapshots,
        metrics: Metrics,
        timer: Callable[[], float],
        collect: Callable[[], object] | None = None,
        load: SharedLoad | None = None,
        world: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._world = world  # is told what concerns the world itself
        self._simulation = simulation
        self._registry = registry
        self._snapshots = snapshots
        self._metrics = metrics
        self._timer = timer
        self._collect = collect  # takes in what joined clients have sent by now
        self._overload = Overload(simulation.tick_hz)
        self._load = load or SharedLoad()
        self._began = self._lapped = 0.0
        self._work = 0.0

    def run(self, now: float, begun: float | None = None) -> Outgoing:
        """Steps 1-5; returns what step 6 has to send. `begun`: by the timer, if before now."""
        self._began = self._lapped = self._timer() if begun is None else begun
        moves = self._registry.drain(now)
        self._lap("input")
        if moves.rows.size:
            self._snapshots.heard(moves.rows)
            self._metrics.waited(moves.waits)
        events = self._simulation.apply(moves)
        self._lap("validate")
        events += self._simulation.step()
        self._lap("simulate")
        self._tell(events)
        self._snapshots.publish()
        self._snapshots.refresh_interest()
        self._lap("interest")
        if self._collect is not None:
            # Chat does not wait for the rest of a long tick; inputs are for the next one.
            self._collect()
        self._lap("input")
        frames = self._encode()
        self._lap("encode")
        self._work = self._lapped - self._began
        self._metrics.ticks.inc()
        self._metrics.records.inc(self._snapshots.published)
        return frames

    def first_frames(self) -> Outgoing:
        """Between ticks: what those are sent first who have come since the last one."""
        return self._outgoing(self._snapshots.encode_first())

    def sent(self, seconds: float) -> None:
        """Notes the time of step 6, and eases or tightens what the next ticks may cost."""
        self._metrics.step("send", seconds)
        work = self._work + seconds
        self._metrics.worked(work)
        relief = self._overload.ran(self._load.note(self, work, self._simulation.tick_hz))
        self._metrics.overloaded(self, self._overload.level)
        self._snapshots.frame_every = relief.frame_every
        self._registry.is_busy = relief.refuse_joins

    def tell(self, event: Event) -> None:
        """Tells clients of an event, and lets replication know what it means."""
        match event:
            case Diverged(slot, moved):
                self._snapshots.correct(slot, moved=moved)
            case Spoke(slot, _, hearers):
                self._snapshots.focus(hearers, slot)
                self._registry.tell(event)
            case Enclosed() | Postponed():
                self._world(event)
            case ObjectChanged():
                self._registry.tell(event)
                self._world(event)
            case _:
                self._registry.tell(event)

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self.tell(event)

    def _encode(self) -> Outgoing:
        for slot, unsent_bytes in self._registry.lines.holding():
            self._snapshots.holds(slot, unsent_bytes)
            self._metrics.held(unsent_bytes)
        self._snapshots.tell_far_crowds(frame)
        frames = self._snapshots.encode()
        self._metrics.skipped.inc(frames.skipped)
        self._metrics.thinned.inc(frames.thinned)
        return self._outgoing(frames)

    def _outgoing(self, frames: Frames) -> Outgoing:
        for slot in frames.gone:
            self._registry[slot].end(Reason.SLOW, "The connection does not take what it is sent.")
        slots = frames.slots[: frames.count]
        self._metrics.sent_snapshots(frames.count, int(frames.starts[frames.count]))
        return Outgoing(slots, self._registry.lines.epochs[slots], frames.data, frames.starts)

    def _lap(self, step: str) -> None:
        now = self._timer()
        self._metrics.step(step, now - self._lapped)
        self._lapped = now
