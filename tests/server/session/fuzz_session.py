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

from aukio_protocol import messages as m  # noqa: E402
from aukio_protocol.codec import encode  # noqa: E402  the path is set above: this is a script
from aukio_protocol.motion import encode_input  # noqa: E402
from aukio_protocol.vectors import control_messages, inputs  # noqa: E402
from harness import Client, TestWorld  # noqa: E402


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


def change(rng: random.Random) -> bytes:
    """A legal message that changes who or where somebody is."""
    changes: tuple[m.Message, ...] = (
        m.Hold(rng.randrange(256)),
        m.Dress(rng.randbytes(rng.randrange(17))),
        m.Go(rng.choice(["hall", "attic", "h" * 64])),
    )
    return encode(rng.choice(changes))


def come_back(world: TestWorld, rng: random.Random, client: Client) -> Client:
    """Another client in place of one that is gone: a new one, or the same one resuming."""
    world.hang_up(client)
    world.clients.remove(client)
    choice = rng.random()
    if choice < 0.2:
        return world.connect()
    resumes = choice < 0.6 and client.welcome is not None
    secret = client.welcome.secret if resumes and client.welcome else b""
    if not resumes:
        world.registry.expire(world.now + 61)  # or the world would soon be full
    return world.join(secret=secret, spot=rng.choice(["", "hall", "attic"]))


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
            if time.monotonic() > end:
                break
            client = rng.choice(clients)
            data = change(rng) if rng.random() < 0.2 else mutate(rng, corpus)
            client.session.receive(data, world.now)
            tried += 1
            if client.session.line is None or rng.random() < 0.001:
                clients[clients.index(client)] = come_back(world, rng, client)
            world.now += rng.random() * 0.02
            if tried % 20 == 0:
                world.step()  # everybody decodes what it is told, strictly
    print(f"seed {chosen.seed}: {tried} inputs, no exception passed the session")


if __name__ == "__main__":
    main()
