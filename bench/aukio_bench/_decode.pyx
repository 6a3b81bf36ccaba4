"""The decoding kernel: what one bot believes of everybody else, from snapshots alone.

Each known entity is a row that carries the tick it holds at. A row is moved on only when news of
it comes or when somebody asks, so a snapshot costs its records and nothing else. The layout is
drawn in protocol/aukio_protocol/snapshot.py; that file, record.py and motion.py are this file's
slow twins. Records are read in `_news.pxd`.
"""

cimport cython
import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t
from libc.string cimport memcpy

from aukio_bench._bits cimport (
    BACK, EMPTY, ENDS, GENERATION, HEAD, INTRODUCTION, KNOWN, LEAVE, LONG, OWN, PARAMETER, RANGE,
    STRANGER, UNKNOWN, Bits, align, fail, take, take_rice, take_signed, take_unsigned,
)
from aukio_bench._news cimport (
    ENTERS, IS_COARSE, IS_CUT, IS_RARE, IS_WHOLE, KEEP, News, read_plain, read_record,
)

from aukio_protocol.motion import SINE

cdef extern from *:
    void prefetch_to_write "__builtin_prefetch"(const void* at, int writes) noexcept nogil

#: What `apply` and `introduce` return, by number.
FAULTS = (
    "fine", "ends_inside_a_field", "wrong_id_or_flag", "empty_part", "slot_out_of_range",
    "longer_than_needed", "unknown_entity", "entity_known_already", "never_introduced",
    "wrong_generation", "enter_without_place", "form_not_legal", "ramp_without_need",
    "padding_not_zero", "wrong_k", "leave_of_unknown", "own_avatar", "tick_goes_back",
    "introduction_malformed",
)

BELIEF = np.dtype([
    ("x", "<i4"), ("y", "<i4"), ("z", "<i4"), ("vertical", "<i4"), ("tick", "<i4"),
    ("yaw", "<u2"), ("heading", "<u2"), ("speed", "u1"), ("gait", "u1"), ("bend", "u1"),
    ("air", "u1"), ("turn", "i1"), ("generation", "u1"), ("kind", "u1"), ("known", "u1"),
])

cdef enum:
    LAST_SLOT = 65535
    LARGEST_K = 7
    ACCELERATION = 640
    GRAVITY = 642253
    TURN_UNIT = 87381
    POSE = 17

cdef int32_t[1024] sine
for _index in range(1024):
    sine[_index] = SINE[_index]

# The records of one snapshot between reading and applying: one piece, always in the cache.
cdef News[LAST_SLOT + 1] _desk


cdef inline int64_t floor_div(int64_t a, int64_t b) noexcept nogil:
    cdef int64_t q = a // b
    return q - 1 if (a % b != 0 and (a < 0) != (b < 0)) else q


cdef inline int32_t nearest(int64_t believed, int64_t low, bint coarse) noexcept nogil:
    """The place with these low bits that is nearest to the believed one."""
    cdef int bits = 7 if coarse else 9, shift = 11 if coarse else 9
    cdef int64_t window = <int64_t>1 << bits, base = (believed + (1 << (shift - 1))) >> shift
    cdef int64_t offset = (low - base) & (window - 1)
    return <int32_t>((base + (offset if 2 * offset < window else offset - window)) << shift)


cdef inline bint is_coarse(const Belief* b) noexcept nogil:
    """Whether a row lies on the coarse steps: its place, and its yaw unless it turns."""
    return not (b.x & 2047 or b.z & 2047 or (not b.bend and b.yaw & 255))


