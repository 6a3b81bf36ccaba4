"""The far crowd kernel: how many people stand in each cell whom a viewer does not know.

Slow twin: tests/oracles/crowd.py.
"""

from libc.stdint cimport INT32_MAX, INT32_MIN, int32_t, uint8_t, uint64_t

cdef extern from *:
    """
    static int aukio_set_bits(uint64_t word) { return __builtin_popcountll(word); }
    """
    int aukio_set_bits(uint64_t word) nogil

cdef enum:
    CELL_M = 16  # cells are this wide, or wider by powers of two until they fit
    WIDEST_M = 128
    UNIT_BITS = 16  # a metre has 2^16 position units


def count_beyond(
    int viewer,
    const int32_t[::1] slots,
    const int32_t[:, :, ::1] states,
    int at,
    const uint64_t[:, ::1] known,
    uint8_t[::1] counts,
) -> tuple:
    """Counts the living whom a viewer does not know one by one, by cells.

    Returns the cell's side in metres, the indices of the first column (west) and row (north), how
    many columns and rows there are, and how many people; (0, 0, 0, 0, 0, 0) for nobody. The first
    columns x rows of `counts` are the heads, row by row, 255 for 255 or more. Who stands further
    out than the widest cells reach is counted at the edge.
    """
    cdef Py_ssize_t n
    cdef int slot, people = 0, west = INT32_MAX, north = INT32_MAX, east = INT32_MIN
    cdef int south = INT32_MIN, x, z, side = CELL_M, shift = UNIT_BITS + 4, columns, rows, cell
    # Usually everybody is known one by one. (Whoever has ended is known until the next snapshot:
    # that hides one head for a second at most.)
    for n in range(known.shape[1]):
        people += aukio_set_bits(known[viewer, n])
    if people >= slots.shape[0] - 1 and not known[viewer, viewer >> 6] >> (viewer & 63) & 1:
        return 0, 0, 0, 0, 0, 0
    people = 0
    with nogil:
        for n in range(slots.shape[0]):
            slot = slots[n]
            if slot == viewer or known[viewer, slot >> 6] >> (slot & 63) & 1:
                continue
            people += 1
            x, z = states[slot, at, 0], states[slot, at, 2]
            west, east = min(west, x), max(east, x)
            north, south = min(north, z), max(south, z)
    if people == 0:
        return 0, 0, 0, 0, 0, 0
    with nogil:
        while True:
            columns = (east >> shift) - (west >> shift) + 1
            rows = (south >> shift) - (north >> shift) + 1
            if (columns <= 255 and columns * rows <= counts.shape[0]) or side >= WIDEST_M:
                break
            side, shift = side * 2, shift + 1
        columns = min(columns, 255)
        rows = min(rows, <int>(counts.shape[0] // columns))
        for cell in range(columns * rows):
            counts[cell] = 0
        for n in range(slots.shape[0]):
            slot = slots[n]
            if slot == viewer or known[viewer, slot >> 6] >> (slot & 63) & 1:
                continue
            x = min((states[slot, at, 0] >> shift) - (west >> shift), columns - 1)
            z = min((states[slot, at, 2] >> shift) - (north >> shift), rows - 1)
            cell = z * columns + x
            if counts[cell] < 255:
                counts[cell] += 1
    return side, west >> shift, north >> shift, columns, rows, people
