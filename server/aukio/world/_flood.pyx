"""The flood: where a walker gets to on foot, over the nodes of a walk field.

Slow twin: tests/oracles/flood.py. The rule is that of the movement (tests/oracles/movement.py): at
a place one stands on the floor within a step that has the most room, or else falls to the highest
below. A place with less room than a body is no place, unless one falls there or is on the way out
of such a place: walls push. Nobody jumps.
"""

from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t
from libc.stdlib cimport free, malloc

cdef enum:
    NONE = -32768
    CELLS = 256


cdef struct Spot:
    int64_t height, room
    bint found


cdef class _Ground:
    """A walk field read at `parts` places a cell along each axis; all numbers in 1/64 m times
    `parts` squared, so that they stay whole."""

    cdef const int16_t[:, :, ::1] heights
    cdef const int8_t[:, :, ::1] distances
    cdef const int32_t[:, :, ::1] table
    cdef int parts, layers, rows, columns

    def __init__(self, heights, distances, table, int parts):
        self.heights, self.distances, self.table = heights, distances, table
        self.parts, self.layers = parts, table.shape[2]
        self.rows, self.columns = table.shape[0] * CELLS * parts, table.shape[1] * CELLS * parts

    cdef Spot spot(self, int layer, int row, int column) noexcept nogil:
        cdef Spot found
        cdef int p = self.parts, j = row // p, i = column // p
        cdef int fz = row % p, fx = column % p
        cdef int block = self.table[j >> 8, i >> 8, layer]
        cdef int64_t a, b, c, d
        found.found = False
        found.height = found.room = 0
        if block < 0:
            return found
        j, i = j & 255, i & 255
        a, b = self.heights[block, j, i], self.heights[block, j, i + 1]
        c, d = self.heights[block, j + 1, i], self.heights[block, j + 1, i + 1]
        if a == NONE or b == NONE or c == NONE or d == NONE:
            return found
        found.found = True
        found.height = (a * (p - fx) + b * fx) * (p - fz) + (c * (p - fx) + d * fx) * fz
        a, b = self.distances[block, j, i], self.distances[block, j, i + 1]
        c, d = self.distances[block, j + 1, i], self.distances[block, j + 1, i + 1]
        found.room = (a * (p - fx) + b * fx) * (p - fz) + (c * (p - fx) + d * fx) * fz
        return found

    cdef int layer_at(self, int row, int column, int64_t height, int64_t step) noexcept nogil:
        """The layer that a walker at this height stands on or falls to; -1: the void."""
        cdef int layer, best = -1, under = -1
        cdef int64_t most = 0, highest = 0
        cdef Spot spot
        for layer in range(self.layers):
            spot = self.spot(layer, row, column)
            if not spot.found:
                continue
            if -step <= spot.height - height <= step:
                if best < 0 or spot.room > most:
                    best, most = layer, spot.room
            elif spot.height < height and (under < 0 or spot.height > highest):
                under, highest = layer, spot.height
        return best if best >= 0 else under


def flood(
    heights, distances, table, int parts, int step, int room, starts, uint8_t[:, :, ::1] reached
) -> int:
    """Marks in `reached` (layers, rows, columns) where one gets to; returns how many places.

    `starts` (N, 3) int: row, column and height in 1/64 m; one that is no place to stand starts
    nothing. `step` and `room` in 1/64 m. Rows and columns count `parts` to a cell, from the
    field's first node.

    Raises:
        ValueError: `reached` is not of the field's shape.
    """
    cdef _Ground ground = _Ground(heights, distances, table, parts)
    cdef int64_t squared = parts * parts, high = step * squared, least = room * squared
    cdef int64_t plane = <int64_t>ground.rows * ground.columns, at, count = 0, top = 0
    cdef int32_t row, column, next_row, next_column, layer, side
    cdef int64_t height
    cdef int64_t* stack
    cdef Spot spot, here
    if (
        reached.shape[0] != ground.layers
        or reached.shape[1] != ground.rows
        or reached.shape[2] != ground.columns
    ):
        raise ValueError("a mark for each place of each layer")
    stack = <int64_t*>malloc(max(1, plane * ground.layers) * sizeof(int64_t))
    if stack == NULL:
        raise MemoryError
    try:
        for row, column, height in starts:
            if not (0 <= row < ground.rows and 0 <= column < ground.columns):
                continue
            layer = ground.layer_at(row, column, height * squared, high)
            if layer < 0 or reached[layer, row, column]:
                continue
            if ground.spot(layer, row, column).room < least:
                continue
            reached[layer, row, column] = 1
            stack[top] = layer * plane + <int64_t>row * ground.columns + column
            top += 1
        with nogil:
            while top:
                top -= 1
                count += 1
                at = stack[top]
                layer = <int32_t>(at // plane)
                row = <int32_t>(at % plane // ground.columns)
                column = <int32_t>(at % ground.columns)
                here = ground.spot(layer, row, column)
                for side in range(4):
                    next_row = row + (side == 0) - (side == 1)
                    next_column = column + (side == 2) - (side == 3)
                    if next_row < 0 or next_row >= ground.rows:
                        continue
                    if next_column < 0 or next_column >= ground.columns:
                        continue
                    layer = ground.layer_at(next_row, next_column, here.height, high)
                    if layer < 0 or reached[layer, next_row, next_column]:
                        continue
                    spot = ground.spot(layer, next_row, next_column)
                    if spot.room < least and not (
                        spot.room >= 0
                        and (spot.height < here.height - high or spot.room > here.room)
                    ):
                        continue
                    reached[layer, next_row, next_column] = 1
                    stack[top] = (
                        layer * plane + <int64_t>next_row * ground.columns + next_column
                    )
                    top += 1
    finally:
        free(stack)
    return count
