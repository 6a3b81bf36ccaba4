"""A whole world in memory: real sessions, simulation and snapshots; time, lines and chance are
arguments. Nothing here sleeps or opens a socket.
"""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from aukio.metrics import Metrics
from aukio.replication.snapshots import Snapshots
from aukio.session._inbox import Inbox
from aukio.session.registry import Place, Registry
from aukio.session.saved import SavedSession
from aukio.session.session import Session
from aukio.sim.objects import NOTHING
from aukio.sim.simulation import Simulation
from aukio.tick import Tick
from aukio.world import Script
from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from aukio_protocol.motion import Gait, Input, Motion, advance, encode_input
from aukio_protocol.snapshot import Correction, Snapshot, decode_snapshot, read_tick
from aukio_protocol.version import VERSION, schema_hash

HZ = 20
UNIT = 65536
SPOTS = {"": (0, 0, 0, 0), "hall": (20 * UNIT, 0, -10 * UNIT, 16384)}


def flat_field(half_m: int = 30, walls: Any = None) -> Any:
    """A walk field of level ground at height 0, square, with a wall round it.

    `walls(x, z)` may give the signed distance in metres to further walls, for arrays of metres.
    """
    tiles = -(-half_m // 64)
    low = -tiles
    blocks, table = [], np.zeros((2 * tiles, 2 * tiles, 1), np.int32)
    heights = []
    for j in range(2 * tiles):
        for i in range(2 * tiles):
            x = ((low + i) * 256 + np.arange(257))[None, :] / 4
            z = ((low + j) * 256 + np.arange(257))[:, None] / 4
            away = np.minimum(half_m - np.abs(x), half_m - np.abs(z))
            if walls is not None:
                away = np.minimum(away, walls(x, z))
            table[j, i, 0] = len(blocks)
            blocks.append(np.clip(np.round(away * 64), -127, 127).astype(np.int8))
            heights.append(np.zeros((257, 257), np.int16))
    return SimpleNamespace(
        heights=np.stack(heights),
        distances=np.stack(blocks),
        table=table,
        tile_x0=low,
        tile_z0=low,
        tiles_wide=2 * tiles,
        tiles_deep=2 * tiles,
        layers=1,
        rescue=-1280,
        gates=(),
    )


class FakeLine:
    """The connection as a session sees it; everything written is kept."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        self.address = address
        self.frames = b""
        self.unsent_bytes = 0
        self.closed: int | None = None
        self.is_admitted = False

    def write_frames(self, frames: bytes) -> None:
        self.frames += frames

    def descriptor(self) -> int:
        return -1

    def close(self, code: int, reason: str = "") -> None:
        self.closed = code

    def admitted(self, withdraw: Callable[[], None]) -> None:
        self.is_admitted = True

    def lead_inputs(self, inbox: Inbox, slot: int) -> None:
        pass

    def take(self) -> list[bytes]:
        """The payloads of the frames written since the last call."""
        found, data = [], self.frames
        while data:
            assert data[0] == 0x82, "every frame is binary and whole"
            size, start = data[1], 2
            if size == 126:
                size, start = int.from_bytes(data[2:4], "big"), 4
            found.append(data[start : start + size])
            data = data[start + size :]
        self.frames = b""
        return found


@dataclass
class Client:
    """A client that decodes everything with the readable codec and believes what it is told."""

    line: FakeLine
    session: Session
    heard: list[m.Message] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    entities: dict[int, Motion] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    welcome: m.Welcome | None = None
    tick: int = 0
    sequence: int = 0
    correction: Correction | None = None
    payload_bytes: int = 0

    def read(self) -> None:
        """Takes in what has arrived."""
        for payload in self.line.take():
            self.payload_bytes += len(payload)
            if payload[0] == 0x81:
                self._apply(payload)
                continue
            message = decode(payload, m.Sender.SERVER)
            self.heard.append(message)
            if isinstance(message, m.Welcome):
                self.welcome, self.tick = message, message.tick
                self.entities.clear()
            elif isinstance(message, m.Introduce):
                self.names[message.entity] = message.name

    def advance_to(self, tick: int) -> None:
        """Extrapolates everybody to a tick."""
        for _ in range((tick - self.tick) % 65536):
            for slot, motion in self.entities.items():
                self.entities[slot] = advance(motion, HZ)
        self.tick = tick

    def _apply(self, payload: bytes) -> None:
        before = self.tick
        self.advance_to(read_tick(payload, before))
        believed = {slot: (motion.x, motion.z) for slot, motion in self.entities.items()}
        snapshot = decode_snapshot(payload, HZ, before, believed)
        self.snapshots.append(snapshot)
        for slot in snapshot.leaves:
            del self.entities[slot]
        for record in snapshot.records:
            if record.enter is not None:
                assert record.slot not in self.entities, "only strangers enter"
                assert record.slot in self.names, "an introduction precedes the first record"
            self.entities[record.slot] = record.motion
        self.correction = snapshot.correction or self.correction

    def of(self, kind: type[m.Message]) -> list[Any]:
        """The control messages of one kind that were heard."""
        return [message for message in self.heard if isinstance(message, kind)]


class TestWorld:
    """One world without app, sockets or clock."""

    __test__ = False

    def __init__(
        self,
        field: Any = None,
        capacity: int = 64,
        users: int = 60,
        view_m: float = 100,
        budget: int = 50_000,
        seed: int = 1,
        spawn: Any = None,
        script: Script = NOTHING,
        roles: dict[str, str] | None = None,
    ) -> None:
        self.now = 1000.0
        self.random = random.Random(seed)
        self.metrics = Metrics()
        self.saves: list[SavedSession] = []
        self.erased: list[str] = []
        self.simulation = Simulation(field or flat_field(), capacity, HZ, (), script)
        self.snapshots = Snapshots(self.simulation, view_m, budget)
        self.registry = Registry(
            Place("yard", "aa", "bb"),
            self.simulation,
            self,
            capacity=users,
            spawn=spawn or (lambda spot: SPOTS[spot]),
            spots=SPOTS,
            random_bytes=self.random.randbytes,
            save=lambda session, saved: self.saves.append(saved),
            erase=self.erased.append,
            tally=self.metrics,
            phase=lambda now: 0,
            tell=lambda event: self.ticker.tell(event),
            role_of=(roles or {}).get,
        )
        self.ticker = Tick(
            self.simulation, self.registry, self.snapshots, self.metrics, lambda: 0.0
        )
        self.clients: list[Client] = []

    # replication, as `hosting` wires it

    def attach(self, slot: int) -> int:
        return self.snapshots.attach(slot)

    def detach(self, slot: int) -> None:
        self.snapshots.detach(slot)

    def introduce(self, ref: Any, frame: bytes) -> None:
        self.snapshots.introduce(ref, frame)

    def end(self, slot: int) -> None:
        self.snapshots.end(slot)

    # what tests do

    def connect(self, address: str = "192.0.2.1") -> Client:
        """Opens a connection; no hello is sent."""
        line = FakeLine(address)
        client = Client(line, self.registry.open(line, self.now))
        self.clients.append(client)
        return client

    def join(
        self,
        name: str = "Aino",
        secret: bytes = b"",
        spot: str = "",
        ticket: str = "",
        language: str = "en",
        address: str = "192.0.2.1",
    ) -> Client:
        """Opens a connection and says hello."""
        client = self.connect(address)
        hello = m.Hello(VERSION, schema_hash(), name, b"", language, ticket, secret, spot)
        self.send(client, hello)
        client.read()
        return client

    def send(self, client: Client, message: m.Message) -> None:
        """Lets a client send a control message."""
        client.session.receive(encode(message), self.now)

    def wish(self, client: Client, **what: Any) -> None:
        """Lets a client send an input for the next tick (or `tick`)."""
        client.sequence = (client.sequence + 1) % 65536
        values = {"tick": (self.simulation.tick + 1) % 65536, "seen": client.tick, "yaw": 0}
        values |= {"sequence": client.sequence} | what
        client.session.receive(encode_input(Input(**values)), self.now)

    def walk(self, client: Client, heading: int, gait: Gait = Gait.WALK, **what: Any) -> None:
        """Lets a client walk: heading 0-1023, facing where it goes."""
        self.wish(client, heading=heading, gait=gait, yaw=heading * 64, **what)

    def hang_up(self, client: Client) -> None:
        """Ends a connection without a word."""
        self.registry.closed(client.session, self.now)

    def step(self, ticks: int = 1, *, read: bool = True) -> None:
        """Runs ticks; every client reads what it was sent."""
        for _ in range(ticks):
            self.now += 1 / HZ
            for client in self.clients:
                if client.line.closed is not None and client.session.state.name == "JOINED":
                    self.hang_up(client)  # as the transport would, soon after a close began
                if client.line.unsent_bytes:
                    self.registry.holds_back(client.session)  # as who wrote to it would
            for session, frames in self.run():
                if session.line is not None:
                    session.line.write_frames(frames)
            self.ticker.sent(0.0)
            if read:
                for client in self.clients:
                    client.read()

    def run(self) -> list[tuple[Session, bytes]]:
        """Runs steps 1-5 of a tick; what step 6 has to send to whom."""
        out = self.ticker.run(self.now)
        spans = itertools.pairwise(out.starts.tolist())
        return [
            (self.registry[slot], out.data[start:end].tobytes())
            for slot, (start, end) in zip(out.slots.tolist(), spans, strict=False)
        ]

    def place(self, client: Client) -> tuple[int, int, int]:
        """Where a client's avatar truly is, position units."""
        x, y, z, _ = self.simulation.placement(client.session.slot)
        return x, y, z
