"""The interest kernel: who a viewer should know, and how closely.

Slow twin: tests/oracles/interest.py.
"""

from libc.stdint cimport int32_t, uint8_t, uint64_t

cdef extern from *:
    """
    static inline int aukio_low_bit(unsigned long long word) { return __builtin_ctzll(word); }
    """
    int aukio_low_bit(uint64_t word) noexcept nogil

cdef enum:
    NEAREST = 24  # by rank, told finely
    CLOSEST = 8  # of them, whose heads and hands are followed at the full rate
    MOST_WORDS = 1024

cdef double KEEP = 1.21  # of the square: whoever is in a set stays to 10 % further out


cdef class Scanner:
    """Renews the interest of viewers of one world; a viewer is known by its own slot.

    Shapes (S slots, W = S/64): states (S, 16, 4) int32, see `sim.entities`; interest, near,
    closest, middle, known, pending, poses_pending, whole (S, W) uint64 bit sets, see
    `replication.viewers`; posed (W,) uint64, who has a pose at all. Squares are in (1/256 m)^2.
    individuals: at most about so many, the nearest, are in a viewer's interest.
    """

    cdef const int32_t[:, :, ::1] states
    cdef uint64_t[:, ::1] interest, near, closest, middle, known, pending
    cdef uint64_t[:, ::1] poses_pending, whole
    cdef const uint64_t[::1] posed
    cdef double view, middle_reach
    cdef int individuals
    cdef Py_ssize_t words
    cdef uint64_t[MOST_WORDS] new_interest, new_near, new_closest, new_middle
    cdef double[NEAREST] ranks
    cdef int32_t[NEAREST] nearest
    cdef double[MOST_WORDS * 64] scratch
    cdef double[MOST_WORDS * 64] xs, zs, away  # of the living: where, and how far in squares
    cdef int32_t[MOST_WORDS * 64] index  # of a slot among the living, if it is one of them
    cdef int ranked

    def __init__(
        self, states, sets, posed, double view_squared, double middle_squared, int individuals
    ):
        self.states, self.posed = states, posed
        self.interest, self.near, self.closest = sets.interest, sets.near, sets.closest
        self.middle, self.pending = sets.middle, sets.pending
        self.known, self.poses_pending, self.whole = sets.known, sets.poses_pending, sets.whole
        self.view, self.middle_reach = view_squared, middle_squared
        self.individuals = individuals
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
            for n in range(slots.shape[0]):
                self.index[slots[n]] = <int32_t>n
                self.xs[n] = self.states[slots[n], at, 0] >> 8
                self.zs[n] = self.states[slots[n], at, 2] >> 8
            for n in range(viewers.shape[0]):
                self._measure(
                    self.states[viewers[n], at, 0] >> 8,
                    self.states[viewers[n], at, 2] >> 8,
                    slots.shape[0],
                )
                self._rank(viewers[n], slots)
                self._renew(viewers[n])

    cdef void _measure(self, double x, double z, Py_ssize_t count) noexcept nogil:
        """Squares of the distances to all: products below 2^53, so exact; a loop for vectors."""
        cdef Py_ssize_t n
        cdef double dx, dz
        cdef double* xs = self.xs
        cdef double* zs = self.zs
        cdef double* away = self.away
        for n in range(count):
            dx = xs[n] - x
            dz = zs[n] - z
            away[n] = dx * dx + dz * dz

    cdef double _reach(self, Py_ssize_t people) noexcept nogil:
        """How far a viewer knows people one by one: its view, or less where too many are in it."""
        cdef Py_ssize_t k = self.individuals  # oneself is the nearest, at 0
        cdef Py_ssize_t low = 0, high = people - 1, i, j
        cdef double pivot, held
        if k >= people:
            return self.view
        for i in range(people):
            self.scratch[i] = self.away[i]
        # Source: Hoare, "Algorithm 65: find", 1961.
        while low < high:
            pivot, i, j = self.scratch[(low + high) // 2], low, high
            while i <= j:
                while self.scratch[i] < pivot:
                    i += 1
                while self.scratch[j] > pivot:
                    j -= 1
                if i <= j:
                    held = self.scratch[i]
                    self.scratch[i], self.scratch[j] = self.scratch[j], held
                    i += 1
                    j -= 1
            if k <= j:
                high = j
            elif k >= i:
                low = i
            else:
                break
        return min(self.view, self.scratch[k])

    cdef void _rank(self, int viewer, const int32_t[::1] slots) noexcept nogil:
        cdef Py_ssize_t n, word, people = slots.shape[0]
        cdef int slot, k
        cdef double away, near_limit = 1e300
        cdef double view = self._reach(people), middle = self.middle_reach
        cdef double view_out = view * KEEP, middle_out = middle * KEEP
        cdef const int32_t* slot_of = &slots[0]
        cdef const uint64_t* interest_row = &self.interest[viewer, 0]
        cdef const uint64_t* middle_row = &self.middle[viewer, 0]
        cdef const uint64_t* near_row = &self.near[viewer, 0]
        cdef const double* away_of = self.away
        cdef uint64_t bit, in_view = 0, in_middle = 0
        cdef Py_ssize_t present = 0  # the word that the two above belong to: slots ascend
        for word in range(self.words):
            self.new_interest[word] = self.new_near[word] = 0
            self.new_closest[word] = self.new_middle[word] = 0
        # Who was near goes first: then almost nobody else has to be ranked.
        self.ranked = 0
        for word in range(self.words):
            bit = near_row[word]
            while bit:
                slot = <int>word * 64 + aukio_low_bit(bit)
                bit &= bit - 1
                n = self.index[slot]
                if n < people and slot_of[n] == slot and away_of[n] <= view_out:
                    near_limit = self._insert(slot, away_of[n] / KEEP)
        for n in range(people):
            slot, away = slot_of[n], away_of[n]
            word, bit = slot >> 6, <uint64_t>1 << (slot & 63)
            if word != present:
                self.new_interest[present], self.new_middle[present] = in_view, in_middle
                in_view, in_middle, present = 0, 0, word
            if away > view:
                if away > view_out or not interest_row[word] & bit:
                    continue
            in_view |= bit
            if away <= middle_out and (away <= middle or middle_row[word] & bit):
                in_middle |= bit
            if away < near_limit and slot != viewer and not near_row[word] & bit:
                near_limit = self._insert(slot, away)
        self.new_interest[present], self.new_middle[present] = in_view, in_middle
        word, bit = viewer >> 6, <uint64_t>1 << (viewer & 63)
        self.new_interest[word] &= ~bit
        self.new_middle[word] &= ~bit
        for k in range(self.ranked):
            bit = <uint64_t>1 << (self.nearest[k] & 63)
            self.new_near[self.nearest[k] >> 6] |= bit
            if k < CLOSEST:
                self.new_closest[self.nearest[k] >> 6] |= bit

    cdef double _insert(self, int slot, double rank) noexcept nogil:
        """Puts somebody among the nearest, by rank and then by slot; returns the rank to beat."""
        cdef int k = self.ranked
        if k == NEAREST:
            k -= 1
            if not self._is_before(slot, rank, k):
                return self.ranks[k] * 1.0000001 + 1
        else:
            self.ranked += 1
        while k > 0 and self._is_before(slot, rank, k - 1):
            self.ranks[k], self.nearest[k] = self.ranks[k - 1], self.nearest[k - 1]
            k -= 1
        self.ranks[k], self.nearest[k] = rank, slot
        # One who ranks the same may still come before by slot.
        return self.ranks[NEAREST - 1] * 1.0000001 + 1 if self.ranked == NEAREST else 1e300

    cdef inline bint _is_before(self, int slot, double rank, int k) noexcept nogil:
        return rank < self.ranks[k] or (rank == self.ranks[k] and slot < self.nearest[k])

    cdef void _renew(self, int viewer) noexcept nogil:
        cdef Py_ssize_t word
        cdef uint64_t changed
        for word in range(self.words):
            # Who is back before the viewer was told of their leaving went unwatched meanwhile.
            self.whole[viewer, word] |= (
                self.new_interest[word] & ~self.interest[viewer, word] & self.known[viewer, word]
            )
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
