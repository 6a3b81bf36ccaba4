"""The decoder as other kernels see it: what a viewer believes, and its doors for raw bytes."""

cimport cython
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t

from aukio_bench._bits cimport Bits
from aukio_bench._news cimport News

cdef packed struct Belief:
    int32_t x, y, z, vertical, tick
    uint16_t yaw, heading
    uint8_t speed, gait, bend, air
    int8_t turn
    uint8_t generation, kind, known


@cython.final
cdef class View:
    # What every snapshot needs stands first, side by side: views of thousands are in no cache.
    cdef Belief* row
    cdef int16_t* introduced
    cdef News* news  # of the snapshot applied last of any view
    cdef readonly int own, tick, input, margin, records, entered, left, snapshots, known
    cdef readonly int record_bytes, pose_bytes  # of the snapshot applied last
    cdef readonly bint is_corrected, answered
    cdef int hz, capacity, belief
    cdef uint8_t[24] fix
    cdef readonly object rows
    cdef object generations

    cdef int take_introduction(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef int take_snapshot(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef int peek_tick(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef void _leaves(self, Bits* bits) noexcept nogil
    cdef int _tick(self, Bits* bits) noexcept nogil
    cdef int _read(self, Bits* bits, int k) noexcept nogil
    cdef int _apply(self, int count, int fault) noexcept nogil
    cdef int _acquaintance(self, const News* news, const Belief* b) noexcept nogil
    cdef int _renew(self, const News* news, Belief* b) noexcept nogil
    cdef void _poses(self, Bits* bits, bint are_known) noexcept nogil
    cdef void _advance(self, Belief* b, int tick) noexcept nogil
