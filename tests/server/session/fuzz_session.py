"""Random bytes against a session, for minutes: no exception may pass it.

`python tests/server/session/fuzz_session.py --minutes 10 --seed 1` prints how many inputs it tried.
"""

import argparse
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / name) for name in ("server", "protocol", "tests")]

from aukio_protocol.codec import encode  # noqa: E402  the path is set above: this is a script
from aukio_protocol.motion import encode_input  # noqa: E402
from aukio_protocol.vectors import control_messages, inputs  # noqa: E402
from harness import TestWorld  # noqa: E402


def mutate(rng: random.Random, corpus: list[bytes]) -> bytes:
    """A message near a legal one, or none at all like it."""
    data = bytearray(rng.choice(corpus))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 8])):
        kind = rng.randrange(4)
        at = rng.randrange(len(data) + 1)
        if kind == 0 and data:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 1:
            data[at:at] = rng.randbytes(rng.randrange(1, 9))
        elif kind == 2:
            del data[at : at + rng.randrange(1, 9)]
        else:
            data = bytearray(rng.randbytes(rng.randrange(64)))
    return bytes(data)


def main() -> None:
    """Fuzzes until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    corpus = [encode(message) for message in control_messages().values()]
    corpus += [encode_input(wish) for wish in inputs().values()]
    tried, end = 0, time.monotonic() + 60 * chosen.minutes
    while time.monotonic() < end:
        world = TestWorld(seed=rng.randrange(1 << 30))
        clients = [world.join() for _ in range(3)] + [world.connect()]
        for _ in range(20_000):
            client = rng.choice(clients)
            client.session.receive(mutate(rng, corpus), world.now)
            tried += 1
            if client.session.line is None:
                clients[clients.index(client)] = (
                    world.join() if rng.random() < 0.8 else world.connect()
                )
                world.hang_up(client)
                world.clients.remove(client)
                world.registry.expire(world.now + 61)  # or the world would soon be full
            world.now += rng.random() * 0.02
            if tried % 20 == 0:
                world.step(read=False)
                for one in world.clients:
                    one.line.frames = b""
    print(f"seed {chosen.seed}: {tried} inputs, no exception passed the session")


if __name__ == "__main__":
    main()
