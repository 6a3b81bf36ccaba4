"""The pose of a person in a headset: a head and two hands, 17 bytes.

Everything is relative to the avatar: x right, y up from the feet, z back, in 1/64 m; angles are
relative to its yaw.
"""

from dataclasses import astuple, dataclass

from .errors import MalformedMessage
from .wire import BitReader, BitWriter

POSE_BYTES = 17


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand.

    Units: x, y, z 1/64 m, -128..127, y measured from 1 m above the feet; yaw 0..127 in 1/128
    turn; pitch and roll 0..63 in 1/64 turn; grip 0 open .. 7 fist.
    """

    x: int
    y: int
    z: int
    yaw: int
    pitch: int
    roll: int
    grip: int


@dataclass(frozen=True, slots=True)
class Pose:
    """Head and hands.

    Units: head x, z 1/64 m, -64..63; head y 1/64 m above the feet, 0..255; head yaw and pitch
    0..255 in 1/256 turn; roll 0..63 in 1/64 turn.

    Layout, bits in order: head x 7, y 8, z 7, yaw 8, pitch 8, roll 6; then for the left and the
    right hand x 8, y 8, z 8, yaw 7, pitch 6, roll 6, grip 3. 136 bits.
    """

    x: int
    y: int
    z: int
    yaw: int
    pitch: int
    roll: int
    left: Hand
    right: Hand

    def to_bytes(self) -> bytes:
        """The 17 bytes of the wire."""
        out = BitWriter()
        out.signed(self.x, 7)
        out.unsigned(self.y, 8)
        out.signed(self.z, 7)
        out.unsigned(self.yaw, 8)
        out.unsigned(self.pitch, 8)
        out.unsigned(self.roll, 6)
        for hand in (self.left, self.right):
            x, y, z, yaw, pitch, roll, grip = astuple(hand)
            for value in (x, y, z):
                out.signed(value, 8)
            out.unsigned(yaw, 7)
            out.unsigned(pitch, 6)
            out.unsigned(roll, 6)
            out.unsigned(grip, 3)
        return out.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Pose":
        """Reads the 17 bytes of the wire; every value of them is legal.

        Raises:
            MalformedMessage: not 17 bytes.
        """
        if len(data) != POSE_BYTES:
            raise MalformedMessage(f"a pose has {POSE_BYTES} bytes, got {len(data)}")
        take = BitReader(data)
        head = (take.signed(7), take.unsigned(8), take.signed(7))
        turn = (take.unsigned(8), take.unsigned(8), take.unsigned(6))
        return cls(*head, *turn, left=_read_hand(take), right=_read_hand(take))


def _read_hand(take: BitReader) -> Hand:
    place = (take.signed(8), take.signed(8), take.signed(8))
    return Hand(*place, take.unsigned(7), take.unsigned(6), take.unsigned(6), take.unsigned(3))
