"""Somebody in a headset: a plan of where head and hands are, played into an emulated device.

The head is never still: it sways as standing people do, turns to what is said, and nods. Hands hang
or, half of the time, gesture while somebody speaks. Now and then a stick: a step of turning, or a
place to go to.

Sources: sway of standing people, a few millimetres below 1 Hz (Winter, "Human balance and posture
control during standing and walking", Gait and Posture 3, 1995), here as three sines; turns of head
and hands are minimum jerk (see timing.py) and take 0.3 to 0.7 s. That gestures beat at 1 to 2.5 a
second in spells of 2 to 5 s, and how often people turn and teleport, are assumptions.
"""

import math
from typing import Any

from timing import Timing, minimum_jerk

PLAN_HZ = 45
EYES_M = 1.62


class Glide:
    """A value that goes from one place to another with minimum jerk, and then stays."""

    def __init__(self, value: float) -> None:
        self._from = self._to = value
        self._began, self._lasts = 0.0, 1.0

    def go(self, to: float, at_s: float, lasts_s: float) -> None:
        """Begins to go."""
        self._from, self._to = self.at(at_s), to
        self._began, self._lasts = at_s, lasts_s

    def at(self, now_s: float) -> float:
        """The value then."""
        share = minimum_jerk((now_s - self._began) / self._lasts)
        return self._from + (self._to - self._from) * share


class Plan:
    """Draws a plan; the same for the same seed."""

    def __init__(self, seed: int, seconds: float) -> None:
        timing = Timing(seed)
        self._random = timing.random
        self._seconds = seconds
        self._yaw, self._pitch, self._step = Glide(0), Glide(-0.05), [Glide(0.0), Glide(0.0)]
        self._lift = [Glide(0.0), Glide(0.0)]
        self._phases = [self._random.uniform(0, 2 * math.pi) for _ in range(8)]
        self._beats = [0.0, 0.0]
        self._looks_s = self._gestures_s = self._steps_s = 0.0
        self._sticks_s = 4.0  # when a stick is pushed next, until when, and whether to go or turn
        self._until_s = 0.0
        self._goes, self._side = True, 1
        self._is_gesturing = False

    def frames(self) -> list[dict[str, Any]]:
        """What the device does: 45 a second; metres and radians, y up, looking along -z."""
        count = round(self._seconds * PLAN_HZ)
        return [self._frame(index / PLAN_HZ) for index in range(count)]

    def _frame(self, at_s: float) -> dict[str, Any]:
        self._decide(at_s)
        random_walk = [glide.at(at_s) for glide in self._step]
        sway = [self._sway(at_s, axis) for axis in range(3)]
        yaw, pitch = self._yaw.at(at_s) + 4 * sway[0], self._pitch.at(at_s) + 3 * sway[1]
        head = [random_walk[0] + sway[0], EYES_M + 0.3 * sway[1], random_walk[1] + sway[2]]
        hands = [self._hand(side, at_s, head, yaw) for side in (0, 1)]
        stick = self._stick(at_s)
        return {"at": at_s * 1000, "head": head, "turn": [yaw, pitch], "hands": hands} | stick

    def _decide(self, at_s: float) -> None:
        random = self._random
        if at_s >= self._looks_s:
            turn = random.gauss(0, math.radians(35))
            lasts = 0.3 + 0.4 * min(1.0, abs(turn))
            self._yaw.go(max(-1.2, min(1.2, turn)), at_s, lasts)
            self._pitch.go(random.gauss(-0.08, 0.12), at_s, lasts)
            self._looks_s = at_s + lasts + random.expovariate(1 / 1.2)
        if at_s >= self._gestures_s:
            self._is_gesturing = not self._is_gesturing
            lasts = random.uniform(2, 5)
            for side in (0, 1):
                is_up = self._is_gesturing and (side == 1 or random.random() < 0.5)
                self._lift[side].go(random.uniform(0.6, 1.0) if is_up else 0.0, at_s, 0.5)
                self._beats[side] = random.uniform(1.0, 2.5) if is_up else 0.0
            self._gestures_s = at_s + lasts
        if at_s >= self._steps_s:
            for glide in self._step:
                glide.go(max(-0.8, min(0.8, glide.at(at_s) + random.gauss(0, 0.25))), at_s, 1.0)
            self._steps_s = at_s + random.uniform(3, 9)

    def _sway(self, at_s: float, axis: int) -> float:
        waves = ((0.13, 0.006), (0.37, 0.003), (0.81, 0.0015))
        phase = self._phases[axis]
        turns = 2 * math.pi * at_s
        return sum(s * math.sin(hz * turns + phase * n) for n, (hz, s) in enumerate(waves, 1))

    def _hand(self, side: int, at_s: float, head: list[float], yaw: float) -> dict[str, Any]:
        lift, beat = self._lift[side].at(at_s), self._beats[side]
        swing = math.sin(2 * math.pi * beat * at_s + self._phases[3 + side]) * lift
        out = (0.24 + 0.06 * swing) * (1 if side else -1)
        ahead = 0.12 + 0.28 * lift + 0.05 * swing
        height = -0.72 + 0.45 * lift + 0.09 * swing + self._sway(at_s, 2)
        x = head[0] + out * math.cos(yaw) - ahead * math.sin(yaw)
        z = head[2] - out * math.sin(yaw) - ahead * math.cos(yaw)
        return {"at": [x, head[1] + height, z], "turn": [yaw + 0.3 * swing, -0.9 + 1.1 * lift]}

    def _stick(self, at_s: float) -> dict[str, Any]:
        """Which stick is pushed now: right forward aims at a place, left aside turns by a step."""
        random = self._random
        if at_s >= self._sticks_s:
            self._goes = random.random() < 0.6
            self._until_s = at_s + (random.uniform(0.6, 1.2) if self._goes else 0.25)
            self._side = random.choice([-1, 1])
            self._sticks_s = self._until_s + random.uniform(2, 6)
            if self._goes:
                self._lift[1].go(0.65, at_s, 0.3)  # a hand that hangs aims at one's feet
        if at_s >= self._until_s:
            return {"forward": 0, "aside": 0}
        return {"forward": -1, "aside": 0} if self._goes else {"forward": 0, "aside": self._side}
