"""The input kernel: inputs as they arrive, checked, rate-limited and kept until the next tick.

Inputs are most of what clients send. Slow twin: tests/oracles/inbox.py, made of the readable codec
and the token bucket.
"""

import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.math cimport rint
from libc.stdint cimport int8_t, int16_t, uint8_t, uint16_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    HEAD = 11  # bytes of an input without claim and pose
    CLAIM = 4
    LIMIT = 32  # bytes
    MOST_WAITING = 32  # inputs; a client that sends more between two ticks loses the oldest
    MOST_PER_TICK = 8
    NONE = -1
    #: How far a head may lean from the body and a hand may be from the head, in 1/64 m.
    HEAD_REACH = 38  # 0.6 m
    HAND_REACH = 80  # 1.25 m
    SHOULDER = 64  # hands are measured from 1 m above the feet

cdef enum:
    _FINE, _OVER_RATE, _OVERSIZED, _MALFORMED

# What `put` returns.
FINE, OVER_RATE, OVERSIZED, MALFORMED = _FINE, _OVER_RATE, _OVERSIZED, _MALFORMED

cdef class Inbox:
    """The inputs of all clients of one world that wait for the next tick.

    Args:
        capacity: slots. per_second, burst: the rate each client is held to. move: dtype of a row,
            see `sim.commands`.

    Raises:
        ValueError: a row of another size.
    """

    def __init__(self, int capacity, double per_second, double burst, move):
        if move.itemsize != sizeof(Row):
            raise ValueError(f"a row of {move.itemsize} bytes, expected {sizeof(Row)}")
        self._boxes = np.zeros(capacity * sizeof(Box), np.uint8)
        self._waiting = np.zeros(capacity * MOST_WAITING * sizeof(Waiting), np.uint8)
        self.boxes = <Box*><size_t>self._boxes.ctypes.data
        self.waiting = <Waiting*><size_t>self._waiting.ctypes.data
        self.capacity = capacity
        self.due = np.zeros(capacity, np.int32)
        self.per_second, self.burst, self.move = per_second, burst, move

    def start(self, int slot, double now) -> None:
        """A client begins, or has ended: nothing of it waits, and its successor counts anew."""
        cdef Box* box = self._box(slot)
        box.first = box.count = 0
        box.sequence = NONE
        box.tokens, box.since = self.burst, now

    def put(self, int slot, bytes data not None, double now) -> int:
        """Takes one input, an input's id in front.

        One that is not newer than its predecessor is ignored. Returns FINE, or which rule it broke.
        """
        return self.take(
            slot, <const uint8_t*>PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), now
        )

    cdef int take(self, int slot, const uint8_t* raw, Py_ssize_t size, double now) except -1:
        cdef Py_ssize_t expected = HEAD
        cdef Box* box = self._box(slot)
        cdef Waiting* entry
        cdef Row row
        box.tokens = min(self.burst, box.tokens + (now - box.since) * self.per_second)
        box.since = now
        if box.tokens < 1:
            return _OVER_RATE
        box.tokens -= 1
        if size > LIMIT:
            return _OVERSIZED
        if size < HEAD:
            return _MALFORMED
        memcpy(&row.sequence, raw + 1, 10)  # sequence, tick, seen, yaw, flags
        row.slot = slot
        row.predicted, row.posed = row.flags >> 13 & 1, row.flags >> 14 & 1
        expected += row.predicted * CLAIM + row.posed * POSE
        if row.flags >> 15 or row.flags >> 10 & 3 == 3 or size != expected:
            return _MALFORMED
        if box.sequence != NONE and <uint16_t>(row.sequence - box.sequence - 1) >= 32767:
            return _FINE
        box.sequence = row.sequence
        row.flags &= 0x1FFF
        row.claim_x = row.claim_z = 0
        row.margin = 0
        if row.predicted:
            memcpy(&row.claim_x, raw + HEAD, CLAIM)
        if box.count == MOST_WAITING:
            box.first, box.count = (box.first + 1) % MOST_WAITING, box.count - 1
        entry = &self.waiting[slot * MOST_WAITING + (box.first + box.count) % MOST_WAITING]
        if row.posed:
            memcpy(entry.pose, raw + size - POSE, POSE)
            row.posed = is_within_reach(entry.pose)
        entry.row, entry.arrived = row, now
        box.count += 1
        if not box.due:
            box.due = True
            self.due[self.listed] = slot
            self.listed += 1
        return _FINE

    cdef Box* _box(self, int slot) except NULL:
        if not 0 <= slot < self.capacity:
            raise IndexError(f"no slot {slot}")
        return &self.boxes[slot]

    def drain(self, int next_tick, double now, int tick_hz):
        """Takes what waits, at most MOST_PER_TICK inputs of each client, oldest first.

        Returns rows (N,) of the move dtype, poses (N, 17) uint8 and waits (N,) float64, seconds
        from arrival. A row's margin is how early it came before `next_tick`, in 1/16 tick:
        -128..127.
        """
        cdef int n, k, kept = 0, count = 0, total = 0, slot, listed = self.listed
        cdef double ahead
        cdef Waiting* entry
        cdef Box* box
        for n in range(listed):
            total += min(MOST_PER_TICK, self.boxes[self.due[n]].count)
        rows = np.zeros(total, self.move)
        poses = np.zeros((total, POSE), np.uint8)
        waits = np.zeros(total)
        if total == 0:
            return rows, poses, waits
        cdef double[::1] wait = waits
        cdef Row* row = <Row*><size_t>rows.ctypes.data
        cdef uint8_t[:, ::1] pose = poses
        for n in range(listed):
            slot = self.due[n]
            box = &self.boxes[slot]
            for k in range(min(MOST_PER_TICK, box.count)):
                entry = &self.waiting[slot * MOST_WAITING + box.first]
                row[count], wait[count] = entry.row, now - entry.arrived
                ahead = <int16_t>(entry.row.tick - next_tick) + (now - entry.arrived) * tick_hz
                row[count].margin = <int8_t>max(-128.0, min(127.0, rint(ahead * 16)))
                memcpy(&pose[count, 0], entry.pose, POSE)
                box.first = (box.first + 1) % MOST_WAITING
                box.count -= 1
                count += 1
            box.due = box.count > 0
            if box.due:
                self.due[kept] = slot
                kept += 1
        self.listed = kept
        return rows, poses, waits


