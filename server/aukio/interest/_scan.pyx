"""The interest kernel: who a viewer should know, and how closely.

Slow twin: tests/oracles/interest.py.
"""

from libc.stdint cimport int32_t, uint16_t, uint64_t

import numpy as np

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    /* Compiled twice where the loader can choose: with vectors of four doubles, and without. */
    #if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
    #define AUKIO_VECTORS __attribute__((target_clones("avx2", "default")))
    #else
    #define AUKIO_VECTORS
    #endif

    static inline int aukio_low_bit(uint64_t word) { return __builtin_ctzll(word); }

    typedef double aukio_doubles __attribute__((vector_size(32)));
    typedef int64_t aukio_masks __attribute__((vector_size(32)));

    /* Squares of the distances to 64 entities (products below 2^53, so exact), and for each of
       five limits a bit for everybody within it. */
    AUKIO_VECTORS static void aukio_measure(
        const double *xs, const double *zs, double x, double z, const double *limits,
        double *away, uint64_t *within
    ) {
        aukio_masks a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, bit = {1, 2, 4, 8};
        for (int n = 0; n < 64; n += 4) {
            aukio_doubles east, south, square;
            memcpy(&east, xs + n, sizeof east);
            memcpy(&south, zs + n, sizeof south);
            east -= x, south -= z;
            square = east * east + south * south;
            memcpy(away + n, &square, sizeof square);
            a |= (square <= limits[0]) & bit;
            b |= (square <= limits[1]) & bit;
            c |= (square <= limits[2]) & bit;
            d |= (square <= limits[3]) & bit;
            e |= (square < limits[4]) & bit;
            bit <<= 4;
        }
        within[0] = a[0] | a[1] | a[2] | a[3];
        within[1] = b[0] | b[1] | b[2] | b[3];
        within[2] = c[0] | c[1] | c[2] | c[3];
        within[3] = d[0] | d[1] | d[2] | d[3];
        within[4] = e[0] | e[1] | e[2] | e[3];
    }
    """
    int aukio_low_bit(uint64_t word) noexcept nogil
    void aukio_measure(
        const double* xs, const double* zs, double x, double z, const double* limits,
        double* away, uint64_t* within,
    ) noexcept nogil

cdef enum:
    NEAREST = 60  # by rank, told finely: the true 50 nearest and who stays by hysteresis
    PROMPT = 24  # of them, told in the tick it happens
    CLOSEST = 8  # of these, whose heads and hands are followed at the full rate
    MOST_WORDS = 1024
    VIEW = 0, VIEW_OUT, MIDDLE, MIDDLE_OUT, RANK  # limits of `aukio_measure`

cdef double NOWHERE = 1e12  # where nobody is seen from
cdef double ENDLESS = 1e20  # of squares: further than anybody, nearer than nowhere
cdef double KEEP = 1.21  # of the square: whoever is in a set stays to 10 % further out


cdef class Scanner:
    """Renews the interest of viewers of one world; a viewer is known by its own slot.

    Shapes (S slots, W = S/64): states (S, 16, 4) int32, see `sim.entities`; interest, near,
    prompt, closest, middle, known, pending, poses_pending, whole (S, W) uint64 bit sets, see
    `replication.viewers`; posed (W,) uint64, who has a pose at all. Squares are in (1/256 m)^2.
    individuals: at most about so many, the nearest, are in a viewer's interest.
    """

    cdef const int32_t[:, :, ::1] states
    cdef uint64_t[:, ::1] interest, near, prompt, closest, middle, known, pending
    cdef uint64_t[:, ::1] poses_pending, whole
    cdef const uint64_t[::1] posed
    cdef double view, middle_reach
    cdef int individuals, ranked
    cdef double x, z  # where the viewer is
    cdef Py_ssize_t words
    cdef uint64_t[MOST_WORDS] new_interest, new_near, new_prompt, new_closest, new_middle
    cdef double[NEAREST] ranks
    cdef int32_t[NEAREST] nearest
    cdef uint16_t[:, ::1] order  # by viewer: its nearest, as they were ranked last time
    cdef int32_t[::1] ordered  # how many these were
    cdef double[MOST_WORDS * 64] scratch
    cdef double[MOST_WORDS * 64] xs, zs, away  # by slot: where, and how far in squares
    cdef double[MOST_WORDS * 64] reaches  # by viewer: how far its individuals reached last time

    def __init__(
        self, states, sets, posed, double view_squared, double middle_squared, int individuals
    ):
        self.states, self.posed = states, posed
        self.interest, self.near, self.middle = sets.interest, sets.near, sets.middle
        self.prompt, self.closest, self.pending = sets.prompt, sets.closest, sets.pending
        self.known, self.poses_pending, self.whole = sets.known, sets.poses_pending, sets.whole
        self.view, self.middle_reach = view_squared, middle_squared
        self.individuals = individuals
        self.order = np.zeros((sets.interest.shape[0], NEAREST), np.uint16)
        self.ordered = np.zeros(sets.interest.shape[0], np.int32)
        self.words = sets.interest.shape[1]
        if self.words > MOST_WORDS:
            raise ValueError(f"at most {MOST_WORDS * 64} entities")

    def refresh(self, const int32_t[::1] viewers, const int32_t[::1] slots, int at) -> None:
        """Renews viewers' sets; everybody who changes tier, either way, becomes pending.

        Near is the nearest 60 by rank, at any distance inside the view. Whoever is already in a
        set stays until 10 % further out (21 % of the square), so nobody flickers on an edge.
        `slots` are all living entities, `at` the tick's place in the ring.
        """
        cdef Py_ssize_t n
        cdef int slot
        with nogil:
            for n in range(self.words * 64):
                self.xs[n] = self.zs[n] = NOWHERE
            for n in range(slots.shape[0]):
                slot = slots[n]
                self.xs[slot] = self.states[slot, at, 0] >> 8
                self.zs[slot] = self.states[slot, at, 2] >> 8
            for n in range(viewers.shape[0]):
                self.x = self.states[viewers[n], at, 0] >> 8
                self.z = self.states[viewers[n], at, 2] >> 8
                self._rank(viewers[n], slots.shape[0])
                self._renew(viewers[n])

    cdef double _reach(self, int viewer, Py_ssize_t people) noexcept nogil:
        """How far a viewer knows people one by one: its view, or less where too many are in it."""
        cdef Py_ssize_t k = self.individuals  # oneself is the nearest, at 0
        cdef Py_ssize_t count
        if k >= people:
            return self.view
        # Those a little further than they were last time; everybody where these are too few.
        count = self._gather(KEEP * self.reaches[viewer])
        if count <= k:
            count = self._gather(ENDLESS)
        self.reaches[viewer] = self._smallest(k, count)
        return min(self.view, self.reaches[viewer])

    cdef Py_ssize_t _gather(self, double limit) noexcept nogil:
        """Puts the squares up to a limit into `scratch`; returns how many."""
        cdef double[5] limits = [limit, 0, 0, 0, 0]
        cdef uint64_t[5] within
        cdef Py_ssize_t word, count = 0
        cdef uint64_t bits
        for word in range(self.words):
            aukio_measure(
                &self.xs[word * 64], &self.zs[word * 64], self.x, self.z, limits,
                &self.away[word * 64], within,
            )
            bits = within[VIEW]
            while bits:
                self.scratch[count] = self.away[word * 64 + aukio_low_bit(bits)]
                bits &= bits - 1
                count += 1
        return count

    cdef double _smallest(self, Py_ssize_t k, Py_ssize_t count) noexcept nogil:
        """The k-th smallest in `scratch[:count]`, counted from 0.

        Source: Hoare, "Algorithm 65: find", 1961.
        """
        cdef Py_ssize_t low = 0, high = count - 1, i, j
        cdef double pivot, held
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
        return self.scratch[k]

    cdef void _rank(self, int viewer, Py_ssize_t people) noexcept nogil:
        """Fills the new sets; who was near goes first: then almost nobody else is ranked.

        In the order of last time: then almost nobody changes places.
        """
        cdef Py_ssize_t word
        cdef int slot, k
        cdef double x = self.x, z = self.z, east, south, away
        cdef double view = self._reach(viewer, people)
        cdef double[5] limits = [
            view, view * KEEP, self.middle_reach, self.middle_reach * KEEP, ENDLESS
        ]
        cdef uint64_t[5] within
        cdef const uint64_t* interest_row = &self.interest[viewer, 0]
        cdef const uint64_t* middle_row = &self.middle[viewer, 0]
        cdef const uint64_t* near_row = &self.near[viewer, 0]
        cdef uint64_t bits, in_view
        self.ranked = 0
        for word in range(self.words):
            self.new_near[word] = self.new_prompt[word] = self.new_closest[word] = 0
        for k in range(self.ordered[viewer]):
            slot = self.order[viewer, k]
            if near_row[slot >> 6] >> (slot & 63) & 1 == 0:
                continue  # ended, or the viewer is another
            east, south = self.xs[slot] - x, self.zs[slot] - z
            away = east * east + south * south
            if away <= limits[VIEW_OUT]:
                limits[RANK] = self._insert(slot, away / KEEP)
        for word in range(self.words):
            aukio_measure(
                &self.xs[word * 64], &self.zs[word * 64], x, z, limits,
                &self.away[word * 64], within,
            )
            in_view = within[VIEW] | (within[VIEW_OUT] & interest_row[word])
            if viewer >> 6 == word:
                in_view &= ~(<uint64_t>1 << (viewer & 63))
            self.new_interest[word] = in_view
            self.new_middle[word] = in_view & (
                within[MIDDLE] | (within[MIDDLE_OUT] & middle_row[word])
            )
            bits = in_view & within[RANK] & ~near_row[word]
            while bits:
                slot = <int>word * 64 + aukio_low_bit(bits)
                bits &= bits - 1
                if self.away[slot] < limits[RANK]:
                    limits[RANK] = self._insert(slot, self.away[slot])
        self.ordered[viewer] = self.ranked
        for k in range(self.ranked):
            self.order[viewer, k] = <uint16_t>self.nearest[k]
            bits = <uint64_t>1 << (self.nearest[k] & 63)
            self.new_near[self.nearest[k] >> 6] |= bits
            if k < PROMPT:
                self.new_prompt[self.nearest[k] >> 6] |= bits
            if k < CLOSEST:
                self.new_closest[self.nearest[k] >> 6] |= bits

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
        return self.ranks[NEAREST - 1] * 1.0000001 + 1 if self.ranked == NEAREST else ENDLESS

    cdef inline bint _is_before(self, int slot, double rank, int k) noexcept nogil:
        return rank < self.ranks[k] or (rank == self.ranks[k] and slot < self.nearest[k])

    cdef void _renew(self, int viewer) noexcept nogil:
        # Rows as pointers: through `self` the compiler would load each again after every store.
        cdef uint64_t* interest_row = &self.interest[viewer, 0]
        cdef uint64_t* near_row = &self.near[viewer, 0]
        cdef uint64_t* prompt_row = &self.prompt[viewer, 0]
        cdef uint64_t* closest_row = &self.closest[viewer, 0]
        cdef uint64_t* middle_row = &self.middle[viewer, 0]
        cdef uint64_t* pending_row = &self.pending[viewer, 0]
        cdef uint64_t* whole_row = &self.whole[viewer, 0]
        cdef uint64_t* poses_row = &self.poses_pending[viewer, 0]
        cdef const uint64_t* known_row = &self.known[viewer, 0]
        cdef const uint64_t* posed = &self.posed[0]
        cdef Py_ssize_t word
        cdef uint64_t changed, interest, near, middle, prompt
        for word in range(self.words):
            interest, near = self.new_interest[word], self.new_near[word]
            middle = self.new_middle[word] & ~near
            # Who is back before the viewer was told of their leaving went unwatched meanwhile.
            whole_row[word] |= interest & ~interest_row[word] & known_row[word]
            changed = (
                (near ^ near_row[word]) | (middle ^ middle_row[word])
                | (interest ^ interest_row[word])
            )
            prompt = self.new_prompt[word]
            # Who comes near brings its pose along, also one that it has held for long.
            poses_row[word] |= prompt & ~prompt_row[word] & posed[word]
            interest_row[word], near_row[word], middle_row[word] = interest, near, middle
            prompt_row[word], closest_row[word] = prompt, self.new_closest[word]
            pending_row[word] = (pending_row[word] | changed) & interest
