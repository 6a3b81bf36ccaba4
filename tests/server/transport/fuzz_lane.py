"""Feeds random frame streams to the lane and its oracle until the time is up.

PYTHONPATH=server:tests python tests/server/transport/fuzz_lane.py SECONDS [SEED]
"""

import sys
import time
from random import Random

from server.transport.fakes import client_frame
from server.transport.frame_oracle import cut, oracle_outcome, stream_outcome

LIMIT = 300


def random_frame(random: Random) -> bytes:
    """A plain frame mostly; now and then any other, a broken one, or noise."""
    kind = random.random()
    payload = random.randbytes(random.choice([0, 1, 7, 8, 20, 125, 126, 130, LIMIT, LIMIT + 1]))
    if kind < 0.5:
        return client_frame(payload, mask=random.randbytes(4))
    if kind < 0.7:
        return client_frame(
            payload[:125], random.choice([8, 9, 10]) if random.random() < 0.2 else 9
        )
    if kind < 0.85:
        return client_frame(payload, random.choice([0, 2]), fin=random.random() < 0.5)
    if kind < 0.97:
        return client_frame(
            payload,
            random.randrange(16),
            fin=random.random() < 0.8,
            rsv=random.choice([0, 0, 0, 1, 2, 4]),
            mask=random.choice([b"mask", b"mask", b"mask", None]),
            length_bits=random.choice([None, None, 64]),
        )
    return random.randbytes(random.randrange(20))


def random_stream(random: Random) -> bytes:
    stream = bytearray(b"".join(random_frame(random) for _ in range(random.randrange(1, 15))))
    if stream and random.random() < 0.2:
        stream[random.randrange(len(stream))] ^= 1 << random.randrange(8)
    if random.random() < 0.2:
        del stream[random.randrange(len(stream) + 1) :]
    return bytes(stream)


def fuzz(seconds: float, seed: int) -> int:
    """Runs until the time is up; returns how many streams were tried.

    Raises:
        AssertionError: a stream whose outcome differs; its seed, bytes and cuts are in the message.
    """
    random = Random(seed)
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end:
        stream = random_stream(random)
        places = [random.randrange(len(stream) + 1) for _ in range(random.randrange(8))]
        expected = oracle_outcome(stream, LIMIT)
        for lane in (True, False):
            got = stream_outcome(cut(stream, places), LIMIT, lane=lane)
            assert got == expected, f"{seed=} {tried=} {lane=} {stream=} {places=}"
        tried += 1
    return tried


if __name__ == "__main__":
    given_seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
    print(f"seed {given_seed}", flush=True)
    print(f"tried {fuzz(float(sys.argv[1]), given_seed)} streams, no difference")
