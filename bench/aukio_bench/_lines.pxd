"""The lines of bots as other kernels see them: seats, and the socket behind each."""

from libc.stdint cimport int64_t, uint8_t, uint32_t
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

cdef struct Line:
    int descriptor  # -1: the bytes go through a writer
    int row  # -1: retired, nobody listens any more
    int code  # of a close frame, 0 before
    bint is_used
    uint32_t serial  # tells a reused seat from the one before
    uint8_t* rest
    int rest_size


cdef inline double now_s() noexcept nogil:
    cdef timespec at
    clock_gettime(CLOCK_MONOTONIC, &at)
    return at.tv_sec + at.tv_nsec * 1e-9


cdef class Lines:
    cdef int[::1] seat_of
    cdef list writers, free_seats
    cdef dict unsent
    cdef Line* lines
    cdef int seats, epoll
    cdef uint32_t mask
    cdef readonly int64_t sent_bytes, dropped_inputs

    cdef int _seat(self, int row, int descriptor) except -1
    cdef int _watch(self, int seat, bint reads) except -1
    cdef int _leave(self, int row)
    cdef _release(self, int seat)
    cdef int _answer(self, int seat, int kind, const uint8_t* data, int size) except -1
    cdef int _write(self, int seat, const uint8_t* data, Py_ssize_t size) except -1
    cdef int _queue(self, int seat, const uint8_t* data, Py_ssize_t size) except -1
