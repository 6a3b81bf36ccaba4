"""Bits in and out: the bounds-checked primitives under the drawn layouts.

Bit order: the first bit of a stream is the least significant bit of its first byte, and a field
of n bits is written least significant bit first. So byte-aligned fields are little-endian.
"""

from .errors import MalformedMessage


class BitWriter:
    """Appends fields; what we write is asserted."""

    def __init__(self) -> None:
        self._value = 0
        self._length = 0

    def unsigned(self, value: int, bits: int) -> None:
        """Appends an unsigned field of `bits` bits."""
        assert 0 <= value < 1 << bits, f"{value} does not fit in {bits} bits"
        self._value |= value << self._length
        self._length += bits

    def signed(self, value: int, bits: int) -> None:
        """Appends a field of `bits` bits in two's complement."""
        half = 1 << (bits - 1)
        assert -half <= value < half, f"{value} does not fit in {bits} signed bits"
        self.unsigned(value & ((1 << bits) - 1), bits)

    def rice(self, value: int, k: int) -> None:
        """Appends a Rice code: `value >> k` as so many 1 bits and a 0, then the low k bits.

        Source: R. F. Rice, Some practical universal noiseless coding techniques, JPL 79-22, 1979.
        """
        ones = value >> k
        self.unsigned((1 << ones) - 1, ones + 1)
        self.unsigned(value & ((1 << k) - 1), k)

    def align(self) -> None:
        """Appends zero bits up to the next whole byte."""
        self._length = (self._length + 7) & ~7

    @property
    def bit_length(self) -> int:
        """Bits written so far."""
        return self._length

    def to_bytes(self) -> bytes:
        """The stream, padded with zero bits to whole bytes."""
        return self._value.to_bytes((self._length + 7) // 8, "little")


class BitReader:
    """Takes fields from untrusted bytes; what we read is checked.

    Raises (every method):
        MalformedMessage: the stream is shorter than the field, or padding is not zero.
    """

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._length = len(data) * 8
        self._at = 0

    def unsigned(self, bits: int) -> int:
        """Takes an unsigned field."""
        if self._at + bits > self._length:
            raise MalformedMessage("the message ends inside a field")
        value = (self._value >> self._at) & ((1 << bits) - 1)
        self._at += bits
        return value

    def signed(self, bits: int) -> int:
        """Takes a field in two's complement."""
        value = self.unsigned(bits)
        return value - (1 << bits) if value >> (bits - 1) else value

    def rice(self, k: int, most: int) -> int:
        """Takes a Rice code of a value up to `most`; above it, the message is malformed."""
        ones = 0
        while self.unsigned(1):
            ones += 1
            if ones << k > most:
                raise MalformedMessage("a Rice code stands for more than its field can be")
        value = ones << k | self.unsigned(k)
        if value > most:
            raise MalformedMessage("a Rice code stands for more than its field can be")
        return value

    @property
    def bits_left(self) -> int:
        """Bits that were not taken yet."""
        return self._length - self._at

    def align(self) -> None:
        """Skips to the next whole byte; the bits skipped must be zero."""
        if self.unsigned(-self._at % 8):
            raise MalformedMessage("padding bits are not zero")

    def finish(self) -> None:
        """Checks that the stream ends here."""
        self.align()
        if self._at != self._length:
            raise MalformedMessage("bytes after the end of the message")
