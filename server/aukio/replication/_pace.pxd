from libc.stdint cimport int32_t, int64_t, uint64_t

cdef enum:
    FULL, THIN, SKIP, GONE


cdef class Pace:
    cdef uint64_t[:, ::1] marks
    cdef int32_t[::1] acked, least, heard_at, last
    cdef int64_t[::1] stuck
    cdef int hz

    cdef int first_unheard(self, int viewer, int tick) noexcept nogil
    cdef int readiness_of(self, int viewer, int64_t unsent, int tick) noexcept nogil
    cdef void sent_to(self, int viewer, int tick) noexcept nogil
    cdef void hear(self, int viewer, int seen, int tick) noexcept nogil
