"""What the generator costs alone: bots against a stand-in that only sends made frames at 20 Hz.

    python bench/generator_load.py --clients 3000 --seconds 10

The stand-in is no server: it welcomes everybody, introduces everybody to everybody, and then sends
each bot a snapshot a tick from a small set made beforehand with the readable codec (half of the
records stand, a third walk, the rest turn). It runs in a process of its own on another core. The
bots are those of `aukio bench crowd`. The figure is the CPU time of the bots' process.
"""

import argparse
import asyncio
import base64
import gc
import hashlib
import multiprocessing
import os
import random
import select
import socket
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("protocol", "bench")]

import numpy as np  # noqa: E402  the path is set above: this is a script
import uvloop  # noqa: E402

from aukio_bench.bots import Crowd  # noqa: E402
from aukio_bench.connection import Address  # noqa: E402
from aukio_bench.motion import Habits  # noqa: E402
from aukio_bench.party import Party  # noqa: E402
from aukio_protocol import messages as m  # noqa: E402
from aukio_protocol.codec import encode  # noqa: E402
from aukio_protocol.motion import HEADING_STEP, Gait, Motion  # noqa: E402
from aukio_protocol.snapshot import Answer, Record, Snapshot, encode_snapshot  # noqa: E402

HZ = 20
GROUPS = 32  # bots that get the same frames; nobody of the group is in them. Neighbours are of
# different groups: a real server tells hardly two of them of the same people at one moment.
MADE = 40  # ticks of frames that are made; then they begin again
FIRST = 100  # tick of the first welcome
SPREAD = 6  # metres a known entity strays from where it entered, so low bits never jump
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload: bytes) -> bytes:
    """A server's frame."""
    size = len(payload)
    return (bytes((0x82, size)) if size < 126 else b"\x82\x7e" + size.to_bytes(2, "big")) + payload


def split(snapshot: Snapshot) -> tuple[bytes, bytes]:
    """A snapshot's frame without its tick: what stands before and behind."""
    data = frame(encode_snapshot(snapshot, HZ, 0))
    at = data.index(0x81, 2) + 2  # behind the flags
    return data[:at], data[at + 1 :]


def moving(rng: random.Random, x: int, z: int) -> Motion:
    """Half stand, a third walks, the rest turns."""
    yaw = rng.randrange(1024) * HEADING_STEP
    kind = rng.random()
    if kind < 0.5:
        return Motion(x, 0, z, yaw, yaw)
    if kind < 0.85:
        return Motion(x, 0, z, yaw, yaw, 45, Gait.WALK)
    return Motion(x, 0, z, yaw, yaw, 45, Gait.WALK, rng.choice((-9, 5, 9)), 12)


