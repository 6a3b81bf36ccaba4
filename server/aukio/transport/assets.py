"""Files kept in memory: an answer to a request must not touch the disk or compress anything."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MEDIA_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".glb": "model/gltf-binary",
    ".ktx2": "image/ktx2",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".bin": "application/octet-stream",
}
"""What is served at all, by suffix."""

ACTIVE_SUFFIXES = frozenset({".html", ".js", ".mjs", ".css", ".svg", ".wasm", ".webmanifest"})
"""What a browser may run: it comes from our own build, never from a world's folder."""

PACKED_SUFFIXES = frozenset({".png", ".jpg", ".webp", ".ktx2", ".woff2", ".mp3", ".ogg"})
"""Compressed already; packing them again costs time and gains nothing."""

SMALLEST_PACKED_BYTES = 1_024
DIGEST_DIGITS = 16
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"

# Vite's: assets/name-XXXXXXXX.js. The folder and the capital or digit keep out a name that merely
# has an eight-letter word at its end.
_HASHED_PATH = re.compile(r"assets/.*-(?=[A-Za-z0-9_-]*[0-9A-Z])[A-Za-z0-9_-]{8}\.[a-z0-9]+")
_WORLD_FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(\.[a-z0-9]{1,8})")
_WORLD_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served; `packed` maps a content coding to the coded body."""

    body: bytes
    media_type: str
    caching: str
    digest: str
    packed: Mapping[str, bytes] = field(default_factory=dict)


def build_asset(
    body: bytes, suffix: str, *, caching: str = IMMUTABLE, brotli: bytes | None = None
) -> Asset:
    """Hashes and packs a file. A megabyte takes some 50 ms: call it where no tick waits.

    Raises:
        ValueError: the suffix is not one that is served.
    """
    if suffix not in MEDIA_TYPES:
        raise ValueError(f"expected one of {', '.join(MEDIA_TYPES)}, got {suffix!r}")
    packed = {}
    if brotli is not None:
        packed["br"] = brotli
    if suffix not in PACKED_SUFFIXES and len(body) >= SMALLEST_PACKED_BYTES:
        coded = gzip.compress(body, compresslevel=9, mtime=0)
        if len(coded) < len(body):
            packed["gzip"] = coded
    digest = hashlib.sha256(body).hexdigest()[:DIGEST_DIGITS]
    return Asset(body, MEDIA_TYPES[suffix], caching, digest, packed)


def load_client(folder: Path) -> dict[str, Asset]:
    """Reads the built web client; keys are paths below `folder`, such as "assets/main-ab12cd34.js".

    A name with a hash in it never changes its content and is cached for ever; every other file is
    asked for again each time and answered by its ETag. `name.br` beside `name` is its brotli form.
    Files of a type that is not served are left out.
    """
    found = {}
    for path in _files(folder):
        if path.suffix not in MEDIA_TYPES:
            continue
        name = path.relative_to(folder).as_posix()
        packed = path.with_name(path.name + ".br")
        found[name] = build_asset(
            path.read_bytes(),
            path.suffix,
            caching=IMMUTABLE if _HASHED_PATH.fullmatch(name) else REVALIDATED,
            brotli=packed.read_bytes() if packed.is_file() else None,
        )
    return found


class WorldAssets:
    """The files of every open world, under names that carry their content's hash.

    A world that is read anew publishes anew. Its previous files stay until the publication after
    that, so that a client which has just read the old index still finds what it names.
    """

    def __init__(self) -> None:
        self._current: dict[str, dict[str, Asset]] = {}
        self._previous: dict[str, dict[str, Asset]] = {}

    def publish(self, world: str, files: Mapping[str, Asset], *, tick_rate: int) -> None:
        """Makes a world's files available, at once and all together.

        `scene.json` becomes `/worlds/{world}/scene-{hash}.json`. `/worlds/{world}/index.json` says

            {"world": id, "tick_rate": 20, "files": {"scene.json": "scene-ab12….json", …}}

        Args:
            files: built assets by plain name; `scene.json` and `walk.bin` are what a client needs.

        Raises:
            ValueError: an id or name is not plain, or its type is not served from a world.
        """
        _check_names(world, files)
        names = {name: _hashed(name, asset.digest) for name, asset in files.items()}
        served = {names[name]: asset for name, asset in files.items()}
        index = {"world": world, "tick_rate": tick_rate, "files": names}
        body = json.dumps(index, separators=(",", ":")).encode()
        served["index.json"] = build_asset(body, ".json", caching=REVALIDATED)
        self._previous[world] = self._current.get(world, {})
        self._current[world] = served

    def withdraw(self, world: str) -> None:
        """Takes a world's files away; does nothing when there are none."""
        self._current.pop(world, None)
        self._previous.pop(world, None)

    def find(self, world: str, name: str) -> Asset | None:
        asset = self._current.get(world, {}).get(name)
        if asset is None and world in self._current:
            asset = self._previous[world].get(name)
        return asset


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _hashed(name: str, digest: str) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{digest}.{suffix}"


def _check_names(world: str, files: Mapping[str, Asset]) -> None:
    if _WORLD_ID.fullmatch(world) is None:
        raise ValueError(f"world id: expected a-z, 0-9, - and _, at most 64, got {world!r}")
    for name, asset in files.items():
        match = _WORLD_FILE.fullmatch(name)
        suffix = match[1] if match else ""
        if suffix in ACTIVE_SUFFIXES or MEDIA_TYPES.get(suffix) != asset.media_type:
            raise ValueError(f"world {world}: {name!r} is not a file that a world may serve")
