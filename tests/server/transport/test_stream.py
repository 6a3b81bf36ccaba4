"""The lane against its oracle: any frames, any split, the same messages, answers and close code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aukio.transport._lane import extent, take
from server.transport.fakes import BINARY, CLOSE, CONT, PING, TEXT, client_frame
from server.transport.frame_oracle import cut, oracle_outcome, stream_outcome

LIMIT = 300
"""Small, so that every length form and the size limit are met often."""

payloads = st.one_of(
    st.binary(max_size=20), st.integers(0, LIMIT + 20).map(bytes), st.sampled_from([b"\x03\xe8"])
)
plain_frames = st.builds(client_frame, payloads, mask=st.binary(min_size=4, max_size=4))
odd_frames = st.builds(
    client_frame,
    payloads,
    st.integers(0, 15),
    fin=st.booleans(),
    rsv=st.sampled_from([0, 0, 0, 0, 1, 2, 4]),
    mask=st.sampled_from([b"\0\0\0\0", b"mask", b"\xff\0\xff\0", None]),
    length_bits=st.sampled_from([None, None, 64]),
)
legal_frames = st.one_of(
    plain_frames,
    st.builds(client_frame, st.binary(max_size=125), st.sampled_from([PING, 0xA])),
    st.builds(
        lambda parts: b"".join(
            client_frame(part, BINARY if at == 0 else CONT, fin=at == len(parts) - 1)
            for at, part in enumerate(parts)
        ),
        st.lists(st.binary(max_size=30), min_size=2, max_size=4),
    ),
)
streams = st.one_of(
    st.lists(legal_frames, max_size=12),
    st.lists(st.one_of(legal_frames, legal_frames, odd_frames), max_size=12),
    st.lists(st.one_of(plain_frames, odd_frames, st.binary(max_size=16)), max_size=8),
).map(b"".join)


@pytest.mark.slow
@settings(max_examples=600, deadline=None, print_blob=True)
@given(streams, st.lists(st.integers(0, 1_500), max_size=12), st.booleans())
def test_any_stream_under_any_split_ends_as_in_the_oracle(
    stream: bytes, places: list[int], lane: bool
) -> None:
    expected = oracle_outcome(stream, LIMIT)
    assert stream_outcome(cut(stream, places), LIMIT, lane=lane) == expected


@pytest.mark.slow
@settings(max_examples=100, deadline=None, print_blob=True)
@given(streams, st.booleans())
def test_a_stream_byte_by_byte_ends_as_in_the_oracle(stream: bytes, lane: bool) -> None:
    parts = [bytes([byte]) for byte in stream]
    assert stream_outcome(parts, LIMIT, lane=lane) == oracle_outcome(stream, LIMIT)


@given(st.binary(max_size=64), st.integers(0, 70))
def test_the_kernel_never_reads_or_reports_past_its_bytes(data: bytes, start: int) -> None:
    messages: list[bytes] = []
    start = min(start, len(data))
    end = take(data, start, LIMIT, messages)
    assert start <= end <= len(data)
    assert extent(data, start) >= 0


@given(st.binary(max_size=200), st.binary(min_size=4, max_size=4))
def test_every_payload_is_unmasked_as_it_was_masked(payload: bytes, mask: bytes) -> None:
    messages: list[bytes] = []
    data = client_frame(payload, mask=mask)
    assert take(data, 0, LIMIT, messages) == len(data)
    assert messages == [payload]


def test_the_lane_takes_many_frames_of_one_read_in_order() -> None:
    messages: list[bytes] = []
    data = b"".join(client_frame(bytes([each])) for each in range(100))
    assert take(data, 0, LIMIT, messages) == len(data)
    assert messages == [bytes([each]) for each in range(100)]


@pytest.mark.parametrize(
    "odd",
    [
        client_frame(b"x", TEXT),
        client_frame(b"x", PING),
        client_frame(b"", CLOSE),
        client_frame(b"x", fin=False),
        client_frame(b"x", CONT),
        client_frame(b"x", rsv=4),
        client_frame(b"x", mask=None),
        client_frame(bytes(LIMIT + 1)),
        client_frame(b"xyz")[:-1],
        client_frame(bytes(200))[:3],
    ],
)
def test_the_lane_stops_before_whatever_is_not_plain(odd: bytes) -> None:
    messages: list[bytes] = []
    plain = client_frame(b"plain")
    assert take(plain + odd, 0, LIMIT, messages) == len(plain)
    assert messages == [b"plain"]


def test_a_length_near_two_to_the_64_does_not_wrap() -> None:
    head = b"\x82\xff" + b"\xff" * 8
    assert extent(head, 0) > 1 << 61
    assert stream_outcome([head + b"mask"], LIMIT, lane=True)[1] == 1009
