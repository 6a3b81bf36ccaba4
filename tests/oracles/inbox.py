"""Inputs as they arrive, slow and obvious: the readable codec, a token bucket and a queue."""

from collections import deque
from dataclasses import dataclass, field

from aukio.clock import WRAP
from aukio.session.limits import INPUTS, Bucket
from aukio.sim.commands import Move
from aukio_protocol.errors import MalformedMessage
from aukio_protocol.motion import Input, decode_input
from aukio_protocol.pose import Hand, Pose

MOST_WAITING, MOST_PER_TICK, LIMIT_BYTES = 32, 8, 32

#: How far a head may lean from the body and a hand may be from the head, in 1/64 m.
HEAD_REACH, HAND_REACH, SHOULDER = 38, 80, 64


def tick_distance(later: int, earlier: int) -> int:
    """Signed distance of two wrapping tick numbers, -32768..32767."""
    return (later - earlier + WRAP // 2) % WRAP - WRAP // 2


@dataclass
class Queue:
    """The inputs of one client."""

    bucket: Bucket
    sequence: int | None = None
    waiting: deque[tuple[Input, float]] = field(default_factory=deque)


class Inbox:
    """The inputs of all clients, by slot."""

    def __init__(self) -> None:
        self.queues: dict[int, Queue] = {}

    def start(self, slot: int, now: float) -> None:
        """A client begins."""
        self.queues[slot] = Queue(Bucket(INPUTS, now))

    def put(self, slot: int, data: bytes, now: float) -> str:
        """Takes an input; returns what is wrong with it."""
        queue = self.queues[slot]
        if not queue.bucket.take(now):
            return "over rate"
        if len(data) > LIMIT_BYTES:
            return "oversized"
        try:
            wish = decode_input(data)
        except MalformedMessage:
            return "malformed"
        if queue.sequence is None or tick_distance(wish.sequence, queue.sequence) > 0:
            queue.sequence = wish.sequence
            queue.waiting.append((wish, now))
            if len(queue.waiting) > MOST_WAITING:
                queue.waiting.popleft()
        return "fine"

    def drain(self, next_tick: int, now: float, hz: int) -> list[tuple[Move, int]]:
        """Takes what waits, with the margin of each."""
        found = []
        for slot, queue in self.queues.items():
            for _ in range(min(MOST_PER_TICK, len(queue.waiting))):
                wish, arrived = queue.waiting.popleft()
                found.append((to_move(wish, slot), margin(wish, next_tick, now - arrived, hz)))
        return found


def to_move(wish: Input, slot: int) -> Move:
    """The command for an input; a pose out of reach is left out."""
    pose = wish.pose
    held = pose.to_bytes() if pose is not None and is_within_reach(pose) else None
    way = (wish.yaw, wish.heading, wish.gait, wish.jump)
    return Move(slot, wish.sequence, wish.tick, wish.seen, *way, wish.claim, held)


def is_within_reach(pose: Pose) -> bool:
    """Whether a person could hold this pose on the spot."""
    if pose.x**2 + pose.z**2 > HEAD_REACH**2:
        return False
    return all(_reaches(pose, hand) for hand in (pose.left, pose.right))


def _reaches(pose: Pose, hand: Hand) -> bool:
    away = (hand.x - pose.x, hand.y + SHOULDER - pose.y, hand.z - pose.z)
    return sum(part * part for part in away) <= HAND_REACH**2


def margin(wish: Input, next_tick: int, waited_s: float, hz: int) -> int:
    """How early an input came, in 1/16 tick."""
    ahead = tick_distance(wish.tick, next_tick % WRAP) + waited_s * hz
    return max(-128, min(127, round(ahead * 16)))