@cython.final
cdef class View:
    """What one viewer knows, by slot; after a fault it is broken and must be thrown away.

    Shapes: rows (S,) of BELIEF: places 1/65536 m, angles 1/65536 turn, speed 1/32 m/s, `tick` is
    the tick a row holds at; generations (S,) int16: the generation last introduced, -1 for none.
    `answered`: the last snapshot told of an input; `input` and `margin` stay until the next does.

    Warning: all views share the desk on which a snapshot's records are read, so they belong to one
    thread; `touched` and `before` hold until the next snapshot of any view.
    """

    def __init__(self, int capacity, int own, int tick, int tick_hz, rows=None):
        """`rows`, if given, is where to keep what is known: (capacity,) of BELIEF; it is cleared."""
        cdef Belief[::1] kept
        cdef int16_t[::1] introduced
        if not 0 < capacity <= LAST_SLOT + 1:
            raise ValueError(f"a view of {capacity} slots")
        if rows is None:
            rows = np.zeros(capacity, BELIEF)
        elif rows.shape != (capacity,):
            raise ValueError(f"rows of shape {rows.shape} for {capacity} slots")
        else:
            rows.view(np.uint8)[:] = 0  # 30 times as fast as by rows
        self.rows, self.generations = rows, np.full(capacity, -1, np.int16)
        kept, introduced = self.rows, self.generations
        self.row, self.introduced, self.news = &kept[0], &introduced[0], _desk
        self.own, self.tick, self.hz, self.capacity = own, tick, tick_hz, capacity
        self.belief = (3 * tick_hz + 4) // 5
        self.snapshots = self.known = self.input = self.margin = 0

    @property
    def correction(self):
        """The correction of the snapshot applied last, as its 24 bytes, or None."""
        return <bytes>self.fix[:24] if self.is_corrected else None

    @property
    def touched(self):
        """The slots of the records of the snapshot applied last, in order: (records,) int32."""
        return np.array([self.news[n].slot for n in range(self.records)], np.int32)

    @property
    def before(self):
        """The ticks of the records before those, -1 where the entity entered: (records,) int32."""
        return np.array([self.news[n].before for n in range(self.records)], np.int32)

    def introduce(self, bytes payload) -> int:
        """Takes an `Introduce`: only its entity and generation, which stand first."""
        return self.take_introduction(
            <const uint8_t*>PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload)
        )

    def tick_of(self, bytes payload) -> int:
        """The tick of a snapshot that comes next; -1 when its head is wrong."""
        return self.peek_tick(
            <const uint8_t*>PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload)
        )

    def apply(self, bytes payload) -> int:
        """Takes a snapshot; returns 0 or the number of what is wrong with it."""
        return self.take_snapshot(
            <const uint8_t*>PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload)
        )

    cdef int take_introduction(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef int slot, generation
        cdef Bits bits = Bits(data, 8, size * 8, 0)
        if take(&bits, 8) != 0x96:  # an array of its six fields
            return INTRODUCTION
        slot, generation = take_unsigned(&bits), take_unsigned(&bits)
        if bits.fault or slot < 0 or generation < 0 or generation > 255:
            return INTRODUCTION
        if slot >= self.capacity:
            return RANGE
        self.introduced[slot] = <int16_t>generation
        return 0

    cdef int peek_tick(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef Bits bits = Bits(data, 0, size * 8, 0)
        cdef int tick = self._tick(&bits)
        return -1 if bits.fault else tick

    cdef int take_snapshot(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef int flags, tick, start
        cdef Py_ssize_t poses = 0
        cdef Bits bits = Bits(data, 0, size * 8, 0)
        self.records = self.entered = self.left = 0
        self.record_bytes = self.pose_bytes = 0
        self.is_corrected = self.answered = False
        tick = self._tick(&bits)
        if bits.fault:
            return bits.fault
        flags, self.tick = data[1], tick
        self.snapshots += 1
        if flags & 8:
            self.input, self.margin = <int>take(&bits, 16), take_signed(&bits, 8)
            self.answered = True
        if flags & 1:
            start = <int>(bits.at >> 3)
            if bits.end < (start + 24) * 8:
                return ENDS
            if data[start + 23] >> 4:
                return HEAD
            memcpy(self.fix, data + start, 24)
            self.is_corrected = True
            bits.at += 24 * 8
        if flags & 2:
            self._leaves(&bits)
        poses = bits.at
        if flags & 4:
            self._poses(&bits, False)
        self.pose_bytes = <int>((bits.at - poses) >> 3)
        self.record_bytes = <int>((bits.end - bits.at) >> 3)
        if bits.fault:
            return bits.fault
        start = self._read(&bits, flags >> 5)
        bits.fault = self._apply(start, bits.fault)
        if flags & 4:
            bits.at = poses
            self._poses(&bits, True)  # who enters in this snapshot may have one
        return bits.fault

    def expect(self, const int32_t[::1] slots, int tick, int32_t[:, ::1] places) -> None:
        """Where entities are believed to be at a tick: known, x, z, yaw, speed in each row."""
        cdef Py_ssize_t n
        cdef Belief copy
        with nogil:
            for n in range(slots.shape[0]):
                copy = self.row[slots[n]]
                self._advance(&copy, tick)
                places[n, 0], places[n, 1], places[n, 2] = copy.known, copy.x, copy.z
                places[n, 3], places[n, 4] = copy.yaw, copy.speed

    def motion(self, int slot, int tick) -> tuple:
        """One entity at a tick: x, y, z, yaw, heading, speed, gait, turn, bend, air, vertical."""
        cdef Belief b = self.row[slot]
        self._advance(&b, tick)
        return (b.x, b.y, b.z, b.yaw, b.heading, b.speed, b.gait, b.turn, b.bend, bool(b.air),
                b.vertical)

    # Within.

    cdef void _leaves(self, Bits* bits) noexcept nogil:
        cdef int count = take(bits, 8), n, slot
        if not count:
            fail(bits, EMPTY)
        for n in range(count):
            slot = take(bits, 16)
            if bits.fault:
                return
            if slot >= self.capacity or not self.row[slot].known:
                fail(bits, LEAVE)
                return
            self.row[slot].known = 0
            self.known -= 1
            self.left += 1

    cdef int _tick(self, Bits* bits) noexcept nogil:
        """The tick of the snapshot that is open; leaves off behind it."""
        cdef int later
        if bits.end < 3 * 8:
            fail(bits, ENDS)
            return 0
        if bits.data[0] != 0x81:
            fail(bits, HEAD)
        bits.at = 2 * 8
        if not bits.data[1] & 16:
            later = (<int>take(bits, 8) - self.tick) & 255
            if not later:
                fail(bits, BACK)
            return self.tick + later
        later = <int16_t>(<uint16_t>(<int>take(bits, 16) - self.tick))
        if later <= 0:
            fail(bits, BACK)
        elif later < 256:
            fail(bits, LONG)
        return self.tick + later

    cdef int _read(self, Bits* bits, int k) noexcept nogil:
        """Reads all records and asks for their rows; returns how many are worth applying.

        A record that is cut is among them: what is wrong with whom it is about comes first.
        """
        cdef int slot = -1, mean, given = 0, count = 0
        cdef News* news = self.news
        cdef Bits reader = bits[0]
        while reader.end - reader.at >= 8:
            slot += 1 + take_rice(&reader, k, LAST_SLOT - 1 - slot)
            if not reader.fault:
                if slot >= self.capacity:
                    fail(&reader, RANGE)
                elif slot == self.own:
                    fail(&reader, OWN)
            if reader.fault:
                break
            prefetch_to_write(&self.row[slot], 1)
            news[count].slot = <uint16_t>slot
            if not read_plain(&reader, &news[count]):
                read_record(&reader, &news[count], self.belief)
                if reader.fault:
                    count += (news[count].flags & IS_CUT) != 0
                    break
            count += 1
        if not reader.fault:
            align(&reader)
            if count:
                mean = (slot + 1 - count) // count
                while mean > 1 and given < LARGEST_K:
                    mean >>= 1
                    given += 1
            if k != given:
                fail(&reader, PARAMETER)
        bits[0] = reader
        return count

    cdef int _apply(self, int count, int fault) noexcept nogil:
        """Renews the rows of the records that were read; returns the first fault of all.

        What is wrong with a record comes before what is wrong with those behind it.
        """
        cdef int n, found
        cdef News* news
        cdef Belief* b
        for n in range(count):
            news = &self.news[n]
            b = &self.row[news.slot]
            found = self._acquaintance(news, b)
            if found:
                return found
            if news.flags & IS_CUT:
                return fault
            news.before = b.tick if b.known else -1
            found = self._renew(news, b)
            if found:
                return found
            self.records += 1
        return fault

    cdef int _acquaintance(self, const News* news, const Belief* b) noexcept nogil:
        """What is wrong with who a record is about, if anything."""
        if not news.flags & ENTERS:
            return 0 if b.known else UNKNOWN
        if b.known:
            return KNOWN
        if self.introduced[news.slot] < 0:
            return STRANGER
        return GENERATION if self.introduced[news.slot] != news.generation else 0

    cdef int _renew(self, const News* news, Belief* b) noexcept nogil:
        """Takes a record into its row; returns what is wrong with it there, if anything."""
        cdef bint coarse = (news.flags & IS_COARSE) != 0
        if news.flags & IS_WHOLE:
            b.x, b.z, b.y = news.x * 512, news.z * 512, news.y * 512
        else:
            self._advance(b, self.tick)
            b.x, b.z = nearest(b.x, news.x, coarse), nearest(b.z, news.z, coarse)
            if news.air:
                b.y = news.y * 512
        b.air = news.air
        b.vertical = <int32_t>floor_div(news.vertical * 8192, self.hz) if news.air else 0
        b.yaw, b.heading, b.speed, b.gait = news.yaw, news.heading, news.speed, news.gait
        b.turn, b.bend, b.tick = news.turn, news.bend, self.tick
        if not news.flags & IS_RARE and is_coarse(b) != coarse:
            return LONG
        if news.flags & ENTERS:
            b.generation, b.kind, b.known = news.generation, news.kind, 1
            self.known += 1
            self.entered += 1
        return 0

    cdef void _poses(self, Bits* bits, bint are_known) noexcept nogil:
        """Passes over the poses; checks that those who have one are known, if asked to."""
        cdef int count = take(bits, 8), n, slot
        if not count:
            fail(bits, EMPTY)
        for n in range(count):
            slot = take(bits, 16)
            bits.at += 8 * POSE
            if bits.fault or bits.at > bits.end:
                fail(bits, ENDS)
                return
            if are_known and (slot >= self.capacity or not self.row[slot].known):
                fail(bits, UNKNOWN)
                return

    cdef void _advance(self, Belief* b, int tick) noexcept nogil:
        """Moves a row on to a tick; what neither turns, ramps nor falls costs one step."""
        cdef int left = tick - b.tick, rate, target, change = ACCELERATION // self.hz
        cdef int64_t east, south, fall
        cdef int index, length
        b.tick = tick
        if not (b.gait or b.speed or b.bend or b.air):
            return
        target = b.speed if b.gait == KEEP else 0 if b.gait == 0 else 45 if b.gait == 1 else 128
        while left > 0:
            if b.bend:
                rate = (b.turn * b.turn * TURN_UNIT // (225 * self.hz) + 8) & ~15
                rate = -rate if b.turn < 0 else rate
                b.yaw, b.heading = <uint16_t>(b.yaw + rate), <uint16_t>(b.heading + rate)
                b.bend -= 1
                if not b.bend:
                    b.yaw, b.heading = (b.yaw + 32) & 65472, (b.heading + 32) & 65472
                    b.turn = 0
            if b.speed < target:
                b.speed = <uint8_t>min(b.speed + change, target)
            else:
                b.speed = <uint8_t>max(b.speed - change, target)
            length = b.speed * 2048 // self.hz
            index = (b.heading + 32) // 64 & 1023
            east = (<int64_t>length * sine[index] + 32768) >> 16
            south = -((<int64_t>length * sine[(index + 256) & 1023] + 32768) >> 16)
            if b.speed == target and not (b.bend or b.air):
                b.x, b.z = <int32_t>(b.x + left * east), <int32_t>(b.z + left * south)
                return
            b.x, b.z = <int32_t>(b.x + east), <int32_t>(b.z + south)
            if b.air:
                fall = floor_div(-127 * 8192, self.hz)
                b.vertical = <int32_t>max(b.vertical - GRAVITY // (self.hz * self.hz), fall)
                b.y = <int32_t>(<int64_t>b.y + b.vertical)
            left -= 1