class StandIn:
    """Sends; what it is sent is read and forgotten, but for hellos."""

    def __init__(self, clients: int, records: int) -> None:
        self.clients, self.records = clients, records
        rng = random.Random(1)
        self.places = [
            (rng.randrange(-90, 90) * 65536, rng.randrange(-90, 90) * 65536) for _ in range(clients)
        ]
        self.made = [[self.make(rng, group) for _ in range(MADE)] for group in range(GROUPS)]
        self.lines: list[socket.socket | None] = []
        self.tick = FIRST

    def make(self, rng: random.Random, group: int) -> tuple[bytes, bytes]:
        """One snapshot, cut in two round its tick."""
        slots = [s for s in rng.sample(range(self.clients), self.records) if s % GROUPS != group]
        records = []
        for slot in sorted(slots):
            x, z = self.places[slot]
            stray = rng.randrange(SPREAD * 128) * 512
            records.append(Record(slot, moving(rng, x + stray, z), None, whole=False))
        return split(Snapshot(1, tuple(records), answer=Answer(1, 3)))

    def enters(self, group: int) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """Everybody is introduced, and then enters in some snapshots."""
        told = [
            frame(encode(m.Introduce(s, 1, 0, f"Bot {s}", bytes(8), 0)))
            for s in range(self.clients)
            if s % GROUPS != group
        ]
        slots = [s for s in range(self.clients) if s % GROUPS != group]
        snapshots, rng = [], random.Random(2)
        for at in range(0, len(slots), 400):
            records = tuple(
                Record(s, moving(rng, *self.places[s]), (1, 0)) for s in slots[at : at + 400]
            )
            snapshots.append(split(Snapshot(1, records)))
        return b"".join(told), snapshots

    def serve(self, pipe: Pipe) -> None:
        """Takes everybody in, then sends until the pipe says stop."""
        with socket.create_server(("127.0.0.1", 0), backlog=4096) as door:
            pipe.send(door.getsockname()[1])
            enters = [self.enters(group) for group in range(GROUPS)]
            began = time.monotonic()
            self.admit(door, enters, began)
        # The bots' clock runs from the welcomes; no pong corrects it here.
        self.tick = FIRST + int((time.monotonic() - began) * HZ) + self.clients // 400 + 2
        pipe.send("all in")
        poll = select.epoll()
        for line in self.lines:
            assert line is not None
            line.setblocking(False)
            poll.register(line.fileno(), select.EPOLLIN)
        late, due = [], time.monotonic()
        while not pipe.poll():
            due += 1 / HZ
            self.send_all()
            for number, _ in poll.poll(0, 4096):
                with suppress(ConnectionError):
                    os.read(number, 4096)
            late.append(max(0.0, time.monotonic() - due))
            time.sleep(max(0.0, due - time.monotonic()))
        pipe.send((len(late), float(np.percentile(late, 99)), time.process_time()))

    def admit(
        self,
        door: socket.socket,
        enters: list[tuple[bytes, list[tuple[bytes, bytes]]]],
        began: float,
    ) -> None:
        """Handshakes, welcomes, introductions, one after the other."""
        for slot in range(self.clients):
            line, _ = door.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.lines.append(line)
            head = b""
            while b"\r\n\r\n" not in head:
                head += line.recv(4096)
            key = head.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0].decode()
            digest = base64.b64encode(hashlib.sha1((key + _GUID).encode()).digest()).decode()
            line.sendall(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {digest}\r\n"
                "Sec-WebSocket-Protocol: aukio.1\r\n\r\n".encode()
            )
            x, z = self.places[slot]
            introductions, snapshots = enters[slot % GROUPS]
            now = FIRST + int((time.monotonic() - began) * HZ)
            line.sendall(
                frame(
                    encode(
                        m.Welcome(
                            slot,
                            1,
                            f"Bot {slot}",
                            bytes(32),
                            False,
                            "plaza",
                            "",
                            "",
                            now,
                            HZ,
                            x,
                            0,
                            z,
                            0,
                        )
                    )
                )
                + introductions
                + b"".join(
                    bytes(((now + n) % 256,)).join(cut) for n, cut in enumerate(snapshots, 1)
                )
            )

    def send_all(self) -> None:
        """One snapshot for everybody."""
        self.tick += 1
        middle = bytes((self.tick % 256,))
        frames = [middle.join(made[self.tick % MADE]) for made in self.made]
        for slot, line in enumerate(self.lines):
            if line is not None:
                try:
                    line.send(frames[slot % GROUPS])
                except BlockingIOError:
                    pass
                except OSError:
                    self.lines[slot] = None


def stand(clients: int, records: int, pipe: Pipe, core: int) -> None:
    """The stand-in's process."""
    os.sched_setaffinity(0, {core})
    StandIn(clients, records).serve(pipe)


async def load(clients: int, seconds: float, port: int, pipe: Pipe, sample: float) -> None:
    """Lets bots in, measures, prints."""
    crowd = Crowd(
        Address("127.0.0.1", port, "/ws", is_secure=False),
        Party(clients, Habits(), sample=sample),
        1,
        time.monotonic,
    )
    acting = asyncio.create_task(crowd.act())
    for row in range(clients):
        await crowd.join(row)
        if row % 50 == 49:
            await asyncio.sleep(0.1)
    while not pipe.poll():  # noqa: ASYNC110  a pipe has no event
        await asyncio.sleep(0.1)
    pipe.recv()
    await asyncio.sleep(6)  # the bots catch up with what they missed while all came at once
    gc.collect()
    gc.freeze()
    crowd.meter.is_on = True
    frames, cpu, began = crowd.swarm.frames, time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    frames, cpu = crowd.swarm.frames - frames, time.process_time() - cpu
    passed = time.monotonic() - began
    pipe.send("stop")
    acting.cancel()
    lags = np.array(crowd.meter.lags_s) * 1000
    print(f"bots in {int(crowd.active.sum())}, errors {dict(crowd.meter.errors)}")
    print(
        f"frames {frames / passed:.0f}/s of {clients * HZ}/s; {cpu / frames * 1e6:.2f} us a frame"
    )
    print(f"generator {cpu / passed:.1%} of a core; at the full rate about ", end="")
    print(f"{cpu / frames * clients * HZ:.1%}; late p99 {np.percentile(lags, 99):.1f} ms")
    print(f"{crowd.swarm.sorts.tolist()} bytes by sort")
    crowd.close()


def main() -> None:
    """Runs both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=3000)
    parser.add_argument("--records", type=int, default=32, help="in each snapshot")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--sample", type=float, default=0.05)
    asked = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=stand, args=(asked.clients, asked.records, theirs, cores[0]), daemon=True
    )
    process.start()
    os.sched_setaffinity(0, {cores[-1]})
    try:
        port = ours.recv()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(load(asked.clients, asked.seconds, port, ours, asked.sample))
        ticks, late_s, cpu_s = ours.recv()
        print(f"stand-in: {ticks} ticks, late p99 {late_s * 1000:.0f} ms, {cpu_s:.1f} s CPU")
    finally:
        process.kill()
        process.join()


if __name__ == "__main__":
    main()
