from libc.stdint cimport int32_t, uint64_t

cdef enum:
    MOST_SLOTS = 4096


cdef class Identities:
    cdef uint64_t[:, ::1] interest, near, known, introduced, focus
    cdef int32_t[::1] introduction_bytes, chosen
    cdef int32_t[2][MOST_SLOTS] turns  # where the next choice begins: among all, among the near
    cdef Py_ssize_t words
    cdef readonly int count, bytes

    cdef int take(self, int viewer, bint near_only, int allowance) noexcept nogil
