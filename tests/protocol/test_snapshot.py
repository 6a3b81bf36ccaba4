"""Snapshots: random bytes are refused or mean exactly themselves."""

import hypothesis.strategies as st
from hypothesis import given

from aukio_protocol.errors import ProtocolError
from aukio_protocol.motion import decode_input, encode_input
from aukio_protocol.snapshot import decode_snapshot, encode_snapshot, nearest_place
from aukio_protocol.vectors import BELIEVED, snapshots


@given(st.sampled_from(sorted(snapshots())), st.data())
def test_SN6_changed_bytes_are_refused_or_have_their_one_form(
    name: str, data: st.DataObject
) -> None:
    raw = bytearray(encode_snapshot(snapshots()[name], 20))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    everyone = dict.fromkeys(range(300), (0, 0)) | BELIEVED
    try:
        snapshot = decode_snapshot(bytes(raw), 20, everyone)
    except ProtocolError:
        return
    assert encode_snapshot(snapshot, 20) == bytes(raw)


@given(st.binary(max_size=64))
def test_IN1_any_bytes_are_an_input_or_refused(data: bytes) -> None:
    try:
        wish = decode_input(data)
    except ProtocolError:
        return
    assert encode_input(wish)[1:] == data[1:]


@given(st.integers(-(2**30), 2**30), st.integers(-130_000, 130_000))
def test_SN7_low_bits_find_any_place_within_two_metres(believed: int, off: int) -> None:
    place = (believed + off) // 256 * 256
    assert nearest_place(believed, place // 256 % 1024) == place
