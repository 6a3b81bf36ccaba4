"""What each viewer is sent in a tick: frozen bytes, or nothing when it cannot receive."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from aukio.clock import WRAP
from aukio.interest.relevance import Relevance
from aukio.replication._encode import Encoder
from aukio.replication._frames import Frames
from aukio.replication._identity import Identities
from aukio.replication._pace import Pace
from aukio.replication.attention import Attention
from aukio.replication.far import FarCrowd
from aukio.replication.publication import Publication
from aukio.replication.viewers import Viewers
from aukio.sim.entities import RING, EntityRef
from aukio.sim.simulation import Simulation
from aukio_protocol.codec import encode
from aukio_protocol.motion import Gait
from aukio_protocol.snapshot import Correction, encode_correction

JOIN_BURST_BYTES = 12_000  # to a new viewer at once: with its welcome, one TCP initial window
CHANGES_BYTES = 512  # and of it in changed identities
ATTENTION_S = 5  # who talks comes first for so long: in a crowd some eight at a time
EVERYBODY = 1 << 16  # of individuals: no limit


class Snapshots:
    """Publishing, interest and encoding of one world, as one step after the simulation.

    Invariant: a viewer's bit is cleared only by bytes that are sent, so every change that a
    viewer should know reaches it or still waits (decision 0005).
    """

    def __init__(
        self,
        simulation: Simulation,
        view_m: float,
        budget_bytes_per_s: int,
        individuals: int = EVERYBODY,
    ) -> None:
        entities = simulation.entities
        self._simulation = simulation
        self._hz = simulation.tick_hz
        self._budget = budget_bytes_per_s / simulation.tick_hz
        self._is_viewer = np.zeros(entities.capacity, bool)
        self._unpublished = np.zeros(entities.capacity // 64, np.uint64)
        self._sets = Viewers(entities.capacity)
        self._publication = Publication(entities, simulation.tick_hz)
        self._relevance = Relevance(
            entities,
            self._sets,
            self._publication.posed,
            view_m,
            individuals,
            simulation.tick_hz,
        )
        self._far = FarCrowd(entities, self._sets.known, simulation.tick_hz)
        self._pace = Pace(entities.capacity, simulation.tick_hz)
        introduction_bytes = np.zeros(entities.capacity, np.int32)
        self._encoder = Encoder(
            self._sets,
            self._publication,
            entities,
            simulation.sequences,
            introduction_bytes,
            simulation.tick_hz,
        )
        identities = Identities(
            self._sets, introduction_bytes, np.zeros(entities.capacity, np.int32)
        )
        self._frames = Frames(
            self._encoder, identities, self._pace, self._sets, introduction_bytes, self._hz
        )
        self._attention = Attention(self._sets.focus)
        self._owed: dict[int, bool] = {}  # viewers owed the truth → whether the server moved them
        self._ended: set[int] = set()
        self.frame_every = 1  # ticks between two frames of a viewer; doubled by the ladder
        self.published = 0  # records renewed in the last tick

    # Comings and goings.

    def introduce(self, ref: EntityRef, frame: bytes) -> None:
        """Takes who an entity is, as the frame every viewer will be sent.

        Of a new entity it goes before the first record. Of one that has changed it goes by itself
        (see `Identities`), while records go on.
        """
        if self._frames.is_introduced(ref.slot):
            self._sets.forget_identity(ref.slot)
        else:
            self._publication.renew(ref.slot)
            self._unpublished[ref.slot >> 6] |= np.uint64(1 << (ref.slot & 63))
        self._frames.introduce(ref.slot, frame)

    def attach(self, slot: int) -> int:
        """Begins to send to the client of an avatar; it knows nothing yet.

        Returns the tick that client is told of at first. It is the one before the last, for
        snapshots are later and the first may be of the last tick (see `encode_first`).
        """
        tick = self._simulation.tick
        self._sets.clear_viewer(slot, JOIN_BURST_BYTES, CHANGES_BYTES)
        self._sets.fresh[slot] = 1
        self._is_viewer[slot] = True
        before = max(0, tick - 1)
        self._pace.start(slot, before)
        self._forget_far(slot)
        self._relevance.refresh(np.array([slot], np.int32), tick)
        self._sets.poses_pending[slot] = self._sets.near[slot] & self._publication.posed
        return before

    def detach(self, slot: int) -> None:
        """Ends sending: the connection is gone, with everything it knew."""
        self._is_viewer[slot] = False
        self._owed.pop(slot, None)
        self._forget_far(slot)
        self._sets.clear_viewer(slot)

    @property
    def viewers(self) -> NDArray[np.int32]:
        """The slots of all viewers, ascending, (V,) int32."""
        return np.flatnonzero(self._is_viewer).astype(np.int32)

    def end(self, slot: int) -> None:
        """An entity is gone; its slot is freed once no viewer knows it any more."""
        self._sets.clear_entity(slot)
        self._frames.forget(slot)
        if self._sets.is_known(slot):
            self._ended.add(slot)
        else:
            self._simulation.entities.release(slot)

    def correct(self, slot: int, *, moved: bool) -> None:
        """Owes a viewer the truth about its own avatar."""
        if moved:
            self._publication.renew(slot)
        if self._is_viewer[slot]:
            self._owed[slot] = moved or self._owed.get(slot, False)

    def focus(self, viewers: NDArray[np.int32], other: int) -> None:
        """Puts someone first among what viewers are told, for a while: they talk."""
        self._attention.turn(viewers, other, self._simulation.tick + ATTENTION_S * self._hz)

    # The steps of a tick.

    def heard(self, moves: NDArray[np.void]) -> None:
        """Inputs came: what their clients had seen, and how early they were, is known."""
        slots, sets = moves["slot"], self._sets
        sets.answers[slots], sets.margins[slots] = 1, moves["margin"]
        seen = moves["seen"].astype(np.int32)
        self._pace.heard(np.ascontiguousarray(slots), seen, self._simulation.tick)

    def publish(self) -> None:
        """Renews motion records and takes them into every viewer's pending set."""
        self.published = self._publication.publish(self._simulation.tick)
        self._unpublished[:] = 0
        self._encoder.note(self.viewers)
        for slot in self._simulation.unpredicted:
            if self._publication.is_published(slot):
                self.correct(slot, moved=False)

    def refresh_interest(self) -> None:
        """Renews the sets of those viewers whose turn it is."""
        tick = self._simulation.tick
        self._relevance.refresh(self._relevance.due(self.viewers, tick), tick)
        self._attention.expire(tick)
        if self._ended:
            self._release_slots()

    def holds(self, slot: int, unsent_bytes: int) -> None:
        """Tells how much a viewer's connection still holds; it waits while that is not nothing."""
        self._sets.unsent[slot] = unsent_bytes

    def encode(self) -> Frames:
        """All viewers' frames of this tick: introductions, then its snapshot, for each."""
        for slot in self._owed:
            self._sets.corrects[slot] = 1
            self._sets.corrections[slot] = np.frombuffer(self._correction(slot), np.uint8)
        frames, tick = self._frames, self._simulation.tick
        frames.fill(self.viewers, tick, self._budget, self.frame_every)
        if self._owed:
            told = set(frames.slots[: frames.count].tolist())
            self._owed = {slot: how for slot, how in self._owed.items() if slot not in told}
        return frames

    def encode_first(self) -> Frames:
        """The first frames of those who have come since the last tick: they wait for no tick.

        Who has no record yet, because they have come since then themselves, is told of later.
        """
        frames, tick, pending = self._frames, self._simulation.tick, self._sets.pending
        viewers = self.viewers
        viewers = viewers[self._sets.fresh[viewers] != 0] if tick else viewers[:0]
        later = pending[viewers] & self._unpublished
        pending[viewers] &= ~self._unpublished
        frames.fill(viewers, tick, 0.0, self.frame_every)
        pending[viewers] |= later
        return frames

    def tell_far_crowds(self, frame: Callable[[bytes], bytes]) -> None:
        """News of the far crowd ride along with the next snapshots, for viewers whose turn it is.

        `frame` makes a payload a frame of the wire's carrier.
        """
        tick = self._simulation.tick
        for slot in self._far.due(self.viewers, tick).tolist():
            if self._sets.unsent[slot]:
                continue  # its line is busy with what matters more
            crowd = self._far.news(slot, tick)
            if crowd is not None:
                payload = encode(crowd)
                self._sets.tokens[slot] -= len(payload)
                self._far.charge(slot, len(payload), tick, self._budget)
                self._frames.ride(slot, frame(payload))

    # Within.

    def _forget_far(self, slot: int) -> None:
        self._far.forget(slot)
        self._frames.alight(slot)

    def _correction(self, slot: int) -> bytes:
        """The truth about a viewer's own avatar.

        A client that predicts itself gets its walker's state. One that does not gets heading,
        speed and gait of its published record: it goes on from them as it does for others.
        """
        entities, tick = self._simulation.entities, self._simulation.tick
        x, y, z, vertical = entities.states[slot, tick % RING].tolist()
        yaw, heading, speed, air = entities.turns[slot, tick % RING].tolist()
        gait = int(entities.wishes[slot, tick % RING, 1]) >> 10 & 3
        if slot in self._simulation.unpredicted:
            heading, speed, gait = self._publication.course(slot)
        place = (tick % WRAP, x, y, z, vertical, yaw, heading, speed)
        return encode_correction(Correction(*place, bool(air), self._owed[slot], Gait(gait)))

    def _release_slots(self) -> None:
        for slot in [slot for slot in self._ended if not self._sets.is_known(slot)]:
            self._ended.discard(slot)
            self._simulation.entities.release(slot)
