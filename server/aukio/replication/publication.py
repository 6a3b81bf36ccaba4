"""Publishing motion: one record per entity and tier, from which anyone extrapolates it."""

import numpy as np

from aukio.replication._publish import Publisher
from aukio.sim.entities import AVATAR, Entities
from aukio.sim.units import UNIT, sine_table

#: Near, middle, far: metres and degrees the truth may leave a record by before it is renewed, and
#: degrees for who stands: where a body faces that goes nowhere is seen by those near alone.
#: Source: the offline model's tuned parameters, and the bench for the last (decision 0018).
TOLERANCES = ((0.03, 5.0, 5.0), (0.12, 10.0, 20.0), (0.50, 30.0, 90.0))
FIELDS = 12
POSE_INTERVAL_S = 0.1


class Publication:
    """The published motion of one world's entities.

    Shapes: records (3, S, 12) int32: x, y, z, yaw, heading, speed, gait, turn, bend, air,
    vertical, age; published, jumped, shifted (3, W) uint64; pose_published, posed (W,) uint64.
    """

    def __init__(self, entities: Entities, tick_hz: int) -> None:
        capacity = entities.capacity
        self.records = np.zeros((3, capacity, FIELDS), np.int32)
        self.published = np.zeros((3, capacity // 64), np.uint64)
        self.jumped = np.zeros((3, capacity // 64), np.uint64)
        self.shifted = np.zeros((3, capacity // 64), np.uint64)
        self.pose_published = np.zeros(capacity // 64, np.uint64)
        self.posed = np.zeros(capacity // 64, np.uint64)  # who has a pose at all
        self._entities = entities
        self._fresh = np.zeros(capacity, np.uint8)
        self._pose_sent = np.full(capacity, -1, np.int64)
        self._pose_interval = max(1, round(POSE_INTERVAL_S * tick_hz))
        self._publisher = Publisher(
            entities.states,
            entities.turns,
            entities.wishes,
            self.records,
            self.published,
            self.jumped,
            self.shifted,
            self._fresh,
            np.zeros(capacity, np.uint8),
            sine_table(),
            tick_hz,
            [
                (round(reach * UNIT), round(turn * UNIT / 360), round(rest * UNIT / 360))
                for reach, turn, rest in TOLERANCES
            ],
        )

    def renew(self, slot: int) -> None:
        """Makes an entity's records due in all tiers, whole: it appeared or was moved."""
        self._fresh[slot] = 1
        self._pose_sent[slot] = -1
        if self._entities.pose_ticks[slot] < 0:
            self.posed[slot >> 6] &= ~np.uint64(1 << (slot & 63))

    def is_published(self, slot: int) -> bool:
        """Whether an entity's near record was renewed in this tick."""
        return bool(self.published[0, slot >> 6] & np.uint64(1 << (slot & 63)))

    def course(self, slot: int) -> tuple[int, int, int]:
        """Heading, speed and gait of an entity's near record."""
        heading, speed, gait = self.records[0, slot, 4:7].tolist()
        return heading, speed, gait

    def publish(self, tick: int) -> int:
        """Renews what is due; returns how many records were."""
        count = self._publisher.publish(self._entities.live, tick)
        self._publish_poses(tick)
        return count

    def _publish_poses(self, tick: int) -> None:
        """Marks changed poses, each at most ten times a second."""
        self.pose_published[:] = 0
        ticks = self._entities.pose_ticks
        due = np.flatnonzero(
            (ticks > self._pose_sent)
            & (tick - self._pose_sent >= self._pose_interval)
            & (self._entities.kinds == AVATAR)
        )
        for slot in due.tolist():
            self.pose_published[slot >> 6] |= np.uint64(1 << (slot & 63))
            self.posed[slot >> 6] |= np.uint64(1 << (slot & 63))
            self._pose_sent[slot] = tick
