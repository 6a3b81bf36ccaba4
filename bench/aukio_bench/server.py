"""The server under test: started as a process of its own, pinned, watched from outside, ended.

Nothing of the server is imported; its figures come from `/metrics` and from the operating system.
"""

import asyncio
import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from aukio_bench.connection import Address
from aukio_bench.processes import Footprint, family, footprint

START_S = 60.0
STOP_S = 15.0
STEPS = ("input", "validate", "simulate", "interest", "encode", "send")
_PORT = re.compile(r"https?://[^:/\s]+:(\d+)")
_SAMPLE = re.compile(r"^(\w+)(?:\{([^}]*)\})? ([^ ]+)$", re.MULTILINE)


class ServerTrouble(Exception):
    """The server did not start, or its figures cannot be had; the text says why."""


class ServerProcess:
    """A server of our own. `start` once, then `stop`; it is ended by its id, never by a name."""

    def __init__(self, world: str | Path, core: int | None, *, is_encrypted: bool = False) -> None:
        """`world` is the text of a world file, or the folder of a world."""
        self._world = world
        self._is_encrypted = is_encrypted
        self._core = core
        self._folder = tempfile.TemporaryDirectory(
            prefix="aukio-bench-", ignore_cleanup_errors=True
        )
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    async def start(self) -> None:
        """Starts it and reads its port from what it says.

        Raises:
            ServerTrouble: it ended, or did not say its port in time.
        """
        await asyncio.to_thread(self._spawn)
        try:
            await asyncio.wait_for(asyncio.to_thread(self._read_port), START_S)
        except TimeoutError as error:
            raise ServerTrouble(f"The server did not start in {START_S:.0f} s.") from error

    @property
    def address(self) -> Address:
        """Where its world is."""
        if not self._is_encrypted:
            return Address("127.0.0.1", self.port, "/ws", is_secure=False)
        return Address("localhost", self.port, "/ws", is_secure=True, certificate=self._certificate)

    async def crash(self) -> None:
        """Kills it without warning and starts it again on the same data and port.

        Raises:
            ServerTrouble: it does not come back.
        """
        assert self._process is not None, "the server runs"
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        if self._process.stdout is not None:
            self._process.stdout.close()
        await self.start()

    def stop(self) -> str:
        """Ends it, by force if it must be; returns what it complained of."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.terminate()
                try:
                    self._process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
        log = Path(self._folder.name) / "log"
        text = log.read_text(encoding="utf-8") if log.exists() else ""
        self._folder.cleanup()
        return "\n".join(line for line in text.splitlines() if " ERROR " in line or "Error" in line)

    def footprint(self) -> Footprint:
        """What its processes use now, all of them together."""
        assert self._process is not None, "the server runs"
        return footprint(self._process.pid)

    @property
    def pids(self) -> tuple[int, ...]:
        """Its processes as they are now."""
        assert self._process is not None, "the server runs"
        return family(self._process.pid)

    def _spawn(self) -> None:
        folder = Path(self._folder.name)
        place = self._world if isinstance(self._world, Path) else folder / "plaza"
        if not isinstance(self._world, Path):
            place.mkdir(exist_ok=True)
            (place / "world.yaml").write_text(self._world, encoding="utf-8")
        words = [sys.executable, "-m", "aukio", "serve", str(place)]
        words += ["--host", "127.0.0.1", "--port", str(self.port), "--no-qr"]
        words += ["--data", str(folder / "data")]
        if self._is_encrypted:
            self._make_certificate()
            words += ["--tls-cert", str(self._certificate), "--tls-key", str(folder / "key.pem")]
        own = os.sched_getaffinity(0)
        log = (folder / "log").open("a", encoding="utf-8")
        try:
            if self._core is not None:
                os.sched_setaffinity(0, {self._core})  # inherited by every thread it will have
            self._process = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        finally:
            os.sched_setaffinity(0, own)
            log.close()

    @property
    def _certificate(self) -> Path:
        return Path(self._folder.name) / "certificate.pem"

    def _make_certificate(self) -> None:
        """A certificate for localhost that signs itself, on the curve that browsers expect."""
        if self._certificate.exists():
            return
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        words += ["-nodes", "-days", "1", "-subj", "/CN=localhost"]
        words += ["-addext", "subjectAltName=DNS:localhost"]
        words += ["-keyout", str(self._certificate.with_name("key.pem"))]
        try:
            subprocess.run(
                [*words, "-out", str(self._certificate)], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise ServerTrouble(f"TLS needs the openssl program: {error}") from error

    def _read_port(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = _PORT.search(line)
            if found:
                self.port = int(found[1])
                return
        log = (Path(self._folder.name) / "log").read_text(encoding="utf-8")
        raise ServerTrouble(f"The server ended at its start:\n{log[-2000:]}")


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by bucket: `edges` are the upper bounds in seconds, ascending, the last infinite."""

    edges: tuple[float, ...]
    counts: tuple[float, ...]

    def since(self, earlier: "Histogram") -> "Histogram":
        """What came between an earlier reading and this one."""
        pairs = zip(self.counts, earlier.counts, strict=True)
        return Histogram(self.edges, tuple(now - then for now, then in pairs))

    def percentile(self, point: float) -> float:
        """A percentile in seconds, interpolated linearly inside its bucket.

        The server's buckets are 0.5 ms wide up to 60 ms, so the figure is true to that; beyond
        the last finite bound that bound is returned. Not a number if nothing was counted.
        """
        total = sum(self.counts)
        if not total:
            return float("nan")
        wanted, below, low = total * point / 100, 0.0, 0.0
        for edge, count in zip(self.edges, self.counts, strict=True):
            if count and below + count >= wanted:
                return (
                    low if edge == float("inf") else low + (edge - low) * (wanted - below) / count
                )
            below += count
            low = edge
        return low

    @property
    def top(self) -> float:
        """The upper bound of the highest bucket that has counts."""
        used = [edge for edge, count in zip(self.edges, self.counts, strict=True) if count]
        return used[-1] if used else float("nan")

    @property
    def total(self) -> float:
        """How many were counted."""
        return sum(self.counts)


