"""The walk field's bytes."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aukio.world import WalkField, WalkFieldError

from .conftest import BRIDGE, Compile

NODES = 257 * 257


def small_field() -> WalkField:
    """Return a field of one tile whose nodes count up."""
    heights = (np.arange(NODES) % 9).astype(np.int16).reshape(1, 257, 257)
    distances = (np.arange(NODES) % 200 - 100).astype(np.int8).reshape(1, 257, 257)
    return WalkField(heights, distances, np.zeros((1, 1, 1), np.int32), -1, 2, 22, -1280)


def test_bytes_are_as_drawn() -> None:
    data = small_field().to_bytes()
    head = struct.pack("<4sHhiiHHB3x", b"AWF2", 22, -1280, -1, 2, 1, 1, 1)
    assert data[:24] == head, "the header"
    assert data[24:32] == struct.pack("<iI", 0, 1), "the table and the block count"
    assert data[32:38] == struct.pack("<3h", 0, 1, 2), "heights, row by row"
    assert data[32 + 2 * NODES : 35 + 2 * NODES] == struct.pack("<3b", -100, -99, -98), "distances"
    assert data[32 + 3 * NODES] == 0, "a zero byte after the block"
    assert data[33 + 3 * NODES :] == b"\0\0", "and the number of gates"


def test_bytes_make_a_round_trip(make_field: Compile) -> None:
    field = make_field(BRIDGE)
    again = WalkField.from_bytes(field.to_bytes())
    assert again.hash == field.hash, "the same bytes"
    assert (again.heights == field.heights).all() and (again.table == field.table).all()
    assert (again.tile_x0, again.tile_z0, again.layers) == (field.tile_x0, field.tile_z0, 2)
    assert again.heights.flags.c_contiguous and again.distances.flags.c_contiguous


def test_field_is_immutable() -> None:
    with pytest.raises(ValueError, match="read-only"):
        small_field().heights[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("start", "replacement", "reason"),
    [
        (0, b"AWF1", "magic"),
        (4, b"\0\0", "a step of"),
        (16, b"\0\0", "1 to 65536 tiles"),
        (16, b"\xff\xff\xff\xff", "1 to 65536 tiles"),
        (20, b"\0", "1 to 4 layers"),
        (20, b"\5", "1 to 4 layers"),
        (21, b"\1", "3 zero bytes"),
        (24, b"\1", "each of the 1 blocks once"),
        (24, b"\xfe\xff\xff\xff", "each of the 1 blocks once"),
        (28, b"\2", "bytes for 2 blocks"),
        (28, b"\xff\xff\xff\xff", "bytes for 4294967295 blocks"),
        (32 + 2 * NODES, b"\x80", "distances of -127 to 127"),
        (32 + 3 * NODES, b"\1", "a zero byte after each block"),
    ],
)
def test_hostile_bytes_are_refused(start: int, replacement: bytes, reason: str) -> None:
    data = bytearray(small_field().to_bytes())
    data[start : start + len(replacement)] = replacement
    with pytest.raises(WalkFieldError, match=reason):
        WalkField.from_bytes(bytes(data))


@settings(deadline=None)
@given(st.integers(0, 60) | st.integers(0, 34 + 3 * NODES))
def test_cut_bytes_are_refused(length: int) -> None:
    with pytest.raises(WalkFieldError, match="expected"):
        WalkField.from_bytes(small_field().to_bytes()[:length])


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(WalkFieldError):
        WalkField.from_bytes(b"AWF2" + data)


def test_reading_outside_gives_no_floor_and_no_wall() -> None:
    field = small_field()
    assert field.height_at(0, 0, 0) is None, "the tile lies elsewhere"
    assert field.distance_at(0, 0, 0) == 127 / 64, "and so do its walls"


def test_reading_is_bilinear() -> None:
    field = small_field()
    x, z = -64 + 0.25 * 3 + 0.125, 128 + 0.125
    first = field.heights[0, :2, 3:5].astype(float)
    assert field.height_at(x, z, 0) == pytest.approx(first.mean() / 64), "the mean of four corners"
