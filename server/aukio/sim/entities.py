"""Entity slots with generations, and the columns that hold their state."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RING = 16  # ticks of states and wishes kept for late inputs
POSE_BYTES = 17

AVATAR, PROP = 0, 1
SITTING, HAND_UP, IN_HEADSET = 1, 2, 4  # bits of a posture


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity for good: a slot alone may be reused, a slot with its generation is not."""

    slot: int
    generation: int


class Entities:
    """Slots, and one array per field.

    Shapes: S is the capacity. `states` (S, 16, 4) int32: x, y, z, vertical speed after each tick,
    at index tick & 15; `turns` (S, 16, 4) uint16: yaw, heading, speed, air; `wishes` (S, 16, 2)
    uint16: yaw, flags; `marks` (S, 16) uint8: 1 where an input begins; `poses` (S, 17) uint8,
    the pose in wire form; `alive`, `kinds`, `generations` (S,) uint8.

    Units: see `units.py`.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.states = np.zeros((capacity, RING, 4), np.int32)
        self.turns = np.zeros((capacity, RING, 4), np.uint16)
        self.wishes = np.zeros((capacity, RING, 2), np.uint16)
        self.marks = np.zeros((capacity, RING), np.uint8)
        self.poses = np.zeros((capacity, POSE_BYTES), np.uint8)
        self.pose_ticks = np.full(capacity, -1, np.int32)
        self.postures = np.zeros(capacity, np.uint8)  # bits, SITTING and so on
        self.alive = np.zeros(capacity, np.uint8)
        self.kinds = np.zeros(capacity, np.uint8)
        self.generations = np.zeros(capacity, np.uint8)
        self._free = list(range(capacity - 1, -1, -1))
        self._live: NDArray[np.int32] | None = None

    def claim(self, kind: int) -> EntityRef | None:
        """Takes a free slot for a new entity, or returns None when there is none."""
        if not self._free:
            return None
        slot = self._free.pop()
        self.alive[slot] = 1
        self.postures[slot] = 0
        self.kinds[slot] = kind
        self.generations[slot] += 1  # wraps at 256 by its type
        self._live = None
        return EntityRef(slot, int(self.generations[slot]))

    def retire(self, slot: int) -> None:
        """Ends an entity. Its slot stays taken until `release`: viewers must be told first."""
        assert self.alive[slot], f"slot {slot} is not alive"
        self.alive[slot] = 0
        self.pose_ticks[slot] = -1
        self._live = None

    def release(self, slot: int) -> None:
        """Makes the slot of an ended entity free for reuse."""
        assert not self.alive[slot], f"slot {slot} is alive"
        self._free.insert(0, slot)  # used again only after all that are free now

    @property
    def live(self) -> NDArray[np.int32]:
        """Slots of the living entities, ascending, (L,) int32."""
        if self._live is None:
            self._live = np.flatnonzero(self.alive).astype(np.int32)
        return self._live

    def place(self, slot: int, x: int, y: int, z: int, yaw: int) -> None:
        """Puts an entity somewhere, standing still, in every tick that is remembered."""
        self.states[slot] = (x, y, z, 0)
        self.turns[slot] = (yaw, yaw // 64 * 64, 0, 0)
        self.wishes[slot] = (yaw, 0)
        self.marks[slot] = 0
