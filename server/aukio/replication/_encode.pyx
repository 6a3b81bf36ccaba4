"""The encoding kernel: what one viewer still has to be told, best first, as one snapshot.

The layout is drawn in protocol/aukio_protocol/snapshot.py, whose Python codec is this file's slow
twin: `tests/harness.py` decodes with it whatever is encoded here. `_frames.pyx` calls this for
each viewer of a tick.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy

from aukio.replication._record cimport (
    GAIT, Body, align, aukio_low_bit, aukio_ones, bits_of, make_body, put, put_body, put_gap,
    put_record, rice_of,
)

cdef enum:
    LONGEST = 254  # ticks of waiting that are counted
    RING = 16  # see `sim.entities`
    POSE = 17
    FAR = 2  # the coarsest tier
    CORRECTION = 24
    ENOUGH = 3  # times what fits is looked at; the rest waits for its turn unseen
    ENOUGH_BITS = 8192  # and at least this
    RECORD_BITS = 40  # of a usual change
    ENTER_BITS = 240  # of a usual introduction with its record
    PLAIN = 4  # beside a tier: a record that is the same for all who are sent it in this tick
    MANY = 1 << 12  # strangers: no limit
    ENTER_WAIT = 10  # ticks; who is not known yet grows no more urgent from then on


cdef class Encoder:
    """Encodes the snapshots of all viewers of one world.

    Shapes (V viewers, S slots, W = S/64): interest, near, prompt, closest, middle, known,
    introduced, pending, whole, focus, poses_pending (V, W) uint64 bit sets; waited (V, S) uint8, ticks that a
    change has waited; answers, corrects (V,) uint8: what is owed; margins (V,) int8;
    sequences (V,) uint16; turns (V,) int32, the word of slots that is looked at next; corrections
    (V, 24) uint8; records, published, jumped, shifted: see `_publish.pyx`; states: see
    `sim.entities`; poses (S, 17) uint8, pose_published (W,) uint64; introduction_bytes (S,) int32.
    """

    def __init__(self, viewers, motion, entities, sequences, introduction_bytes, int tick_hz):
        self.interest, self.near, self.middle = viewers.interest, viewers.near, viewers.middle
        self.prompt, self.closest = viewers.prompt, viewers.closest
        self.known, self.introduced = viewers.known, viewers.introduced
        self.pending, self.focus = viewers.pending, viewers.focus
        self.poses_pending, self.waited = viewers.poses_pending, viewers.waited
        self.whole = viewers.whole
        self.answers, self.margins = viewers.answers, viewers.margins
        self.corrects, self.corrections = viewers.corrects, viewers.corrections
        self.records, self.published, self.jumped = motion.records, motion.published, motion.jumped
        self.shifted, self.pose_published = motion.shifted, motion.pose_published
        self.poses, self.generations, self.kinds = (
            entities.poses, entities.generations, entities.kinds
        )
        self.states = entities.states
        self.sequences, self.introduction_bytes = sequences, introduction_bytes
        self.turns = viewers.turns
        self.hz, self.belief = tick_hz, (3 * tick_hz + 4) // 5
        self.patience = tick_hz // 10  # ticks a low position survives, see `Publisher`
        self.words = viewers.interest.shape[1]
        self.out.buffer = self.buffer
        if self.words * 64 > MOST_CHOSEN:
            raise ValueError(f"at most {MOST_CHOSEN} entities")

    def note(self, const int32_t[::1] viewers) -> None:
        """Takes this tick's publications into viewers' pending sets; call it every tick for all."""
        cdef Py_ssize_t n
        with nogil:
            for n in range(viewers.shape[0]):
                self.note_one(viewers[n])

    cdef void begin(self) noexcept nogil:
        """The records may be others than at the last call."""
        self.epoch += 1

    cdef void note_one(self, int viewer) noexcept nogil:
        # Rows as pointers: through `self` the compiler would load each again after every store.
        cdef uint64_t* near_row = &self.near[viewer, 0]
        cdef const uint64_t* prompt_row = &self.prompt[viewer, 0]
        cdef uint64_t* middle_row = &self.middle[viewer, 0]
        cdef uint64_t* interest_row = &self.interest[viewer, 0]
        cdef uint64_t* pending_row = &self.pending[viewer, 0]
        cdef uint64_t* whole_row = &self.whole[viewer, 0]
        cdef uint64_t* poses_row = &self.poses_pending[viewer, 0]
        cdef const uint64_t* posed = &self.pose_published[0]
        cdef const uint64_t* published = &self.published[0, 0]
        cdef const uint64_t* jumped = &self.jumped[0, 0]
        cdef const uint64_t* shifted = &self.shifted[0, 0]
        cdef Py_ssize_t word, words = self.words
        cdef uint64_t near, middle, far, was, whole
        for word in range(words):
            near, middle = near_row[word], middle_row[word]
            far = interest_row[word] & ~(near | middle)
            was = pending_row[word]
            pending_row[word] = was | (
                (published[word] & near)
                | (published[words + word] & middle)
                | (published[2 * words + word] & far)
            )
            poses_row[word] = (poses_row[word] | posed[word]) & prompt_row[word]
            # A low position bears one jump below the limit and the way of two runners while it
            # waits (`patience`); a second publication on top of a waiting one may not add to it.
            whole = (
                ((jumped[word] | (shifted[word] & was)) & near)
                | ((jumped[words + word] | (shifted[words + word] & was)) & middle)
                | ((jumped[2 * words + word] | (shifted[2 * words + word] & was)) & far)
            )
            whole_row[word] |= whole

    cdef void let_wait(self, int viewer, Py_ssize_t word, uint64_t bits) noexcept nogil:
        """Lets changes wait for one tick; a low position does not survive many."""
        cdef uint8_t* waited = &self.waited[viewer, word * 64]
        cdef int slot
        while bits:
            slot = aukio_low_bit(bits)
            if waited[slot] < LONGEST:
                waited[slot] += 1
            if waited[slot] > self.patience:
                self.whole[viewer, word] |= bits & (~bits + 1)
            bits &= bits - 1

    cdef Py_ssize_t write(self, int viewer, Terms* terms) noexcept nogil:
        """Encodes one snapshot into `buffer`, behind FRAME_ROOM bytes.

        Returns where it ends, or 0 when it would be empty. `entering[:entered]` are the slots its
        viewer must be introduced to first; their introductions are within the budget. Leaves and
        the correction go in any case.
        """
        cdef Py_ssize_t start
        cdef int flags = 0, k, poses
        cdef int64_t bits = terms.bits, demand, held
        self.entered, self.strangers = 0, terms.strangers
        self.at = terms.tick & (RING - 1)
        self.out.length, self.out.rest, self.out.count = FRAME_ROOM, 0, 0
        put(&self.out, 0x81, 8)
        put(&self.out, 0, 8)
        put(&self.out, terms.tick & 0xFF, 8)
        if terms.tick - terms.before > 255:
            flags |= 16
            put(&self.out, (terms.tick >> 8) & 0xFF, 8)
        start = self.out.length
        if self.answers[viewer]:
            flags |= 8
            put(&self.out, self.sequences[viewer], 16)
            put(&self.out, <uint8_t>self.margins[viewer], 8)
        if self.corrects[viewer]:
            flags |= 1
            memcpy(&self.buffer[self.out.length], &self.corrections[viewer, 0], CORRECTION)
            self.out.length += CORRECTION
        flags |= self._write_leaves(viewer)
        bits -= 8 * (self.out.length - FRAME_ROOM)
        demand = self._choose(viewer, terms.far_too, bits)
        # Poses get what records leave, and a quarter in any case.
        poses = self._count_poses(viewer, terms.poses_too)
        held = max(0, min(8 * (POSE + 2) * poses + 8, bits // 4)) if poses else 0
        demand = self._keep(viewer, demand, bits - held)
        if poses:
            flags |= self._write_poses(viewer, terms, bits - demand)
        if not (self.chosen or flags & 7 or terms.always):
            return 0
        k = self._write_records(viewer)
        self.buffer[FRAME_ROOM + 1] = flags | k << 5
        self.answers[viewer] = self.corrects[viewer] = 0
        return self.out.length

    cdef int _write_leaves(self, int viewer) noexcept nogil:
        """Returns the flag of leaves, if there are any."""
        cdef Py_ssize_t word, words = self.words, counted = self.out.length
        cdef const uint64_t* known = &self.known[viewer, 0]
        cdef const uint64_t* interest = &self.interest[viewer, 0]
        cdef uint64_t gone
        cdef int slot, count = 0
        for word in range(words):
            gone = known[word] & ~interest[word]
            while gone and count < 255:
                slot = <int>word * 64 + aukio_low_bit(gone)
                gone &= gone - 1
                if count == 0:
                    self.out.length += 1
                put(&self.out, slot, 16)
                count += 1
                self.known[viewer, word] &= ~(<uint64_t>1 << (slot & 63))
        if count:
            self.buffer[counted] = count
        return 2 if count else 0

    # Which records go.

    cdef Py_ssize_t _look(self, int viewer, int64_t bits_left) noexcept nogil:
        """How many words of slots, from the viewer's turn on, to look at for what is late.

        All, unless much more is late than fits: to rank two thousand records for each of two
        thousand viewers would take longest when there is least time. The others' turn comes next.
        """
        cdef const uint64_t* pending = &self.pending[viewer, 0]
        cdef const uint64_t* interest = &self.interest[viewer, 0]
        cdef const uint64_t* introduced = &self.introduced[viewer, 0]
        cdef const uint64_t* known = &self.known[viewer, 0]
        cdef const uint64_t* whole = &self.whole[viewer, 0]
        cdef Py_ssize_t step, word = self.turns[viewer], words = self.words
        cdef int64_t room = ENOUGH * max(0, bits_left) + ENOUGH_BITS
        cdef uint64_t bits
        for step in range(words):
            bits = pending[word] & interest[word] & (whole[word] | ~known[word])
            if self.strangers < MANY:
                bits &= known[word] | introduced[word]  # of the others `_admit` admits a few
            if bits:
                room -= RECORD_BITS * aukio_ones(bits)
                room -= (ENTER_BITS - RECORD_BITS) * aukio_ones(bits & ~introduced[word])
            word = word + 1 if word + 1 < words else 0
            if room < 0:
                self.turns[viewer] = <int32_t>word
                return step + 1
        return words

    cdef bint _has_prompt(self, int viewer) noexcept nogil:
        """Whether something makes a snapshot at once; then all that is near rides along.

        That is what even those far away are told of somebody prompt (who starts, stops, jumps or
        turns off), and whatever concerns the focus. A finer step of a walk, some centimetres or
        degrees, is not worth a system call of its own: it goes a tick later at most.
        """
        cdef const uint64_t* pending = &self.pending[viewer, 0]
        cdef const uint64_t* interest = &self.interest[viewer, 0]
        cdef const uint64_t* prompt = &self.prompt[viewer, 0]
        cdef const uint64_t* focus = &self.focus[viewer, 0]
        cdef const uint64_t* abrupt = &self.published[FAR, 0]
        cdef Py_ssize_t word
        for word in range(self.words):
            if pending[word] & interest[word] & ((prompt[word] & abrupt[word]) | focus[word]):
                return True
        return False

    cdef int64_t _choose(self, int viewer, bint far_too, int64_t bits_left) noexcept nogil:
        """Lists what is pending with its cost, in the order of slots; returns all their bits."""
        cdef Py_ssize_t word, words = self.words, first = self.turns[viewer], after
        cdef Py_ssize_t looked = self._look(viewer, bits_left)
        cdef const uint64_t* pending = &self.pending[viewer, 0]
        cdef const uint64_t* interest = &self.interest[viewer, 0]
        cdef uint64_t bits, may, late, far, strange
        cdef int slot, n, count = 0
        cdef int64_t demand = 0
        cdef bint near_too = far_too or self._has_prompt(viewer)
        for word in range(words):
            bits = pending[word] & interest[word]
            if bits:
                may = self.focus[viewer, word]
                if near_too:
                    may |= self.near[viewer, word]
                late = bits & (self.whole[viewer, word] | ~self.known[viewer, word]) & ~may
                after = word - first if word >= first else word - first + words
                if after < looked:
                    may |= late if far_too else late & ~self.known[viewer, word]
                if far_too:
                    # What began in this tick waits for the next turn: by then a ramp of speed is
                    # over, and a start and the turn after it are one record. A stop does not: who
                    # stands must not walk on.
                    far = bits & ~(may | late)
                    while far:
                        slot = <int>word * 64 + aukio_low_bit(far)
                        if self.waited[viewer, slot] or not self.records[2, slot, GAIT]:
                            may |= far & (~far + 1)
                        far &= far - 1
                self.let_wait(viewer, word, bits & ~(may | late))
                bits &= may
                strange = bits & ~(self.known[viewer, word] | self.introduced[viewer, word])
                strange &= ~(self.near[viewer, word] | self.focus[viewer, word])
                if strange:
                    bits &= ~strange | self._admit(strange)
                count = self._list(viewer, word, bits, count)
        for n in range(count):
            demand += self.bits[n]
        self.chosen = count
        return demand

    cdef uint64_t _admit(self, uint64_t strangers) noexcept nogil:
        """Those of a word's strangers who may enter now; the others ask again."""
        cdef uint64_t admitted = 0, bit
        while strangers and self.strangers > 0:
            bit = strangers & (~strangers + 1)
            strangers ^= bit
            admitted |= bit
            self.strangers -= 1
        return admitted

    cdef int _list(self, int viewer, Py_ssize_t word, uint64_t bits, int count) noexcept nogil:
        """Lists some of a word's slots with their sorts and costs; returns how many there are."""
        cdef uint64_t near = self.near[viewer, word], middle = self.middle[viewer, word]
        cdef uint64_t known = self.known[viewer, word], introduced = self.introduced[viewer, word]
        cdef uint64_t plain = known & ~self.whole[viewer, word], bit
        cdef const int32_t* record
        cdef Body* body
        cdef int slot, tier, sort, cost
        cdef bint enter
        while bits:
            bit = bits & (~bits + 1)
            bits ^= bit
            slot = <int>word * 64 + aukio_low_bit(bit)
            tier = 0 if near & bit else 1 if middle & bit else 2
            record, sort = &self.records[tier, slot, 0], tier
            if plain & bit:
                body = &self.bodies[tier][slot]
                if body.epoch != self.epoch:
                    make_body(body, self.epoch, record, tier, self.belief)
                cost = body.cost
                if body.length:
                    sort |= PLAIN
            else:
                enter = not known & bit
                cost = bits_of(record, tier, enter, True, self.belief)
                if enter and not introduced & bit:
                    cost += 8 * self.introduction_bytes[slot]
            self.slots[count], self.sorts[count], self.bits[count] = slot, <uint8_t>sort, cost
            count += 1
        return count

    cdef int64_t _keep(self, int viewer, int64_t demand, int64_t bits_left) noexcept nogil:
        """Keeps the most urgent that fit; the rest waits on. Returns the bits of what is kept."""
        cdef int n, kept = 0, threshold, slot
        cdef int64_t taken = 0
        if demand <= bits_left and demand < 8 * (BUFFER - 8192):
            return demand
        bits_left = min(bits_left, 8 * (BUFFER - 8192))
        self._rank(viewer)
        threshold = self._threshold(bits_left)
        for n in range(self.chosen):
            slot = self.slots[n]
            if <int>self.keys[n] > threshold or (
                <int>self.keys[n] == threshold and self.bits[n] <= self.spare
            ):
                if <int>self.keys[n] == threshold:
                    self.spare -= self.bits[n]
                taken += self.bits[n]
                self.slots[kept], self.sorts[kept] = slot, self.sorts[n]
                kept += 1
            else:
                self.let_wait(viewer, slot >> 6, <uint64_t>1 << (slot & 63))
        self.chosen = kept
        return taken

    cdef void _rank(self, int viewer) noexcept nogil:
        """Sorts what was chosen into buckets of urgency: closeness^0.5 x waiting, stops ahead.

        Low positions go before late ones: they cost a quarter, and a viewer that let them wait
        until they are late too would never catch up again. A crowd that comes into view takes
        seconds; news of those who are known do not wait as long.
        """
        cdef int n, slot
        cdef Py_ssize_t word
        cdef uint64_t bit
        cdef int at = self.at, x = self.states[viewer, at, 0], z = self.states[viewer, at, 2]
        cdef double dx, dz, patience, urgency
        cdef float key
        for n in range(self.chosen):
            slot = self.slots[n]
            word, bit = slot >> 6, <uint64_t>1 << (slot & 63)
            # Where they are, not where their records began: a walker may be far from there.
            dx = (<double>self.states[slot, at, 0] - x) / 65536.0
            dz = (<double>self.states[slot, at, 2] - z) / 65536.0
            patience = self.waited[viewer, slot] + 1.0
            if not self.known[viewer, word] & bit:
                patience = min(patience, <double>ENTER_WAIT)
            urgency = patience * patience
            urgency = urgency * urgency / (dx * dx + dz * dz + 9)
            if not self.records[2, slot, GAIT] and self.known[viewer, word] & bit:
                urgency *= 16  # a stop ends a ghost; who comes in sees the nearest first
            if bit & (self.near[viewer, word] | (self.known[viewer, word] & ~self.whole[viewer, word])):
                urgency *= 1e8
            if self.focus[viewer, word] & bit:
                urgency = urgency * 1e12 + 1e12
            key = <float>urgency
            memcpy(&self.keys[n], &key, 4)
            self.keys[n] >>= 18  # exponent and five bits: a bucket of urgency

    cdef int _threshold(self, int64_t bits_left) noexcept nogil:
        """The bucket of urgency above which all fit; of it some do, into `spare` bits."""
        cdef int n, bucket, low = BUCKETS - 1, high = 0
        for n in range(self.chosen):
            bucket = <int>self.keys[n]
            low, high = min(low, bucket), max(high, bucket)
        for bucket in range(low, high + 1):
            self.bucket_bits[bucket] = 0
        for n in range(self.chosen):
            self.bucket_bits[self.keys[n]] += self.bits[n]
        for bucket in range(high, low - 1, -1):
            if self.bucket_bits[bucket] > bits_left:
                self.spare = bits_left
                return bucket
            bits_left -= self.bucket_bits[bucket]
        return -1

    # Writing them.

    cdef int _write_records(self, int viewer) noexcept nogil:
        """Returns k of their gaps."""
        cdef int n, slot, previous = -1, k = 0, tier
        cdef uint64_t* pending = &self.pending[viewer, 0]
        cdef uint8_t* waited = &self.waited[viewer, 0]
        if self.chosen:
            k = rice_of(self.slots[self.chosen - 1], self.chosen)
        for n in range(self.chosen):
            slot, tier = self.slots[n], self.sorts[n] & 3
            if self.sorts[n] & PLAIN:
                put_gap(&self.out, slot - previous - 1, k)
                put_body(&self.out, &self.bodies[tier][slot])
            else:
                self._write_special(viewer, slot, tier, slot - previous - 1, k)
            pending[slot >> 6] &= ~(<uint64_t>1 << (slot & 63))
            waited[slot] = 0
            previous = slot
        align(&self.out)
        return k

    cdef void _write_special(self, int viewer, int slot, int tier, int gap, int k) noexcept nogil:
        """Writes a record that is its viewer's own: it enters, or its place goes whole."""
        cdef Py_ssize_t word = slot >> 6
        cdef uint64_t bit = <uint64_t>1 << (slot & 63)
        cdef bint enter = not self.known[viewer, word] & bit
        put_record(
            &self.out,
            gap,
            k,
            &self.records[tier, slot, 0],
            tier,
            enter,
            self.generations[slot],
            self.kinds[slot],
            enter or self.whole[viewer, word] & bit != 0,
            self.hz,
            self.belief,
        )
        if enter:
            self.known[viewer, word] |= bit
            if not self.introduced[viewer, word] & bit:
                self.introduced[viewer, word] |= bit
                self.entering[self.entered] = slot
                self.entered += 1
        self.whole[viewer, word] &= ~bit

    # Poses.

    cdef uint64_t _poses_in(self, int viewer, Py_ssize_t word, bint too) noexcept nogil:
        cdef uint64_t bits = self.poses_pending[viewer, word] & self.known[viewer, word]
        return bits if too else bits & self.closest[viewer, word]

    cdef int _count_poses(self, int viewer, bint too) noexcept nogil:
        cdef Py_ssize_t word, words = self.words
        cdef const uint64_t* pending = &self.poses_pending[viewer, 0]
        cdef int count = 0
        for word in range(words):
            if pending[word]:
                count += aukio_ones(self._poses_in(viewer, word, too))
        return count

    cdef int _write_poses(self, int viewer, Terms* terms, int64_t bits_left) noexcept nogil:
        """Writes poses from another slot on in each tick, so that none starves behind others.

        Returns the flag of poses, if there are any.
        """
        cdef Py_ssize_t word, counted = self.out.length, step
        cdef int begin = (terms.tick & 0xFFFF) * 37 % (<int>self.words * 64)  # below 2^31 for ever
        cdef uint64_t bits, behind = ~<uint64_t>0 << (begin & 63)
        cdef int slot, count = 0
        for step in range(self.words + 1):
            word = ((begin >> 6) + step) % self.words
            bits = self._poses_in(viewer, word, terms.poses_too)
            if step == 0:
                bits &= behind
            elif step == self.words:
                bits &= ~behind
            while bits and count < 255 and bits_left >= 8 * (POSE + 3):
                slot = <int>word * 64 + aukio_low_bit(bits)
                bits &= bits - 1
                if count == 0:
                    self.out.length += 1
                put(&self.out, slot, 16)
                memcpy(&self.buffer[self.out.length], &self.poses[slot, 0], POSE)
                self.out.length += POSE
                self.poses_pending[viewer, word] &= ~(<uint64_t>1 << (slot & 63))
                bits_left -= 8 * (POSE + 2)
                count += 1
        if count:
            self.buffer[counted] = count
        return 4 if count else 0
