"""The fan-out kernel: what several messages under way come to for each of many slots.

Slow twin: tests/oracles/fan_out.py.
"""

from libc.stdint cimport int32_t, int64_t, uint64_t

cdef enum:
    KINDS = 64  # different sums of messages whose place is remembered; usually there are a few


def gather(
    uint64_t[::1] due,
    const int32_t[::1] slots,
    list frames not None,
    int64_t[::1] begins,
    int64_t[::1] ends,
) -> bytes:
    """Takes what is due to each of `slots`; bit n of `due[slot]` stands for `frames[n]`.

    Shapes: due (S,); slots, begins, ends (N,). Afterwards `begins[k]:ends[k]` of the bytes that
    are returned is what slot k gets, in the order of frames, and nothing is due to it.

    Raises:
        ValueError: an array is too short. IndexError: no such slot.
    """
    cdef uint64_t[KINDS] kinds
    cdef int64_t[KINDS] first, last
    cdef int known = 0, n
    cdef Py_ssize_t k
    cdef int64_t size = 0, begin
    cdef uint64_t kind
    if begins.shape[0] < slots.shape[0] or ends.shape[0] < slots.shape[0]:
        raise ValueError("an entry for each slot")
    pieces = []
    for k in range(slots.shape[0]):
        if not 0 <= slots[k] < due.shape[0]:
            raise IndexError(f"no slot {slots[k]}")
        kind = due[slots[k]]
        due[slots[k]] = 0
        begins[k] = ends[k] = 0
        if kind == 0:
            continue
        for n in range(known):
            if kinds[n] == kind:
                begins[k], ends[k] = first[n], last[n]
                break
        else:
            begin = size
            for n in range(len(frames)):
                if kind >> n & 1:
                    pieces.append(frames[n])
                    size += len(frames[n])
            begins[k], ends[k] = begin, size
            if known < KINDS:
                kinds[known], first[known], last[known] = kind, begin, size
                known += 1
    return b"".join(pieces)
