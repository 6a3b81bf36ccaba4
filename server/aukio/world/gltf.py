"""Models of a world: glTF files read, checked and turned into one binary file each.

Only what needs no further request passes: one buffer, in the file itself, and pictures inside that
buffer. Every list of numbers must lie in that buffer: one that does not is made of zeros by the
engine, and a hundred bytes could ask each visitor's page for gigabytes. A `.gltf` with its buffer
as a data: address becomes a `.glb`, because the page's own policy lets it fetch nothing but files
of its server.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from pathlib import Path
from typing import Any, Final

from aukio.world.picture import picture_size

LARGEST_BYTES: Final = 8_000_000
MOST_MODELS: Final = 32
MOST_NODES: Final = 5_000
MOST_CORNERS: Final = 1_000_000
"""Corners drawn by one model: a mesh counts as often as nodes show it."""
DIGEST_DIGITS: Final = 16
"""Of the hash in a served name; the same as `transport.assets` puts there."""

_MAGIC: Final = 0x46546C67
_JSON: Final = 0x4E4F534A
_BIN: Final = 0x004E4942
MOST_PIXELS: Final = 16_000_000
"""Of all pictures of a model: 64 MB once unpacked, which a megabyte of PNG can ask for."""
_COMPONENT_BYTES: Final = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_COMPONENTS: Final = {
    "SCALAR": 1,
    "VEC2": 2,
    "VEC3": 3,
    "VEC4": 4,
    "MAT2": 4,
    "MAT3": 9,
    "MAT4": 16,
}
"""glTF 2.0, 3.6.2.2."""
_DATA: Final = ("data:application/octet-stream;base64,", "data:application/gltf-buffer;base64,")


_LISTS: Final = (
    "accessors",
    "animations",
    "buffers",
    "bufferViews",
    "cameras",
    "images",
    "materials",
    "meshes",
    "nodes",
    "samplers",
    "scenes",
    "skins",
    "textures",
)


class ModelError(ValueError):
    """A file that is no model a world may hold; `expected` and `got` go into the problem."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected: Final = expected
        self.got: Final = got


def served_stem(path: str) -> str:
    """Return the plain name of a model among a world's files: `models/boat.gltf` is
    `models-boat-` and eight digits, by which it differs from `models-boat.glb`."""
    digits = hashlib.sha256(path.encode()).hexdigest()[:8]
    return f"{path.rpartition('.')[0].replace('/', '-')[:40]}-{digits}"


def served_name(path: str, data: bytes) -> str:
    """Return the name under which a model's bytes are served."""
    return f"{served_stem(path)}-{hashlib.sha256(data).hexdigest()[:DIGEST_DIGITS]}.glb"


