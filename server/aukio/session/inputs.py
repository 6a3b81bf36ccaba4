"""Inputs to commands: what a client wishes, checked and resolved."""

from collections import deque

from aukio.clock import WRAP, tick_distance
from aukio.sim.commands import Move
from aukio_protocol.motion import Input
from aukio_protocol.pose import Hand, Pose

MOST_WAITING = 32  # inputs; a client that sends more between two ticks loses the oldest
MOST_PER_TICK = 8

#: How far a head may lean from the body and a hand may be from the head, in 1/64 m.
HEAD_REACH = 38  # 0.6 m
HAND_REACH = 80  # 1.25 m
SHOULDER = 64  # hands are measured from 1 m above the feet


class InputQueue:
    """Inputs that arrived since the last tick, with their times of arrival."""

    __slots__ = ("_waiting", "dropped", "sequence")

    def __init__(self) -> None:
        self._waiting: deque[tuple[Input, float]] = deque()
        self.sequence: int | None = None
        self.dropped = 0

    def put(self, wish: Input, now: float) -> None:
        """Queues an input; one that is not newer than its predecessor is dropped."""
        if self.sequence is not None and tick_distance(wish.sequence, self.sequence) <= 0:
            self.dropped += 1
            return
        self.sequence = wish.sequence
        self._waiting.append((wish, now))
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1

    def take(self) -> list[tuple[Input, float]]:
        """Takes at most MOST_PER_TICK inputs, oldest first."""
        return [self._waiting.popleft() for _ in range(min(MOST_PER_TICK, len(self._waiting)))]

    def clear(self) -> None:
        """Forgets everything, for a connection that ended; its successor counts anew."""
        self._waiting.clear()
        self.sequence = None


def to_move(wish: Input, slot: int) -> Move:
    """The command for an input; a pose out of reach is left out."""
    pose = wish.pose
    return Move(
        slot=slot,
        sequence=wish.sequence,
        tick=wish.tick,
        seen=wish.seen,
        yaw=wish.yaw,
        heading=wish.heading,
        gait=wish.gait,
        jump=wish.jump,
        claim=wish.claim,
        pose=pose.to_bytes() if pose is not None and is_within_reach(pose) else None,
    )


def is_within_reach(pose: Pose) -> bool:
    """Whether a person could hold this pose on the spot."""
    if pose.x**2 + pose.z**2 > HEAD_REACH**2:
        return False
    return all(_reaches(pose, hand) for hand in (pose.left, pose.right))


def _reaches(pose: Pose, hand: Hand) -> bool:
    away = (hand.x - pose.x, hand.y + SHOULDER - pose.y, hand.z - pose.z)
    return sum(part * part for part in away) <= HAND_REACH**2


def margin_sixteenths(wish: Input, next_tick: int, waited_s: float, tick_hz: int) -> int:
    """How early an input came, in 1/16 tick, -128..127: the `margin` of a snapshot.

    Args:
        next_tick: the tick about to be simulated. waited_s: how long the input has waited for it.
    """
    ahead = tick_distance(wish.tick, next_tick % WRAP) + waited_s * tick_hz
    return max(-128, min(127, round(ahead * 16)))
