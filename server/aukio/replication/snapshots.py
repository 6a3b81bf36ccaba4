"""What each viewer is sent in a tick: frozen bytes, or nothing when it cannot receive."""

from dataclasses import dataclass, field

import numpy as np

from aukio.clock import WRAP, tick_distance
from aukio.interest.relevance import InterestSets, Relevance
from aukio.replication._encode import Encoder
from aukio.replication._identity import Identities
from aukio.replication.pace import Pace, Readiness
from aukio.replication.publication import Publication
from aukio.replication.viewers import Viewers
from aukio.sim.entities import RING, EntityRef
from aukio.sim.simulation import Simulation
from aukio_protocol.motion import Gait
from aukio_protocol.snapshot import Correction, encode_correction

BURST_TICKS = 3  # a viewer may save up this many ticks of its budget
LEAST_BURST_BYTES = 512  # and at least this: the longest introduction must fit one day
JOIN_BURST_BYTES = 14_000  # what a new viewer may be sent at once: one TCP initial window
CHANGES_SHARE = 0.25  # of the budget, for identities that have changed
CHANGES_SAVED_S = 1.0  # a viewer may save up its share of this long: a class raises its hands
THIN_SHARE = 0.5  # of the budget, for a viewer that lags
ALIVE_S = 1.0  # an empty snapshot goes out when nothing else did for this long


@dataclass(slots=True)
class Viewer:
    """One viewer's allowance and what it is owed besides records."""

    slot: int
    pace: Pace
    tokens: float = JOIN_BURST_BYTES
    changes: float = LEAST_BURST_BYTES  # of the tokens, what changed identities may take
    sent_tick: int = -(10**9)
    correct: bool = False
    moved: bool = False
    focus: dict[int, int] = field(default_factory=dict)  # slot → tick until which it is first


