from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint64_t

from aukio.replication._record cimport Bits, Body

cdef enum:
    FRAME_ROOM = 4  # the websocket header is written in front, once the length is known
    BUFFER = 65536
    MOST_CHOSEN = 4096
    BUCKETS = 8192


cdef struct Terms:
    # What one snapshot may and must hold.
    int tick
    int before  # the tick of the viewer's snapshot before, or of its welcome
    int64_t bits  # of the frame's budget
    bint far_too  # whether changes of who is not prompt may go
    bint poses_too  # whether poses of others than the closest may go
    bint always  # send even an empty one
    int strangers  # how many who are neither near nor in focus may enter


cdef class Encoder:
    cdef uint64_t[:, ::1] interest, near, prompt, closest, middle, known, introduced, pending, focus
    cdef uint64_t[:, ::1] whole
    cdef uint64_t[:, ::1] poses_pending
    cdef uint8_t[:, ::1] waited
    cdef uint8_t[::1] answers, corrects
    cdef signed char[::1] margins
    cdef uint16_t[::1] sequences
    cdef uint8_t[:, ::1] corrections
    cdef int32_t[:, :, ::1] records
    cdef const int32_t[:, :, ::1] states
    cdef uint64_t[:, ::1] published, jumped, shifted
    cdef uint8_t[:, ::1] poses
    cdef uint64_t[::1] pose_published
    cdef uint8_t[::1] generations, kinds
    cdef int32_t[::1] introduction_bytes, turns
    cdef int hz, patience, belief, at
    cdef Py_ssize_t words
    cdef int32_t[MOST_CHOSEN] slots, bits
    cdef uint8_t[MOST_CHOSEN] sorts  # of what was chosen: its tier, and whether it is plain
    cdef Body[3][MOST_CHOSEN] bodies
    cdef int epoch
    cdef unsigned int[MOST_CHOSEN] keys
    cdef int64_t[BUCKETS] bucket_bits
    cdef int64_t spare
    cdef int chosen
    cdef uint8_t[BUFFER] buffer
    cdef Bits out
    cdef int entered
    cdef int strangers  # who may enter yet, of those `Terms.strangers` allows
    cdef int32_t[MOST_CHOSEN] entering

    cdef void note_one(self, int viewer) noexcept nogil
    cdef void let_wait(self, int viewer, Py_ssize_t word, uint64_t bits) noexcept nogil
    cdef Py_ssize_t write(self, int viewer, Terms* terms) noexcept nogil
    cdef int _write_leaves(self, int viewer) noexcept nogil
    cdef Py_ssize_t _look(self, int viewer, int64_t bits_left) noexcept nogil
    cdef int64_t _choose(self, int viewer, bint far_too, int64_t bits_left) noexcept nogil
    cdef uint64_t _admit(self, uint64_t strangers) noexcept nogil
    cdef bint _has_prompt(self, int viewer) noexcept nogil
    cdef void begin(self) noexcept nogil
    cdef int _list(self, int viewer, Py_ssize_t word, uint64_t bits, int count) noexcept nogil
    cdef int64_t _keep(self, int viewer, int64_t demand, int64_t bits_left) noexcept nogil
    cdef void _rank(self, int viewer) noexcept nogil
    cdef int _threshold(self, int64_t bits_left) noexcept nogil
    cdef int _write_records(self, int viewer) noexcept nogil
    cdef void _write_special(self, int viewer, int slot, int tier, int gap, int k) noexcept nogil
    cdef int _count_poses(self, int viewer, bint too) noexcept nogil
    cdef uint64_t _poses_in(self, int viewer, Py_ssize_t word, bint too) noexcept nogil
    cdef int _write_poses(self, int viewer, Terms* terms, int64_t bits_left) noexcept nogil
