"""The encoding kernel: what each viewer still has to be told, best first, as frozen bytes.

The layout is drawn in protocol/aukio_protocol/snapshot.py, whose Python codec is this file's slow
twin: `tests/harness.py` decodes with it whatever is encoded here.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    X, Y, Z, YAW, HEADING, SPEED, GAIT, TURN, BEND, AIR, VERTICAL, AGE

# An enum of its own: in one with the fields these would go on counting from twelve.
cdef enum:
    STILL, STRAIGHT, TURNING, FREE

cdef enum:
    MUST_BE_WHOLE = 255
    BUFFER = 49152
    BUDGET_MOST = 40000
    BUCKETS = 8192
    POSE = 17
    FRAME_ROOM = 4  # the websocket header is written in front, once the length is known

cdef extern from *:
    """
    static inline int aukio_low_bit(unsigned long long word) { return __builtin_ctzll(word); }
    """
    int aukio_low_bit(uint64_t word) noexcept nogil


cdef class Encoder:
    """Encodes the snapshots of all viewers of one world.

    Shapes (V viewers, S slots, W = S/64): interest, near, middle, known, introduced, pending,
    focus, poses_pending (V, W) uint64 bit sets; waited (V, S) uint8, ticks that a change has
    waited, 255: must be whole; records, published, jumped: see `_publish.pyx`; poses (S, 17)
    uint8, pose_published (W,) uint64; introduction_bytes (S,) int32.

    After `encode`, `entering[:entered]` lists slots that the viewer must be introduced to first.
    """

    cdef uint64_t[:, ::1] interest, near, middle, known, introduced, pending, focus, poses_pending
    cdef uint8_t[:, ::1] waited
    cdef int32_t[:, :, ::1] records
    cdef uint64_t[:, ::1] published, jumped, shifted
    cdef uint8_t[:, ::1] poses
    cdef uint64_t[::1] pose_published
    cdef uint8_t[::1] generations, kinds
    cdef int32_t[::1] introduction_bytes
    cdef int hz, patience
    cdef Py_ssize_t words
    cdef int32_t[4096] chosen_slot
    cdef uint32_t[4096] chosen_key
    cdef int32_t[4096] chosen_bits
    cdef int64_t[BUCKETS] bucket_bits
    cdef int chosen
    cdef uint8_t[BUFFER] buffer
    cdef uint64_t accumulator
    cdef int accumulated
    cdef Py_ssize_t length
    cdef readonly int entered
    cdef int32_t[::1] entering

    def __init__(self, viewers, records, published, jumped, shifted, poses, pose_published, generations,
                 kinds, introduction_bytes, entering, int tick_hz):
        self.interest, self.near, self.middle = viewers.interest, viewers.near, viewers.middle
        self.known, self.introduced = viewers.known, viewers.introduced
        self.pending, self.focus = viewers.pending, viewers.focus
        self.poses_pending, self.waited = viewers.poses_pending, viewers.waited
        self.records, self.published, self.jumped = records, published, jumped
        self.shifted = shifted
        self.poses, self.pose_published = poses, pose_published
        self.generations, self.kinds = generations, kinds
        self.introduction_bytes, self.entering = introduction_bytes, entering
        self.hz = tick_hz
        self.patience = tick_hz // 10  # ticks a low position survives, see `Publisher`
        self.words = viewers.interest.shape[1]
        if self.words * 64 > 4096:
            raise ValueError("at most 4,096 entities")

    def note(self, int viewer) -> None:
        """Takes this tick's publications into a viewer's pending set; call it every tick."""
        cdef Py_ssize_t word
        cdef uint64_t near, middle, far, due, moved
        with nogil:
            for word in range(self.words):
                near, middle = self.near[viewer, word], self.middle[viewer, word]
                far = self.interest[viewer, word] & ~(near | middle)
                due = (
                    (self.published[0, word] & near)
                    | (self.published[1, word] & middle)
                    | (self.published[2, word] & far)
                )
                # A low position bears one jump below the limit and the way of two runners while it
                # waits (`patience`); a second publication on top of a waiting one may not add to it.
                moved = self.pending[viewer, word] & (
                    (self.shifted[0, word] & near)
                    | (self.shifted[1, word] & middle)
                    | (self.shifted[2, word] & far)
                )
                self.pending[viewer, word] |= due
                self.poses_pending[viewer, word] = (
                    self.poses_pending[viewer, word] | self.pose_published[word]
                ) & near
                due = (
                    (self.jumped[0, word] & near)
                    | (self.jumped[1, word] & middle)
                    | (self.jumped[2, word] & far)
                    | moved
                )
                while due:
                    self.waited[viewer, word * 64 + aukio_low_bit(due)] = MUST_BE_WHOLE
                    due &= due - 1

    def wait(self, int viewer) -> None:
        """Lets a viewer that cannot receive now wait for one tick."""
        cdef Py_ssize_t word
        with nogil:
            for word in range(self.words):
                self._let_wait(viewer, word, self.pending[viewer, word])

    cdef inline void _let_wait(self, int viewer, Py_ssize_t word, uint64_t bits) noexcept nogil:
        cdef int slot
        while bits:
            slot = <int>word * 64 + aukio_low_bit(bits)
            bits &= bits - 1
            if self.waited[viewer, slot] < MUST_BE_WHOLE - 1:
                self.waited[viewer, slot] += 1

    def encode(self, int viewer, int own, int tick, int sequence, int margin, int budget,
               bytes correction, bint far_too, bint always):
        """Encodes one viewer's snapshot as a whole websocket frame, or None if it would be empty.

        Args:
            own: the viewer's own slot. budget: bytes this frame may have, introductions
                included; leaves and the correction always go. far_too: whether changes outside
                the near set may go this tick. always: send even an empty snapshot.
        """
        cdef int64_t bits_left = <int64_t>min(budget, BUDGET_MOST) * 8
        cdef int flags = 0, count = 0, poses = 0
        cdef Py_ssize_t counted
        self.entered = 0
        self.length = FRAME_ROOM
        self.accumulated, self.accumulator = 0, 0
        self._put(0x81, 8)
        self._put(tick & 0xFFFF, 16)
        self._put(sequence, 16)
        self._put(margin & 0xFF, 8)
        self._put(0, 8)
        if correction is not None:
            flags |= 1
            memcpy(&self.buffer[self.length], <const char*>correction, len(correction))
            self.length += len(correction)
        with nogil:
            if self._write_leaves(viewer):
                flags |= 2
            bits_left -= (self.length - FRAME_ROOM) * 8
            counted = self.length
            self.length += 2
            self._choose(viewer, own, far_too)
            count = self._write_chosen(viewer, bits_left)
            self.buffer[counted] = count & 0xFF
            self.buffer[counted + 1] = count >> 8
            poses = self._write_poses(viewer, tick, bits_left - (self.length - counted) * 8)
            if poses:
                flags |= 4
        if not (flags or count or always):
            return None
        self.buffer[FRAME_ROOM + 6] = flags
        return self._framed()

    cdef object _framed(self):
        cdef Py_ssize_t payload = self.length - FRAME_ROOM
        cdef Py_ssize_t start
        if payload < 126:
            start = FRAME_ROOM - 2
            self.buffer[start + 1] = <uint8_t>payload
        else:
            start = 0
            self.buffer[1] = 126
            self.buffer[2], self.buffer[3] = <uint8_t>(payload >> 8), <uint8_t>(payload & 0xFF)
        self.buffer[start] = 0x82
        return PyBytes_FromStringAndSize(<char*>&self.buffer[start], self.length - start)

    cdef int _write_leaves(self, int viewer) noexcept nogil:
        cdef Py_ssize_t word, counted = self.length
        cdef uint64_t gone
        cdef int slot, count = 0
        for word in range(self.words):
            gone = self.known[viewer, word] & ~self.interest[viewer, word]
            while gone and count < 255:
                slot = <int>word * 64 + aukio_low_bit(gone)
                gone &= gone - 1
                if count == 0:
                    self.length += 1
                self._put(slot, 16)
                count += 1
                self.known[viewer, word] &= ~(<uint64_t>1 << (slot & 63))
        if count:
            self.buffer[counted] = count
        return count

    cdef void _choose(self, int viewer, int own, bint far_too) noexcept nogil:
        """Lists what is pending with its cost and its urgency, in the order of slots."""
        cdef Py_ssize_t word
        cdef uint64_t bits, bit, may
        cdef int slot, n = 0, tier, bits_needed
        cdef int32_t* record
        cdef int32_t* mine = &self.records[0, own, 0]
        cdef double dx, dz, patience, urgency
        cdef float key
        for word in range(self.words):
            bits = self.pending[viewer, word] & self.interest[viewer, word]
            may = self.near[viewer, word] | ~self.known[viewer, word] | self.focus[viewer, word]
            if not far_too:
                self._let_wait(viewer, word, bits & ~may)
                bits &= may
            while bits:
                bit = bits & (~bits + 1)
                slot = <int>word * 64 + aukio_low_bit(bits)
                bits ^= bit
                tier = self._tier(viewer, word, bit)
                record = &self.records[tier, slot, 0]
                dx, dz = (record[X] - mine[X]) / 65536.0, (record[Z] - mine[Z]) / 65536.0
                patience = self.waited[viewer, slot] + 1.0
                urgency = patience * patience
                urgency = urgency * urgency / (dx * dx + dz * dz + 9)
                if record[GAIT] == 0:
                    urgency *= 16  # a stop ends a ghost
                if self.focus[viewer, word] & bit:
                    urgency = urgency * 1e12 + 1e12
                key = <float>urgency
                bits_needed = self._cost(viewer, word, bit, slot, record)
                self.chosen_slot[n], self.chosen_bits[n] = slot, bits_needed
                memcpy(&self.chosen_key[n], &key, 4)
                self.chosen_key[n] >>= 18  # exponent and five bits: a bucket of urgency
                n += 1
        self.chosen = n

    cdef inline int _tier(self, int viewer, Py_ssize_t word, uint64_t bit) noexcept nogil:
        return 0 if self.near[viewer, word] & bit else 1 if self.middle[viewer, word] & bit else 2

    cdef int _cost(
        self, int viewer, Py_ssize_t word, uint64_t bit, int slot, int32_t* record
    ) noexcept nogil:
        cdef int form = self._form(record), bits = 13
        if not self.known[viewer, word] & bit:
            bits += 76
            if not self.introduced[viewer, word] & bit:
                bits += 8 * self.introduction_bytes[slot]
        else:
            bits += 66 if self.waited[viewer, slot] > self.patience else 20
        if record[AIR]:
            bits += 26
        return bits + (10 if form == STILL else 15 if form == STRAIGHT else 37)

    cdef int _write_chosen(self, int viewer, int64_t bits_left) noexcept nogil:
        """Writes the most urgent that fit; the rest waits on. Returns how many were written."""
        cdef int64_t total = 0
        cdef int n, count = 0, threshold = -1, previous = -1, slot, bucket
        cdef bint take
        for n in range(self.chosen):
            total += self.chosen_bits[n]
        if total > bits_left:
            threshold = self._threshold(bits_left)
        for n in range(self.chosen):
            slot, bucket = self.chosen_slot[n], self.chosen_key[n]
            take = bucket >= threshold and self.chosen_bits[n] <= bits_left
            if take and self.length < BUFFER - 256 and count < 4000:
                bits_left -= self.chosen_bits[n]
                self._write_record(viewer, slot, previous)
                previous = slot
                count += 1
            elif self.waited[viewer, slot] < MUST_BE_WHOLE - 1:
                self.waited[viewer, slot] += 1
        self._align()
        return count

    cdef int _threshold(self, int64_t bits_left) noexcept nogil:
        """The bucket of urgency down to which all, and in which some, fit."""
        cdef int n, bucket
        for bucket in range(BUCKETS):
            self.bucket_bits[bucket] = 0
        for n in range(self.chosen):
            self.bucket_bits[self.chosen_key[n]] += self.chosen_bits[n]
        for bucket in range(BUCKETS - 1, -1, -1):
            bits_left -= self.bucket_bits[bucket]
            if bits_left < 0:
                return bucket
        return -1

    cdef void _write_record(self, int viewer, int slot, int previous) noexcept nogil:
        cdef Py_ssize_t word = slot >> 6
        cdef uint64_t bit = <uint64_t>1 << (slot & 63)
        cdef int32_t* record = &self.records[self._tier(viewer, word, bit), slot, 0]
        cdef bint enter = not self.known[viewer, word] & bit
        cdef bint whole = enter or self.waited[viewer, slot] > self.patience
        cdef int gap = slot - previous - 1
        if gap < 128:
            self._put(gap << 1, 8)
        else:
            self._put(<uint64_t>slot << 1 | 1, 17)
        self._put(enter, 1)
        if enter:
            self._put(self.generations[slot], 8)
            self._put(self.kinds[slot], 2)
            self.known[viewer, word] |= bit
            if not self.introduced[viewer, word] & bit:
                self.introduced[viewer, word] |= bit
                self.entering[self.entered] = slot
                self.entered += 1
        self._put(whole, 1)
        if whole:
            self._put((record[X] >> 8) & 0xFFFFFF, 24)
            self._put((record[Z] >> 8) & 0xFFFFFF, 24)
            self._put((record[Y] >> 8) & 0x3FFFF, 18)
        else:
            self._put((record[X] >> 8) & 1023, 10)
            self._put((record[Z] >> 8) & 1023, 10)
        self._put(record[AIR] != 0, 1)
        if record[AIR]:
            if not whole:
                self._put((record[Y] >> 8) & 0x3FFFF, 18)
            self._put(((2 * record[VERTICAL] * self.hz + 8192) >> 14) & 0xFF, 8)
        self._write_motion(record)
        self.pending[viewer, word] &= ~bit
        self.waited[viewer, slot] = 0

    cdef void _write_motion(self, int32_t* record) noexcept nogil:
        cdef int form = self._form(record), normal
        self._put(form, 2)
        if form == TURNING:
            self._put(record[YAW], 16)
        else:
            self._put(record[YAW] >> 6, 10)
        if form == FREE:
            self._put((record[HEADING] >> 6) & 1023, 10)
            self._put(record[SPEED], 8)
            self._put(record[GAIT], 2)
        elif form != STILL:
            if form == STRAIGHT:
                self._put(record[GAIT] == 2, 1)
            else:
                self._put(record[GAIT], 2)
            self._put(((record[HEADING] - record[YAW]) & 65535) >> 13, 3)
            normal = 45 if record[GAIT] == 1 else 128 if record[GAIT] == 2 else 0
            self._put(record[SPEED] != normal, 1)
            if record[SPEED] != normal:
                self._put(record[SPEED], 8)
            if form == TURNING:
                self._put(record[TURN] < 0, 1)
                self._put(record[TURN] if record[TURN] >= 0 else -record[TURN], 4)
                self._put(record[BEND], 6)

    cdef inline int _form(self, int32_t* record) noexcept nogil:
        if record[AIR] or record[GAIT] == 3:
            return FREE
        if not (record[GAIT] or record[SPEED] or record[BEND]):
            return STILL
        if (record[HEADING] - record[YAW]) & 8191:
            return FREE
        if record[BEND]:
            return TURNING
        return STRAIGHT if record[GAIT] else FREE

    cdef int _write_poses(self, int viewer, int tick, int64_t bits_left) noexcept nogil:
        """Writes poses from another slot on in each tick, so that none starves behind others."""
        cdef Py_ssize_t word, counted = self.length, step
        cdef int begin = tick * 37 % (<int>self.words * 64)
        cdef uint64_t bits, behind = ~<uint64_t>0 << (begin & 63)
        cdef int slot, count = 0
        for step in range(self.words + 1):
            word = ((begin >> 6) + step) % self.words
            bits = self.poses_pending[viewer, word] & self.known[viewer, word]
            if step == 0:
                bits &= behind
            elif step == self.words:
                bits &= ~behind
            while bits and count < 255 and bits_left >= 8 * (POSE + 3):
                slot = <int>word * 64 + aukio_low_bit(bits)
                bits &= bits - 1
                if count == 0:
                    self.length += 1
                self._put(slot, 16)
                memcpy(&self.buffer[self.length], &self.poses[slot, 0], POSE)
                self.length += POSE
                self.poses_pending[viewer, word] &= ~(<uint64_t>1 << (slot & 63))
                bits_left -= 8 * (POSE + 2)
                count += 1
        if count:
            self.buffer[counted] = count
        return count

    cdef inline void _put(self, uint64_t value, int bits) noexcept nogil:
        self.accumulator |= (value & ((<uint64_t>1 << bits) - 1)) << self.accumulated
        self.accumulated += bits
        while self.accumulated >= 8:
            self.buffer[self.length] = self.accumulator & 0xFF
            self.length += 1
            self.accumulator >>= 8
            self.accumulated -= 8

    cdef inline void _align(self) noexcept nogil:
        if self.accumulated:
            self.buffer[self.length] = self.accumulator & 0xFF
            self.length += 1
            self.accumulator, self.accumulated = 0, 0
