"""The identity kernel: which changed identities a viewer is told now, within an allowance.

A change costs up to 130 bytes where a motion record costs five. It has an allowance of its own and
waits apart from the records: otherwise people who change their looks would hold up everybody's
news. tests/oracles/identity.py is this file's slow twin.
"""

from libc.stdint cimport int32_t, uint64_t

from aukio.replication._record cimport aukio_low_bit


cdef class Identities:
    """Chooses whom a viewer is introduced to again: those it knows and sees, but not as they are.

    Shapes (V viewers, S slots, W = S/64): interest, near, known, introduced, focus (V, W) uint64
    bit sets; introduction_bytes (S,) int32; chosen (S,) int32.

    After `choose`, `chosen[:count]` lists them and `bytes` is what their introductions take.
    """

    def __init__(self, viewers, introduction_bytes, chosen):
        self.interest, self.near, self.known = viewers.interest, viewers.near, viewers.known
        self.introduced, self.focus = viewers.introduced, viewers.focus
        self.introduction_bytes, self.chosen = introduction_bytes, chosen
        self.words = viewers.interest.shape[1]
        if self.words * 64 > MOST_SLOTS:
            raise ValueError(f"at most {MOST_SLOTS} entities")

    def choose(self, int viewer, bint near_only, int allowance) -> int:
        """Takes those whose turn it is while they fit, and counts them as introduced.

        `near_only`: among the near and the focus; else among all. Who alternates neither keeps
        neighbours waiting behind a crowd nor the crowd behind neighbours. Turns go round, so that
        whoever changes again and again waits behind those who have not been told of.
        """
        return self.take(viewer, near_only, allowance)

    cdef int take(self, int viewer, bint near_only, int allowance) noexcept nogil:
        cdef int begin = self.turns[near_only][viewer]
        cdef Py_ssize_t step, word
        cdef uint64_t due, behind = ~<uint64_t>0 << (begin & 63)
        cdef int slot
        cdef const uint64_t* known = &self.known[viewer, 0]
        cdef const uint64_t* interest = &self.interest[viewer, 0]
        cdef const uint64_t* introduced = &self.introduced[viewer, 0]
        self.count = self.bytes = 0
        due = 0
        for word in range(self.words):
            due |= known[word] & interest[word] & ~introduced[word]
        if not due:
            return 0  # as almost always
        for step in range(self.words + 1):
            word = ((begin >> 6) + step) % self.words
            due = self.known[viewer, word] & self.interest[viewer, word]
            due &= ~self.introduced[viewer, word]
            if near_only:
                due &= self.near[viewer, word] | self.focus[viewer, word]
            if step == 0:
                due &= behind
            elif step == self.words:
                due &= ~behind
            while due:
                slot = <int>word * 64 + aukio_low_bit(due)
                due &= due - 1
                if self.bytes + self.introduction_bytes[slot] > allowance:
                    self.turns[near_only][viewer] = slot
                    break
                self.introduced[viewer, word] |= <uint64_t>1 << (slot & 63)
                self.chosen[self.count] = slot
                self.count += 1
                self.bytes += self.introduction_bytes[slot]
            else:
                continue
            break
        return self.count
