"""The decoder as other kernels see it: what a viewer believes, and its doors for raw bytes."""

cimport cython
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef packed struct Belief:
    int32_t x, y, z, vertical, tick
    uint16_t yaw, heading
    uint8_t speed, gait, bend, air
    int8_t turn
    uint8_t generation, kind, known


@cython.final
cdef class View:
    cdef readonly int own, tick, input, margin, records, entered, left, snapshots, known
    cdef readonly int record_bytes, pose_bytes  # of the snapshot applied last
    cdef readonly object rows, touched, before
    cdef readonly bint is_corrected, answered
    cdef uint8_t[24] fix
    cdef Belief[::1] row
    cdef int16_t[::1] introduced
    cdef int32_t[::1] touch, since
    cdef int hz, capacity, belief
    cdef const uint8_t* data
    cdef Py_ssize_t at, end
    cdef int fault

    cdef int take_introduction(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef int take_snapshot(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef int peek_tick(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef void _open(self, const uint8_t* data, Py_ssize_t size) noexcept nogil
    cdef void _leaves(self) noexcept nogil
    cdef int _tick(self) noexcept nogil
    cdef void _records(self, int k) noexcept nogil
    cdef void _record(self, int slot, Belief* b) noexcept nogil
    cdef void _meet(self, int slot, Belief* b) noexcept nogil
    cdef bint _is_coarse(self, Belief* b) noexcept nogil
    cdef void _motion(self, Belief* b, int form, bint coarse) noexcept nogil
    cdef void _way(self, Belief* b, int form) noexcept nogil
    cdef void _turn(self, Belief* b) noexcept nogil
    cdef int _form(self, Belief* b) noexcept nogil
    cdef void _poses(self, bint are_known) noexcept nogil
    cdef void _advance(self, Belief* b, int tick) noexcept nogil
    cdef int32_t _near(self, int64_t believed, bint coarse) noexcept nogil
    cdef int _rice(self, int k, int most) noexcept nogil
    cdef int _unsigned(self) noexcept nogil
    cdef int _signed(self, int bits) noexcept nogil
    cdef uint32_t _take(self, int bits) noexcept nogil
    cdef uint64_t _ahead(self) noexcept nogil
    cdef void _align(self) noexcept nogil
    cdef void _fail(self, int fault) noexcept nogil
