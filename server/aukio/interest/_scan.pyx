"""The interest kernel: who a viewer should know, and how closely.

Slow twin: tests/oracles/interest.py.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

cdef enum:
    NEAREST = 24


def refresh(
    int viewer,
    int own,
    const int32_t[::1] slots,
    const int32_t[:, :, ::1] states,
    int at,
    uint64_t[:, ::1] interest,
    uint64_t[:, ::1] near,
    uint64_t[:, ::1] middle,
    uint64_t[:, ::1] pending,
    int64_t view_squared,
    int64_t middle_squared,
):
    """Renews a viewer's bit sets; everybody who changes tier, either way, becomes pending.

    Near is the nearest 24 by rank, at any distance inside the view. Whoever is already in a set
    stays until 10 % further out (21 % of the square), so nobody flickers on an edge. Squares are
    in (1/256 m)^2.
    """
    cdef Py_ssize_t n, word
    cdef int slot, count = 0, k
    cdef int64_t dx, dz, away, rank
    cdef int64_t own_x = states[own, at, 0] >> 8, own_z = states[own, at, 2] >> 8
    cdef uint64_t bit, changed
    cdef int64_t[NEAREST] ranks
    cdef int32_t[NEAREST] nearest
    cdef uint64_t old_near, old_middle, old_interest
    cdef Py_ssize_t words = interest.shape[1]
    cdef uint64_t[1024] new_interest
    cdef uint64_t[1024] new_near
    cdef uint64_t[1024] new_middle
    with nogil:
        for word in range(words):
            new_interest[word] = new_near[word] = new_middle[word] = 0
        for n in range(slots.shape[0]):
            slot = slots[n]
            if slot == own:
                continue
            dx, dz = (states[slot, at, 0] >> 8) - own_x, (states[slot, at, 2] >> 8) - own_z
            away = dx * dx + dz * dz
            word, bit = slot >> 6, <uint64_t>1 << (slot & 63)
            if away > (view_squared * 121 // 100 if interest[viewer, word] & bit else view_squared):
                continue
            new_interest[word] |= bit
            if away <= (
                middle_squared * 121 // 100 if middle[viewer, word] & bit else middle_squared
            ):
                new_middle[word] |= bit
            rank = away * 100 // 121 if near[viewer, word] & bit else away
            if count < NEAREST or rank < ranks[count - 1]:
                k = count if count < NEAREST else NEAREST - 1
                while k > 0 and ranks[k - 1] > rank:
                    ranks[k], nearest[k] = ranks[k - 1], nearest[k - 1]
                    k -= 1
                ranks[k], nearest[k] = rank, slot
                if count < NEAREST:
                    count += 1
        for k in range(count):
            new_near[nearest[k] >> 6] |= <uint64_t>1 << (nearest[k] & 63)
        for word in range(words):
            new_middle[word] &= ~new_near[word]
            changed = (
                (new_near[word] ^ near[viewer, word])
                | (new_middle[word] ^ middle[viewer, word])
                | (new_interest[word] ^ interest[viewer, word])
            )
            interest[viewer, word] = new_interest[word]
            near[viewer, word] = new_near[word]
            middle[viewer, word] = new_middle[word]
            pending[viewer, word] = (pending[viewer, word] | changed) & new_interest[word]