class Figures:
    """One reading of a server's `/metrics`."""

    def __init__(self, text: str) -> None:
        self._values = {
            (name, labels): float(value) for name, labels, value in _SAMPLE.findall(text)
        }

    def value(self, name: str, labels: str = "") -> float:
        """A counter or gauge; 0 if the server does not tell it."""
        return self._values.get((name, labels), 0.0)

    def histogram(self, name: str, labels: str = "") -> Histogram:
        """A histogram, its cumulative buckets taken apart."""
        bounds: list[tuple[float, float]] = []
        for (key, shown), value in self._values.items():
            if key == f"{name}_bucket" and labels in shown:
                bounds.append((float(shown.split('le="')[1].split('"')[0]), value))
        bounds.sort()
        edges = tuple(edge for edge, _ in bounds)
        totals = [0.0, *(total for _, total in bounds)]
        counts = tuple(after - before for before, after in itertools.pairwise(totals))
        return Histogram(edges, counts)

    def step(self, name: str) -> float:
        """Seconds spent in one step of all ticks."""
        return self.value("aukio_tick_step_seconds_sum", f'step="{name}"')


async def read_figures(address: Address, names: Sequence[str] = ()) -> Figures:
    """Reads `/metrics` over HTTP, or HTTPS: the samples of these names, or all.

    To write all down costs the server some 4 ms, in which it does nothing else.

    Raises:
        ServerTrouble: it does not answer, or not with figures.
    """
    try:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(
                address.host, address.port, ssl=address.tls()
            )
            asked = urlencode({"name[]": names}, doseq=True)
            host = f"{address.host}:{address.port}"
            words = f"GET /metrics?{asked} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            writer.write(words.encode())
            answer = await reader.read(-1)
            writer.close()
    except (OSError, TimeoutError) as error:
        raise ServerTrouble(f"/metrics does not answer: {error}") from error
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise ServerTrouble("/metrics is not there.")
    return Figures(body.decode())
