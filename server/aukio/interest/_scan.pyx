"""The interest kernel: who a viewer should know, and how closely.

Slow twin: tests/oracles/interest.py.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

cdef extern from *:
    """
    static inline int aukio_low_bit(unsigned long long word) { return __builtin_ctzll(word); }
    """
    int aukio_low_bit(uint64_t word) noexcept nogil

cdef enum:
    MUST_BE_WHOLE = 255
    NEAREST = 24  # by rank, told finely
    CLOSEST = 8  # of them, whose heads and hands are followed at the full rate
    MOST_WORDS = 1024


cdef class Scanner:
    """Renews the interest of viewers of one world; a viewer is known by its own slot.

    Shapes (S slots, W = S/64): states (S, 16, 4) int32, see `sim.entities`; interest, near,
    closest, middle, known, pending, poses_pending (S, W) uint64 bit sets; waited (S, S) uint8, see
    `replication.viewers`; posed (W,) uint64, who has a pose at all. Squares are in (1/256 m)^2.
    """

    cdef const int32_t[:, :, ::1] states
    cdef uint64_t[:, ::1] interest, near, closest, middle, known, pending
    cdef uint64_t[:, ::1] poses_pending
    cdef uint8_t[:, ::1] waited
    cdef const uint64_t[::1] posed
    cdef int64_t view, middle_reach
    cdef Py_ssize_t words
    cdef uint64_t[MOST_WORDS] new_interest, new_near, new_closest, new_middle
    cdef int64_t[NEAREST] ranks
    cdef int32_t[NEAREST] nearest

    def __init__(self, states, sets, posed, int64_t view_squared, int64_t middle_squared):
        self.states, self.posed = states, posed
        self.interest, self.near, self.closest = sets.interest, sets.near, sets.closest
        self.middle, self.pending = sets.middle, sets.pending
        self.known, self.poses_pending, self.waited = sets.known, sets.poses_pending, sets.waited
        self.view, self.middle_reach = view_squared, middle_squared
        self.words = sets.interest.shape[1]
        if self.words > MOST_WORDS:
            raise ValueError(f"at most {MOST_WORDS * 64} entities")

    def refresh(self, const int32_t[::1] viewers, const int32_t[::1] slots, int at) -> None:
        """Renews viewers' sets; everybody who changes tier, either way, becomes pending.

        Near is the nearest 24 by rank, at any distance inside the view. Whoever is already in a
        set stays until 10 % further out (21 % of the square), so nobody flickers on an edge.
        `slots` are all living entities, `at` the tick's place in the ring.
        """
        cdef Py_ssize_t n
        with nogil:
            for n in range(viewers.shape[0]):
                self._rank(viewers[n], slots, at)
                self._renew(viewers[n])

    cdef void _rank(self, int viewer, const int32_t[::1] slots, int at) noexcept nogil:
        cdef Py_ssize_t n, word
        cdef int slot, count = 0, k
        cdef int64_t dx, dz, away, rank
        cdef int64_t own_x = self.states[viewer, at, 0] >> 8, own_z = self.states[viewer, at, 2] >> 8
        cdef int64_t view = self.view, middle = self.middle_reach
        cdef uint64_t bit
        for word in range(self.words):
            self.new_interest[word] = self.new_near[word] = 0
            self.new_closest[word] = self.new_middle[word] = 0
        for n in range(slots.shape[0]):
            slot = slots[n]
            if slot == viewer:
                continue
            dx = (self.states[slot, at, 0] >> 8) - own_x
            dz = (self.states[slot, at, 2] >> 8) - own_z
            away = dx * dx + dz * dz
            word, bit = slot >> 6, <uint64_t>1 << (slot & 63)
            if away > view:
                if not self.interest[viewer, word] & bit or away > view * 121 // 100:
                    continue
            self.new_interest[word] |= bit
            if away <= middle or (
                self.middle[viewer, word] & bit and away <= middle * 121 // 100
            ):
                self.new_middle[word] |= bit
            rank = away * 100 // 121 if self.near[viewer, word] & bit else away
            if count == NEAREST and rank >= self.ranks[count - 1]:
                continue
            k = count if count < NEAREST else NEAREST - 1
            while k > 0 and self.ranks[k - 1] > rank:
                self.ranks[k], self.nearest[k] = self.ranks[k - 1], self.nearest[k - 1]
                k -= 1
            self.ranks[k], self.nearest[k] = rank, slot
            if count < NEAREST:
                count += 1
        for k in range(count):
            bit = <uint64_t>1 << (self.nearest[k] & 63)
            self.new_near[self.nearest[k] >> 6] |= bit
            if k < CLOSEST:
                self.new_closest[self.nearest[k] >> 6] |= bit

    cdef void _renew(self, int viewer) noexcept nogil:
        cdef Py_ssize_t word
        cdef uint64_t changed, back
        for word in range(self.words):
            # Who is back before the viewer was told of their leaving went unwatched meanwhile.
            back = self.new_interest[word] & ~self.interest[viewer, word] & self.known[viewer, word]
            while back:
                self.waited[viewer, word * 64 + aukio_low_bit(back)] = MUST_BE_WHOLE
                back &= back - 1
            self.new_middle[word] &= ~self.new_near[word]
            changed = (
                (self.new_near[word] ^ self.near[viewer, word])
                | (self.new_middle[word] ^ self.middle[viewer, word])
                | (self.new_interest[word] ^ self.interest[viewer, word])
            )
            # Who comes near brings its pose along, also one that it has held for long.
            self.poses_pending[viewer, word] |= (
                self.new_near[word] & ~self.near[viewer, word] & self.posed[word]
            )
            self.interest[viewer, word] = self.new_interest[word]
            self.near[viewer, word] = self.new_near[word]
            self.closest[viewer, word] = self.new_closest[word]
            self.middle[viewer, word] = self.new_middle[word]
            self.pending[viewer, word] = (
                self.pending[viewer, word] | changed
            ) & self.new_interest[word]