cdef inline int _signed(uint64_t value, int bits) noexcept nogil:
    value &= (<uint64_t>1 << bits) - 1
    return <int>value - (1 << bits) if value >> (bits - 1) else <int>value


cdef inline uint64_t _bits(const uint8_t* pose, int at) noexcept nogil:
    """At least 32 bits of a pose from bit `at` on."""
    cdef uint64_t word = 0
    cdef int size = POSE - (at >> 3)
    memcpy(&word, pose + (at >> 3), 8 if size > 8 else size)
    return word >> (at & 7)


cdef bint is_within_reach(const uint8_t* pose) noexcept nogil:
    """Whether a person could hold this pose (SPEC PO1) on the spot."""
    cdef int x = _signed(_bits(pose, 0), 7), y = <int>(_bits(pose, 7) & 255)
    cdef int z = _signed(_bits(pose, 15), 7), hand, at, dx, dy, dz
    if x * x + z * z > HEAD_REACH * HEAD_REACH:
        return False
    for hand in range(2):
        at = 44 + 46 * hand
        dx = _signed(_bits(pose, at), 8) - x
        dy = _signed(_bits(pose, at + 8), 8) + SHOULDER - y
        dz = _signed(_bits(pose, at + 16), 8) - z
        if dx * dx + dy * dy + dz * dz > HAND_REACH * HAND_REACH:
            return False
    return True
