"""Recorded motion: clips of real inputs, replayed by bots from anywhere and in any direction."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aukio_bench.motion import BORDER_M, Wander
from aukio_protocol.motion import HEADING_STEP, UNIT, Gait
from aukio_protocol.pose import POSE_BYTES

CLIPS = Path(__file__).parents[1] / "motion"
FORMAT, VERSION = "aukio-motion", 1


class ClipTrouble(ValueError):
    """A clip cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording, a row for each tick.

    Shapes: yaw (T,) int64, 1/65536 turn; heading (T,) int64, 1/1024 turn; gait, jump (T,) uint8;
    poses (T, 17) uint8, of use where `posed` (T,) bool.
    """

    name: str
    source: str
    yaw: NDArray[np.int64]
    heading: NDArray[np.int64]
    gait: NDArray[np.uint8]
    jump: NDArray[np.uint8]
    poses: NDArray[np.uint8]
    posed: NDArray[np.bool_]

    @property
    def ticks(self) -> int:
        """How long it is."""
        return int(self.yaw.size)


def read_clip(file: Path, tick_hz: int) -> Clip:
    """Reads `{"format": "aukio-motion", "version": 1, "tick_hz", "source", "seconds", "inputs":
    [[tick, yaw, heading, gait, jump, pose in hex or null], ...]}`; inputs are changes only.

    Raises:
        ClipTrouble: not such a file, of another tick rate, or a value out of its range.
    """
    try:
        told = json.loads(file.read_text("utf-8"))
        if (told["format"], told["version"]) != (FORMAT, VERSION):
            raise ClipTrouble(f"{file.name}: expected {FORMAT} {VERSION}")
        if told["tick_hz"] != tick_hz:
            raise ClipTrouble(f"{file.name}: recorded at {told['tick_hz']} Hz, not {tick_hz}")
        return _unfold(file.name, told)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, ClipTrouble):
            raise
        raise ClipTrouble(f"{file.name}: not a motion clip ({error!r})") from error


def read_clips(folder: Path, tick_hz: int) -> list[Clip]:
    """All clips of a folder, by name.

    Raises:
        ClipTrouble: there is none, or one cannot be used.
    """
    clips = [read_clip(file, tick_hz) for file in sorted(folder.glob("*.json"))]
    if not clips:
        raise ClipTrouble(f"no motion clip in {folder.name}/: record some, or use synthetic motion")
    return clips


class Replay:
    """Each bot replays a clip from a random offset, turned by a random angle; at the border it is
    turned anew, towards the middle. Until it is in its own place it runs there as any bot does.
    What it wishes is read as from a `motion.Motion`.
    """

    def __init__(self, base: Wander, clips: list[Clip], count: int) -> None:
        self._inner = base
        random = self._random = base.random
        self.yaw, self.gait = base.yaw, base.gait
        self.jump = np.zeros(count, np.uint8)
        self.poses = np.zeros((count, POSE_BYTES), np.uint8)
        self.posed = np.zeros(count, np.bool_)
        self._clips = clips
        self._ticks = np.array([clip.ticks for clip in clips])
        self._clip = random.integers(0, len(clips), count)
        self._offset = random.integers(0, 1 << 30, count)
        self._turned = random.integers(0, 1024, count) * HEADING_STEP
        self._way = np.zeros(count, np.int64)
        self._starts = np.zeros(count, np.int64)  # the tick of arrival in the bot's own place
        stacks = [
            np.concatenate([getattr(clip, name) for clip in clips])
            for name in ("yaw", "heading", "gait", "jump", "poses", "posed")
        ]
        self._yaw, self._heading, self._gait, self._jump, self._poses, self._posed = stacks
        self._first = np.concatenate([[0], np.cumsum(self._ticks)[:-1]])

    def ways(self, rows: slice) -> NDArray[np.uint16]:
        """The way of each, in 1/1024 turn."""
        return self._way[rows].astype(np.uint16)

    def wears_headset(self, row: int) -> bool:
        """Whether a bot's clip has poses."""
        return bool(self._clips[self._clip[row]].posed.any())

    def begin(self, row: int, tick: int, away_m: tuple[float, float]) -> None:
        """Puts a bot on its way at `tick`; the clip begins when it has arrived."""
        self._inner.begin(row, tick, away_m)
        self._starts[row] = self._inner.arrives(row)
        self._way[row] = self._inner.ways(slice(row, row + 1))[0]

    def decide(
        self, rows: slice, tick: int, x_m: NDArray[np.float64], z_m: NDArray[np.float64]
    ) -> None:
        """Renews the wishes of `rows` for `tick`."""
        found = np.flatnonzero(self._starts[rows] <= tick) + rows.start
        clip = self._clip[found]
        at = self._first[clip] + (self._offset[found] + tick) % self._ticks[clip]
        self.gait[found], self.jump[found] = self._gait[at], self._jump[at]
        self.poses[found], self.posed[found] = self._poses[at], self._posed[at]
        here = found - rows.start
        self._turn_home(found, at, x_m[here], z_m[here])
        self.yaw[found] = (self._yaw[at] + self._turned[found]) % UNIT
        self._way[found] = (self._heading[at] + self._turned[found] // HEADING_STEP) % 1024

    def _turn_home(
        self,
        rows: NDArray[np.int64],
        at: NDArray[np.int64],
        x_m: NDArray[np.float64],
        z_m: NDArray[np.float64],
    ) -> None:
        limit = self._inner.half_m - BORDER_M
        way = (self._heading[at] * HEADING_STEP + self._turned[rows]) * (2 * np.pi / UNIT)
        outward = (np.abs(x_m) > limit) & (x_m * np.sin(way) > 0)
        outward |= (np.abs(z_m) > limit) & (z_m * -np.cos(way) > 0)
        outward &= self._gait[at] != Gait.STAND
        if not outward.any():
            return
        found = np.flatnonzero(outward)
        home = np.arctan2(-x_m[found], z_m[found]) / (2 * np.pi) * 1024
        home += self._random.uniform(-128, 128, found.size)
        turned = np.rint(home).astype(np.int64) - self._heading[at[found]]
        self._turned[rows[found]] = turned % 1024 * HEADING_STEP


def _unfold(name: str, told: dict[str, object]) -> Clip:
    """A row for each tick from the changes."""
    seconds, hz, inputs = told["seconds"], told["tick_hz"], told["inputs"]
    assert isinstance(seconds, int | float)
    assert isinstance(hz, int)
    assert isinstance(inputs, list)
    ticks = round(seconds * hz)
    changes = np.array([[int(value) for value in one[:5]] for one in inputs], np.int64)
    most = np.array([ticks - 1, UNIT - 1, 1023, 2, 1])
    if (changes < 0).any() or (changes > most).any() or (np.diff(changes[:, 0]) <= 0).any():
        raise ClipTrouble(f"{name}: a value is out of its range, or ticks do not grow")
    if changes[0, 0] != 0:
        raise ClipTrouble(f"{name}: the first input is not at tick 0")
    at = np.searchsorted(changes[:, 0], np.arange(ticks), side="right") - 1
    poses, posed = np.zeros((len(inputs), POSE_BYTES), np.uint8), np.zeros(len(inputs), np.bool_)
    for n, one in enumerate(inputs):
        if one[5] is not None:
            pose = bytes.fromhex(one[5])
            if len(pose) != POSE_BYTES:
                raise ClipTrouble(f"{name}: a pose has {POSE_BYTES} bytes, got {len(pose)}")
            poses[n], posed[n] = np.frombuffer(pose, np.uint8), True
    jump = np.where(np.arange(ticks) == changes[at, 0], changes[at, 4], 0)  # in its own tick only
    return Clip(
        name=name,
        source=str(told["source"]),
        yaw=changes[at, 1],
        heading=changes[at, 2],
        gait=changes[at, 3].astype(np.uint8),
        jump=jump.astype(np.uint8),
        poses=poses[at],
        posed=posed[at],
    )