def read_model(path: Path) -> bytes:
    """Return a model as binary glTF.

    Raises:
        ModelError: not readable, too large, no glTF 2.0, or it needs something outside itself.
    """
    if not path.is_file():  # a pipe would be waited for
        raise ModelError("a readable file", "none")
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ModelError("a readable file", error.strerror or "an error") from error
    if len(data) > LARGEST_BYTES:
        raise ModelError(f"at most {LARGEST_BYTES // 1_000_000} MB", "a larger file")
    head, buffer = _split(data) if path.suffix == ".glb" else (data, None)
    document = _document(head)
    _check(document)
    if buffer is None:
        buffer = _own_buffer(document)
    try:
        _check_numbers(document, len(buffer))
        _check_pictures(document, buffer)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelError("glTF 2.0", "one that names what it does not hold") from error
    return _joined(document, buffer)


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Return the JSON and the buffer of a binary file (glTF 2.0, 4.4)."""
    try:
        magic, version, length = struct.unpack_from("<III", data, 0)
        size, kind = struct.unpack_from("<II", data, 12)
        head = data[20 : 20 + size]
        rest = data[20 + size : length]
        if magic != _MAGIC or version != 2 or kind != _JSON or length > len(data):
            raise ModelError("binary glTF 2.0", "something else")
        if not rest:
            return head, b""
        size, kind = struct.unpack_from("<II", rest, 0)
    except struct.error as error:
        raise ModelError("binary glTF 2.0", "a file that ends too early") from error
    if kind != _BIN or size > len(rest) - 8:
        raise ModelError("a buffer after the description", "something else")
    return head, rest[8 : 8 + size]


def _document(head: bytes) -> dict[str, Any]:
    try:
        document = json.loads(head, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError("glTF 2.0", "a file that is no JSON") from error
    asset = document.get("asset") if isinstance(document, dict) else None
    if not isinstance(asset, dict) or not str(asset.get("version", "")).startswith("2."):
        raise ModelError("glTF 2.0", "another format")
    result: dict[str, Any] = document
    return result


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _check(document: dict[str, Any]) -> None:
    if document.get("extensionsRequired"):
        raise ModelError("glTF without required extensions", "some")
    for key in _LISTS:
        members = document.get(key, [])
        if not isinstance(members, list) or not all(isinstance(each, dict) for each in members):
            raise ModelError(f"a list of {key}", "something else")
        if len(members) > MOST_NODES:
            raise ModelError(f"at most {MOST_NODES} {key}", "more")
    if any("uri" in image for image in document.get("images", [])):
        raise ModelError("pictures inside the model's buffer", "one in a file of its own")
    if len(document.get("buffers", [])) > 1:
        raise ModelError("one buffer", "several")


def _check_numbers(document: dict[str, Any], buffer_bytes: int) -> None:
    """Refuse lists of numbers outside the buffer, and more corners than a page should draw."""
    views, accessors = document.get("bufferViews", []), document.get("accessors", [])
    for view in views:
        if not 0 <= view.get("byteOffset", 0) <= buffer_bytes - view["byteLength"]:
            raise ModelError("parts of the buffer within it", "one beyond its end")
    for accessor in accessors:
        if "sparse" in accessor or "bufferView" not in accessor:
            raise ModelError("accessors with their numbers in the buffer", "one without")
        view = views[accessor["bufferView"]]
        each = _COMPONENT_BYTES[accessor["componentType"]] * _COMPONENTS[accessor["type"]]
        count, offset = accessor["count"], accessor.get("byteOffset", 0)
        size = (count - 1) * max(view.get("byteStride", each), each) + each
        if count < 1 or offset < 0 or offset + size > view["byteLength"]:
            raise ModelError("accessors within the buffer", "one beyond its end")
    meshes = [_corners(mesh, accessors) for mesh in document.get("meshes", [])]
    shown = sum(meshes[node["mesh"]] for node in document.get("nodes", []) if "mesh" in node)
    if shown > MOST_CORNERS:
        raise ModelError(f"at most {MOST_CORNERS} corners to draw", "more")


def _check_pictures(document: dict[str, Any], buffer: bytes) -> None:
    pixels = 0
    for image in document.get("images", []):
        view = document["bufferViews"][image["bufferView"]]
        start = view.get("byteOffset", 0)
        size = picture_size(buffer[start : start + view["byteLength"]])
        if size is None:
            raise ModelError("pictures in PNG or JPEG", "another")
        pixels += size[0] * size[1]
    if pixels > MOST_PIXELS:
        raise ModelError(f"at most {MOST_PIXELS} pixels", "more")


def _corners(mesh: dict[str, Any], accessors: list[dict[str, Any]]) -> int:
    return sum(
        int(accessors[each.get("indices", each["attributes"]["POSITION"])]["count"])
        for each in mesh["primitives"]
    )


def _own_buffer(document: dict[str, Any]) -> bytes:
    buffers = document.get("buffers", [])
    if not buffers:
        return b""
    uri = buffers[0].get("uri")
    kind = next((each for each in _DATA if str(uri).startswith(each)), None)
    if kind is None:
        raise ModelError("a buffer inside the file (data:…;base64,)", "one in a file of its own")
    try:
        return base64.b64decode(uri[len(kind) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ModelError("a buffer in base64", "something else") from error


def _joined(document: dict[str, Any], buffer: bytes) -> bytes:
    if document.get("buffers"):
        document["buffers"][0] = {"byteLength": len(buffer)}
    try:
        text = json.dumps(document, separators=(",", ":"), sort_keys=True, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise ModelError("finite numbers and few brackets in the description", "others") from error
    head = text.encode()
    head += b" " * (-len(head) % 4)
    buffer += b"\0" * (-len(buffer) % 4)
    chunks = struct.pack("<II", len(head), _JSON) + head
    if buffer:
        chunks += struct.pack("<II", len(buffer), _BIN) + buffer
    return struct.pack("<III", _MAGIC, 2, 12 + len(chunks)) + chunks
