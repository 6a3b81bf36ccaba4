"""The walk field: floors and walls of a world as bytes that the kernel, the client and the oracle
share.

    AWF2, little-endian
    +--------+----------+------------+--------------+--------------+
    | "AWF2" | u16 step | i16 rescue | i32 tile_x0  | i32 tile_z0  |
    +--------+--+-------+----+-------+---+----------+--------------+
    | u16 wide  | u16 deep   | u8 layers | 3 zero bytes            |
    +-----------+------------+-----------+-------------------------+
    | i32 table[deep][wide][layers]      block of a tile, or -1    |
    +----------------------------------------------------------------+
    | u32 blocks | each: i16 heights[257*257]  i8 distances[257*257]  0 |
    +----------------------------------------------------------------+
    | u16 gates | each: u8 size, entity  u8 size, state  u32 block     |
    |             u16 row, column, rows, columns                       |
    |             i8 distances[rows][columns]                          |
    +----------------------------------------------------------------+

Node (i, j) stands at x = i * 0.25 m, z = j * 0.25 m. Tile (tx, tz) holds nodes tx*256 .. tx*256 +
256 of each axis, so neighbours repeat their border; row-major, z outside: index = jz * 257 + ix.

`heights`: the floor of a layer in 1/64 m, `NONE` where it has none; a cell with such a corner has
no floor. `distances`: to the nearest wall in 1/64 m for a point without width, negative inside,
clamped to ±127. Both are read by bilinear interpolation over the four nodes of a cell.

A gate is what is a wall only while an entity is in a state: the distances to it in a part of a
block. While it is, the lesser of the two distances counts at each node of that part.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.errors import AukioError

CELL_M: Final = 0.25
CELLS: Final = 256
NODES: Final = CELLS + 1
UNITS: Final = 64
"""Height and distance units in a metre."""
NONE: Final = -32768
FAR: Final = 127
MOST_LAYERS: Final = 4
MOST_TILES: Final = 1 << 16

_MAGIC: Final = b"AWF2"
_HEADER: Final = struct.Struct("<4sHhiiHHB3s")
_COUNT: Final = struct.Struct("<I")
_GATES: Final = struct.Struct("<H")
_PART: Final = struct.Struct("<IHHHH")
MOST_GATES: Final = 0xFFFF
_AREA: Final = NODES * NODES
_BLOCK_BYTES: Final = _AREA * 3 + 1

Heights = NDArray[np.int16]
Distances = NDArray[np.int8]
Table = NDArray[np.int32]


class WalkFieldError(AukioError):
    """Bytes that are no walk field; the text says what was expected where."""


@dataclass(frozen=True, eq=False)
class Gate:
    """What is a wall in a part of a block while `entity` is in `state`.

    `distances` (rows, columns) int8 lie over nodes (row, column) and on of the block.
    """

    entity: str
    state: str
    block: int
    row: int
    column: int
    distances: Distances

    def lower(self, distances: Distances) -> None:
        """Makes the wall: the lesser distance counts in its part of `distances` (257, 257)."""
        rows, columns = self.distances.shape
        part = distances[self.row : self.row + rows, self.column : self.column + columns]
        np.minimum(part, self.distances, out=part)


@dataclass(frozen=True, eq=False)
class WalkField:
    """A compiled world, immutable; the arrays are read-only.

    Shapes: `heights` (blocks, 257, 257) int16, `distances` (blocks, 257, 257) int8, `table` (deep,
    wide, layers) int32; all C-contiguous. Units: `step` the highest step and `rescue` the height
    below which one has fallen off, both 1/64 m; `tile_x0` and `tile_z0` the tile of `table[0, 0]`,
    in tiles of 64 m.
    """

    heights: Heights
    distances: Distances
    table: Table
    tile_x0: int
    tile_z0: int
    step: int
    rescue: int
    gates: tuple[Gate, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.heights, self.distances, self.table):
            array.flags.writeable = False

    def walled(self, states: Mapping[str, str]) -> WalkField:
        """Return the field with the walls of things in these states, by entity; others have
        none."""
        closed = [gate for gate in self.gates if states.get(gate.entity) == gate.state]
        if not closed:
            return self
        distances = self.distances.copy()
        for gate in closed:
            gate.lower(distances[gate.block])
        return replace(self, distances=distances)

    @property
    def tiles_deep(self) -> int:
        """Tiles along z."""
        return int(self.table.shape[0])

    @property
    def tiles_wide(self) -> int:
        """Tiles along x."""
        return int(self.table.shape[1])

    @property
    def layers(self) -> int:
        """Floors kept above one another, 1 to 4."""
        return int(self.table.shape[2])

    @cached_property
    def hash(self) -> str:
        """Hex SHA-256 of the bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the field as drawn at the top of this file."""
        deep, wide, layers = self.table.shape
        blocks = len(self.heights)
        head = _HEADER.pack(
            _MAGIC, self.step, self.rescue, self.tile_x0, self.tile_z0, wide, deep, layers, bytes(3)
        )
        body = np.zeros((blocks, _BLOCK_BYTES), np.uint8)
        heights = np.ascontiguousarray(self.heights, "<i2").view(np.uint8)
        body[:, : _AREA * 2] = heights.reshape(blocks, -1)
        body[:, _AREA * 2 : -1] = self.distances.view(np.uint8).reshape(blocks, -1)
        table = self.table.astype("<i4").tobytes()
        gates = (_gate_bytes(gate) for gate in self.gates)
        count = _GATES.pack(len(self.gates))
        return b"".join((head, table, _COUNT.pack(blocks), body.tobytes(), count, *gates))

    @classmethod
    def from_bytes(cls, data: bytes) -> WalkField:
        """Read a field back.

        Raises:
            WalkFieldError: anything is not as drawn: magic, sizes, zero bytes, table entries,
            heights that would
                let a walker stand in two blocks' borders at once.
        """
        if len(data) < _HEADER.size:
            raise _refusal(f"a header of {_HEADER.size} bytes", f"{len(data)} bytes")
        magic, step, rescue, x0, z0, wide, deep, layers, zeros = _HEADER.unpack_from(data)
        _require(magic == _MAGIC, f"magic {_MAGIC!r}", repr(magic))
        _require(zeros == bytes(3), "3 zero bytes at 21", repr(zeros))
        _require(1 <= layers <= MOST_LAYERS, f"1 to {MOST_LAYERS} layers", str(layers))
        _require(1 <= wide * deep <= MOST_TILES, f"1 to {MOST_TILES} tiles", f"{wide} x {deep}")
        _require(1 <= step <= UNITS, f"a step of 1 to {UNITS}", str(step))
        cells = wide * deep * layers
        at = _HEADER.size + cells * 4
        _require(len(data) >= at + _COUNT.size, f"{at + _COUNT.size} bytes", str(len(data)))
        table = np.frombuffer(data, "<i4", cells, _HEADER.size).astype(np.int32)
        (blocks,) = _COUNT.unpack_from(data, at)
        at += _COUNT.size
        size = at + blocks * _BLOCK_BYTES + _GATES.size
        _require(len(data) >= size, f"{size} bytes for {blocks} blocks", str(len(data)))
        used = np.sort(table[table != -1])
        if not np.array_equal(used, np.arange(blocks)):
            raise _refusal(f"each of the {blocks} blocks once in the table", "another table")
        body = np.frombuffer(data, np.uint8, blocks * _BLOCK_BYTES, at).reshape(blocks, -1)
        _require(not body[:, -1].any(), "a zero byte after each block", "another")
        heights = body[:, : _AREA * 2].copy().view("<i2").astype(np.int16)
        distances = body[:, _AREA * 2 : -1].copy().view(np.int8)
        _require(not (distances == -128).any(), "distances of -127 to 127", "-128")
        shape = (blocks, NODES, NODES)
        return cls(
            np.ascontiguousarray(heights.reshape(shape)),
            np.ascontiguousarray(distances.reshape(shape)),
            table.reshape(deep, wide, layers),
            x0,
            z0,
            step,
            rescue,
            _read_gates(data, at + blocks * _BLOCK_BYTES, blocks),
        )

    def height_at(self, x: float, z: float, layer: int) -> float | None:
        """Return the floor's height in metres at a place, or None where the layer has no floor;
        slow oracle."""
        corners = self._corners(x, z, layer)
        if corners is None:
            return None
        block, j, i, across, along = corners
        cell = self.heights[block, j : j + 2, i : i + 2].astype(float)
        if (cell == NONE).any():
            return None
        return _bilinear(cell, across, along) / UNITS

    def distance_at(self, x: float, z: float, layer: int) -> float:
        """Return the distance in metres to the nearest wall, at most 127/64; slow oracle."""
        corners = self._corners(x, z, layer)
        if corners is None:
            return FAR / UNITS
        block, j, i, across, along = corners
        cell = self.distances[block, j : j + 2, i : i + 2].astype(float)
        return _bilinear(cell, across, along) / UNITS

    def _corners(self, x: float, z: float, layer: int) -> tuple[int, int, int, float, float] | None:
        i, j = math.floor(x / CELL_M), math.floor(z / CELL_M)
        tile_x, tile_z = i // CELLS - self.tile_x0, j // CELLS - self.tile_z0
        if not (0 <= tile_x < self.tiles_wide and 0 <= tile_z < self.tiles_deep):
            return None
        block = int(self.table[tile_z, tile_x, layer])
        if block < 0:
            return None
        return block, j % CELLS, i % CELLS, x / CELL_M - i, z / CELL_M - j


def _gate_bytes(gate: Gate) -> bytes:
    names = b"".join(bytes((len(name),)) + name.encode() for name in (gate.entity, gate.state))
    rows, columns = gate.distances.shape
    place = _PART.pack(gate.block, gate.row, gate.column, rows, columns)
    return names + place + gate.distances.tobytes()


def _read_gates(data: bytes, at: int, blocks: int) -> tuple[Gate, ...]:
    (count,) = _GATES.unpack_from(data, at)
    at += _GATES.size
    gates = []
    for _ in range(count):
        names = []
        for _name in range(2):
            _require(at < len(data), "a gate's names", "the end")
            size = data[at]
            names.append(data[at + 1 : at + 1 + size].decode("ascii", "replace"))
            at += 1 + size
        _require(at + _PART.size <= len(data), "a gate's place", "the end")
        block, row, column, rows, columns = _PART.unpack_from(data, at)
        at += _PART.size
        is_inside = block < blocks and row + rows <= NODES and column + columns <= NODES
        _require(is_inside, "a gate inside a block", f"{rows} x {columns} at {row}, {column}")
        _require(at + rows * columns <= len(data), "a gate's distances", "the end")
        distances = np.frombuffer(data, np.int8, rows * columns, at).reshape(rows, columns)
        _require(not (distances == -128).any(), "distances of -127 to 127", "-128")
        at += rows * columns
        gates.append(Gate(names[0], names[1], block, row, column, distances))
    _require(at == len(data), f"{at} bytes", str(len(data)))
    return tuple(gates)


def _bilinear(cell: NDArray[np.float64], across: float, along: float) -> float:
    near = cell[0, 0] + (cell[0, 1] - cell[0, 0]) * across
    far = cell[1, 0] + (cell[1, 1] - cell[1, 0]) * across
    return float(near + (far - near) * along)


def _require(holds: bool, expected: str, got: str) -> None:
    if not holds:
        raise _refusal(expected, got)


def _refusal(expected: str, got: str) -> WalkFieldError:
    return WalkFieldError(f"walk field: expected {expected}, got {got}; compile the world again")