class Snapshots:
    """Publishing, interest and encoding of one world, as one step after the simulation.

    Invariant: a viewer's bit is cleared only by bytes that are sent, so every change that a
    viewer should know reaches it or still waits (decision 0005).
    """

    def __init__(self, simulation: Simulation, view_m: float, budget_bytes_per_s: int) -> None:
        entities = simulation.entities
        self._simulation = simulation
        self._hz = simulation.tick_hz
        self._budget = budget_bytes_per_s / simulation.tick_hz
        self._viewers: dict[int, Viewer] = {}
        self._sets = Viewers(entities.capacity)
        self._publication = Publication(entities, simulation.tick_hz)
        self._relevance = Relevance(
            entities,
            InterestSets(
                self._sets.interest, self._sets.near, self._sets.middle, self._sets.pending
            ),
            view_m,
            simulation.tick_hz,
        )
        self._introductions: dict[int, bytes] = {}
        self._introduction_bytes = np.zeros(entities.capacity, np.int32)
        self._entering = np.zeros(entities.capacity, np.int32)
        self._changed = np.zeros(entities.capacity, np.int32)
        self._ended: set[int] = set()
        self._encoder = Encoder(
            self._sets,
            self._publication.records,
            self._publication.published,
            self._publication.jumped,
            self._publication.shifted,
            entities.poses,
            self._publication.pose_published,
            entities.generations,
            entities.kinds,
            self._introduction_bytes,
            self._entering,
            simulation.tick_hz,
        )
        self._identities = Identities(self._sets, self._introduction_bytes, self._changed)
        self.budget_share = 1.0  # shrunk by the overload ladder
        self.far_every = 2  # ticks between changes outside the near set; doubled by the ladder
        self.published = 0  # records renewed in the last tick

    # Comings and goings.

    def introduce(self, ref: EntityRef, frame: bytes) -> None:
        """Takes who an entity is, as the frame every viewer will be sent.

        Of a new entity it goes before the first record. Of one that has changed it goes by itself
        (see `Identities`), while records go on.
        """
        if ref.slot in self._introductions:
            self._sets.forget_identity(ref.slot)
        else:
            self._publication.renew(ref.slot)
        self._introductions[ref.slot] = frame
        self._introduction_bytes[ref.slot] = len(frame)

    def attach(self, slot: int) -> None:
        """Begins to send to the client of an avatar; it knows nothing yet."""
        self._sets.clear_viewer(slot)
        self._viewers[slot] = Viewer(slot, Pace(self._simulation.tick, self._hz))
        self._relevance.refresh(slot, self._simulation.tick)
        self._sets.poses_pending[slot] = self._sets.near[slot] & self._publication.posed

    def detach(self, slot: int) -> None:
        """Ends sending: the connection is gone, with everything it knew."""
        del self._viewers[slot]
        self._sets.clear_viewer(slot)

    def end(self, slot: int) -> None:
        """An entity is gone; its slot is freed once no viewer knows it any more."""
        self._sets.clear_entity(slot)
        self._introductions.pop(slot, None)
        if self._sets.is_known(slot):
            self._ended.add(slot)
        else:
            self._simulation.entities.release(slot)

    def correct(self, slot: int, *, moved: bool) -> None:
        """Owes a viewer the truth about its own avatar."""
        if moved:
            self._publication.renew(slot)
        viewer = self._viewers.get(slot)
        if viewer is not None:
            viewer.correct, viewer.moved = True, viewer.moved or moved

    def focus(self, slot: int, other: int, seconds: float = 10.0) -> None:
        """Puts someone first among what a viewer is told, for a while: they talk."""
        viewer = self._viewers.get(slot)
        if viewer is not None and slot != other:
            viewer.focus[other] = self._simulation.tick + round(seconds * self._hz)
            self._sets.focus[slot, other >> 6] |= np.uint64(1 << (other & 63))

    # The steps of a tick.

    def publish(self) -> None:
        """Renews motion records and takes them into every viewer's pending set."""
        tick = self._simulation.tick
        self.published = self._publication.publish(tick)
        for slot in self._viewers:
            self._encoder.note(slot)
        for slot in self._simulation.unpredicted:
            if self._publication.is_published(slot):
                self.correct(slot, moved=False)

    def refresh_interest(self) -> None:
        """Renews the sets of those viewers whose turn it is."""
        tick = self._simulation.tick
        for slot, viewer in self._viewers.items():
            if self._relevance.is_due(slot, tick):
                near = self._sets.near[slot].copy()
                self._relevance.refresh(slot, tick)
                # Who comes near brings its pose along, also one that it has held for long.
                self._sets.poses_pending[slot] |= (
                    self._sets.near[slot] & ~near & self._publication.posed
                )
                if viewer.focus:
                    self._end_focus(viewer, tick)
        if self._ended:
            self._release_slots()

    def encode(self, slot: int, margin: int, *, thin: bool) -> bytes | None:
        """One viewer's frames of this tick: introductions, then its snapshot; None if empty."""
        viewer, tick = self._viewers[slot], self._simulation.tick
        per_tick = self._budget * self.budget_share * (THIN_SHARE if thin else 1)
        most = max(BURST_TICKS * self._budget, LEAST_BURST_BYTES, viewer.tokens)
        viewer.tokens = min(viewer.tokens + per_tick, most)
        share = CHANGES_SHARE * per_tick
        saved = max(LEAST_BURST_BYTES, CHANGES_SAVED_S * self._hz * share)
        viewer.changes = min(viewer.changes + share, saved)
        changed = self._identities.choose(slot, tick % 2 == 0, int(viewer.changes))
        correction = self._correction(viewer) if viewer.correct else None
        data = self._encoder.encode(
            slot,
            slot,
            tick,
            int(self._simulation.sequences[slot]),
            margin,
            int(viewer.tokens) - self._identities.bytes,
            correction,
            not thin and (slot + tick) % self.far_every == 0,
            changed > 0 or tick - viewer.sent_tick >= ALIVE_S * self._hz,
        )
        if data is None:
            return None
        entered = self._encoder.entered
        if changed or entered:
            who = [*self._changed[:changed].tolist(), *self._entering[:entered].tolist()]
            data = b"".join([*(self._introductions[slot] for slot in who), data])
        viewer.changes -= self._identities.bytes
        # A debt, because identities have been taken out of a budget that may be smaller than one.
        viewer.tokens = max(-float(LEAST_BURST_BYTES), viewer.tokens - len(data))
        viewer.pace.sent(tick)
        viewer.sent_tick, viewer.correct, viewer.moved = tick, False, False
        return data

    def wait(self, slot: int) -> None:
        """A viewer that cannot receive in this tick: what it is owed waits on."""
        self._encoder.wait(slot)

    def readiness(self, slot: int, unsent_bytes: int) -> Readiness:
        """What a viewer can take in this tick."""
        return self._viewers[slot].pace.readiness(unsent_bytes, self._simulation.tick)

    def heard(self, slot: int, seen: int) -> None:
        """An input told which snapshot its client had applied (a wrapping tick number)."""
        viewer, tick = self._viewers.get(slot), self._simulation.tick
        if viewer is not None:
            viewer.pace.heard(tick - tick_distance(tick % WRAP, seen), tick)

    # Within.

    def _correction(self, viewer: Viewer) -> bytes:
        """The truth about a viewer's own avatar.

        A client that predicts itself gets its walker's state. One that does not gets heading,
        speed and gait of its published record: it goes on from them as it does for others.
        """
        entities, slot, at = self._simulation.entities, viewer.slot, self._simulation.tick % RING
        x, y, z, vertical = entities.states[slot, at].tolist()
        yaw, heading, speed, air = entities.turns[slot, at].tolist()
        gait = int(entities.wishes[slot, at, 1]) >> 10 & 3
        if slot in self._simulation.unpredicted:
            heading, speed, gait = self._publication.course(slot)
        tick = self._simulation.tick % WRAP
        place = (tick, x, y, z, vertical, yaw, heading, speed)
        return encode_correction(Correction(*place, bool(air), viewer.moved, Gait(gait)))

    def _end_focus(self, viewer: Viewer, tick: int) -> None:
        for other in [other for other, until in viewer.focus.items() if until < tick]:
            del viewer.focus[other]
            self._sets.focus[viewer.slot, other >> 6] &= ~np.uint64(1 << (other & 63))

    def _release_slots(self) -> None:
        for slot in [slot for slot in self._ended if not self._sets.is_known(slot)]:
            self._ended.discard(slot)
            self._simulation.entities.release(slot)
