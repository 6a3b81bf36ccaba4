from libc.stdint cimport int8_t, int16_t, int32_t, uint8_t, uint16_t

cdef enum:
    POSE = 17

cdef packed struct Row:
    int32_t slot
    uint16_t sequence, tick, seen, yaw, flags, claim_x, claim_z
    uint8_t predicted, posed
    int8_t margin


cdef struct Waiting:
    Row row
    double arrived
    uint8_t pose[POSE]


cdef struct Box:
    int32_t first, count, sequence
    double tokens, since
    bint due  # listed for the next tick


cdef class Inbox:
    cdef Box* boxes
    cdef Waiting* waiting
    cdef int32_t[::1] due
    cdef int listed
    cdef double per_second, burst
    cdef object move
    cdef int capacity
    cdef object _boxes, _waiting  # own the memory

    cdef Box* _box(self, int slot) except NULL
    cdef int take(self, int slot, const uint8_t* raw, Py_ssize_t size, double now) except -1
