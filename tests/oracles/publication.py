"""Publishing, slow and obvious: the record of a truth, and when it is due."""

import math
from dataclasses import dataclass, replace

from aukio_protocol.motion import (
    COARSE_STEP,
    COARSE_YAW_STEP,
    HEADING_STEP,
    RECORD_STEP,
    SPEED_STEP,
    TURN_UNIT,
    UNIT,
    VERTICAL_STEP,
    WALK_SPEED,
    Gait,
    Motion,
    advance,
    snap_heading,
    stride,
    turn_belief,
)
from aukio_protocol.snapshot import SIDE, motion_form, vertical_step

TOLERANCES = ((0.03, 5.0, 5.0), (0.12, 10.0, 20.0), (0.50, 30.0, 90.0))
HEARTBEAT_S = 5


@dataclass(frozen=True)
class Truth:
    """One walker at one tick: as the simulation has it."""

    x: int
    y: int
    z: int
    vertical: int
    yaw: int
    heading: int
    speed: int
    air: bool
    gait: int


def signed(angle: int) -> int:
    """An angle as -32768..32767."""
    return (angle + UNIT // 2) % UNIT - UNIT // 2


def measure(now: Truth, before: Truth, hz: int) -> Motion:
    """The record of the present truth, on the wire's steps."""
    dx, dz = now.x - before.x, now.z - before.z
    heading, speed, gait = now.heading, now.speed, Gait(now.gait)
    if (dx, dz) != stride(heading, speed, hz):
        speed = min(255, round(math.sqrt(dx * dx + dz * dz) * hz / SPEED_STEP))
        gait = Gait.KEEP if speed else Gait.STAND
        if speed:
            heading = round(math.atan2(dx, -dz) * 512 / math.pi) * HEADING_STEP % UNIT
    place = [
        (value + RECORD_STEP // 2) // RECORD_STEP * RECORD_STEP for value in (now.x, now.y, now.z)
    ]
    motion = Motion(*place, snap_heading(now.yaw), heading, speed, gait, air=now.air)
    if now.air:
        steps = max(-128, min(127, vertical_step(now.vertical, hz)))
        return replace(motion, vertical=steps * VERTICAL_STEP // hz)
    resting = gait is Gait.STAND and speed == 0
    if gait is Gait.KEEP or not (resting or (heading - motion.yaw) % SIDE == 0):
        return motion
    rate, bent = signed(now.yaw - before.yaw), signed(now.heading - before.heading)
    if not speed or abs(bent - rate) <= HEADING_STEP:
        index = round(math.sqrt(abs(rate) * 225 * hz / TURN_UNIT))
        if 0 < index <= 16:
            turn = min(index, 15) * (1 if rate > 0 else -1)
            motion = replace(motion, turn=turn, bend=turn_belief(hz))
    return replace(motion, heading=motion.yaw) if resting else motion


def at_rest(motion: Motion, tier: int, hz: int) -> Motion:
    """A stop as the rest it comes to; near the middle only from walking."""
    if motion.gait is not Gait.STAND or motion.air or (tier < 2 and motion.speed > WALK_SPEED):
        return motion
    while motion.speed:
        motion = advance(motion, hz)
    return motion


def coarsened(motion: Motion) -> Motion:
    """A record on the coarse steps, where a short form can carry it."""
    aside = (motion.heading - motion.yaw) % UNIT
    if motion.air or motion.gait is Gait.KEEP or aside % SIDE:
        return motion
    half = COARSE_STEP // 2
    x, z = ((at + half) // COARSE_STEP * COARSE_STEP for at in (motion.x, motion.z))
    yaw = (motion.yaw + COARSE_YAW_STEP // 2) // COARSE_YAW_STEP * COARSE_YAW_STEP % UNIT
    return replace(motion, x=x, z=z, yaw=yaw, heading=(yaw + aside) % UNIT)


class Publication:
    """One entity's records in all tiers."""

    def __init__(self, hz: int) -> None:
        self.hz = hz
        self.records: list[Motion | None] = [None, None, None]
        self.ages = [0, 0, 0]
        self.state: tuple[int, bool] | None = None

    def publish(self, now: Truth, before: Truth) -> list[bool]:
        """Advances the records by a tick; returns in which tiers a new one is published."""
        truth = measure(now, before, self.hz)
        state = (now.gait, now.air)
        due = state != self.state
        self.state = state
        published = [False, False, False]
        for tier in (2, 1, 0):
            held = self.records[tier]
            if held is not None:
                held = advance(held, self.hz)
                self.ages[tier] += 1
                due = due or self.is_off(truth, held, tier)
            if due or held is None:
                held, self.ages[tier], published[tier], due = truth, 0, True, True
                held = coarsened(at_rest(truth, tier, self.hz)) if tier else truth
            self.records[tier] = held
        return published

    def is_off(self, truth: Motion, held: Motion, tier: int) -> bool:
        """Whether the truth has left a record's tolerance, or its heartbeat is due."""
        metres, degrees, resting = TOLERANCES[tier]
        if not (truth.speed or held.speed or truth.gait or held.gait):
            degrees = resting
        reach, twist = round(metres * UNIT), round(degrees * UNIT / 360)
        dx, dz = truth.x - held.x, truth.z - held.z
        if dx * dx + dz * dz > reach * reach or abs(signed(truth.yaw - held.yaw)) > twist:
            return True
        if held.air and abs(truth.y - held.y) > reach:
            return True
        moves = held.speed > 0 or held.air
        return moves and self.ages[tier] >= HEARTBEAT_S * self.hz


__all__ = ["Publication", "Truth", "measure", "motion_form"]
