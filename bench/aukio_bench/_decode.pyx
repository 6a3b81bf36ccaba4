"""The decoding kernel: what one bot believes of everybody else, from snapshots alone.

Each known entity is a row that carries the tick it holds at. A row is moved on only when news of
it comes or when somebody asks, so a snapshot costs its records and nothing else. The layout is
drawn in protocol/aukio_protocol/snapshot.py; that file and motion.py are this file's slow twins.
"""

cimport cython
import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from aukio_protocol.motion import SINE

#: What `apply` and `introduce` return, by number.
FAULTS = (
    "fine", "ends_inside_a_field", "wrong_id_or_flag", "empty_part", "slot_out_of_range",
    "slot_wide_without_need", "unknown_entity", "entity_known_already", "never_introduced",
    "wrong_generation", "enter_without_place", "form_not_legal", "ramp_without_need",
    "padding_not_zero", "bytes_left_over", "leave_of_unknown", "own_avatar", "tick_goes_back",
    "introduction_malformed",
)

BELIEF = np.dtype([
    ("x", "<i4"), ("y", "<i4"), ("z", "<i4"), ("vertical", "<i4"), ("tick", "<i4"),
    ("yaw", "<u2"), ("heading", "<u2"), ("speed", "u1"), ("gait", "u1"), ("bend", "u1"),
    ("air", "u1"), ("turn", "i1"), ("generation", "u1"), ("kind", "u1"), ("known", "u1"),
])

cdef enum:
    ENDS = 1, HEAD, EMPTY, RANGE, WIDE, UNKNOWN, KNOWN, STRANGER, GENERATION, PLACE, FORM, RAMP
    PADDING, LEFT_OVER, LEAVE, OWN, BACK, INTRODUCTION
    STILL = 0, STRAIGHT, TURNING, FREE
    KEEP = 3
    ACCELERATION = 640
    GRAVITY = 642253
    TURN_UNIT = 87381
    POSE = 17

cdef int32_t[1024] sine
for _index in range(1024):
    sine[_index] = SINE[_index]


cdef inline int64_t floor_div(int64_t a, int64_t b) noexcept nogil:
    cdef int64_t q = a // b
    return q - 1 if (a % b != 0 and (a < 0) != (b < 0)) else q


@cython.final
cdef class View:
    """What one viewer knows, by slot; after a fault it is broken and must be thrown away.

    Shapes: rows (S,) of BELIEF: places 1/65536 m, angles 1/65536 turn, speed 1/32 m/s, `tick` is
    the tick a row holds at; introduced (S,) int16: the generation last introduced, -1 for none.
    After `apply`, `touched[:records]` are the slots of its records in order and
    `before[:records]` the ticks of the records before them (-1: the entity entered).
    """

    def __init__(self, int capacity, int own, int tick, int tick_hz, rows=None):
        """`rows`, if given, is where to keep what is known: (capacity,) of BELIEF; it is cleared."""
        if rows is None:
            rows = np.zeros(capacity, BELIEF)
        else:
            rows[:] = np.zeros((), BELIEF)
        self.rows = rows
        self.touched = np.zeros(capacity, np.int32)
        self.before = np.zeros(capacity, np.int32)
        self.row, self.touch, self.since = self.rows, self.touched, self.before
        self.introduced = np.full(capacity, -1, np.int16)
        self.own, self.tick, self.hz, self.capacity = own, tick, tick_hz, capacity
        self.snapshots = self.known = 0

    @property
    def correction(self):
        """The correction of the snapshot applied last, as its 24 bytes, or None."""
        return <bytes>self.fix[:24] if self.is_corrected else None

    def introduce(self, bytes payload) -> int:
        """Takes an `Introduce`: only its entity and generation, which stand first."""
        return self.take_introduction(
            <const uint8_t*>PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload)
        )

    def apply(self, bytes payload) -> int:
        """Takes a snapshot; returns 0 or the number of what is wrong with it."""
        return self.take_snapshot(
            <const uint8_t*>PyBytes_AS_STRING(payload), PyBytes_GET_SIZE(payload)
        )

    cdef int take_introduction(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef int slot, generation
        self._open(data, size)
        self.at += 8
        if self._take(8) != 0x96:  # an array of its six fields
            return INTRODUCTION
        slot, generation = self._unsigned(), self._unsigned()
        if self.fault or slot < 0 or generation < 0 or generation > 255:
            return INTRODUCTION
        if slot >= self.capacity:
            return RANGE
        self.introduced[slot] = <int16_t>generation
        return 0

    cdef int tick_of(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        """The tick of a snapshot that is not applied yet; that of the last one if it is broken."""
        if size < 3:
            return self.tick
        return self.tick + <int16_t>(<uint16_t>((data[1] | data[2] << 8) - self.tick))

    cdef int take_snapshot(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef int count
        cdef Py_ssize_t first
        self._open(data, size)
        self.records = self.entered = self.left = 0
        self.record_bytes = self.pose_bytes = 0
        self.is_corrected = False
        if self.end < 7 * 8:
            return ENDS
        cdef int flags = self.data[6]
        cdef int tick = self.tick_of(data, size)
        if self.data[0] != 0x81 or flags >> 3:
            return HEAD
        if tick < self.tick or (tick == self.tick and self.snapshots):
            return BACK
        self.input = self.data[3] | self.data[4] << 8
        self.margin = <int8_t>self.data[5]
        self.tick = tick
        self.snapshots += 1
        self.at = 7 * 8
        if flags & 1:
            if self.end < (7 + 24) * 8:
                return ENDS
            if self.data[30] >> 4:
                return HEAD
            memcpy(self.fix, data + 7, 24)
            self.is_corrected = True
            self.at = 31 * 8
        if flags & 2:
            self._leaves()
        count = self._take(16)
        first = self.at
        self._records(count)
        self._align()
        self.record_bytes = <int>((self.at - first) >> 3)
        if flags & 4:
            first = self.at
            self._poses()
            self.pose_bytes = <int>((self.at - first) >> 3)
        self._align()
        if not self.fault and self.at != self.end:
            self.fault = LEFT_OVER
        return self.fault

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

    cdef void _open(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        self.data = data
        self.at, self.end = 0, size * 8
        self.fault = 0

    cdef void _leaves(self) noexcept nogil:
        cdef int count = self._take(8), n, slot
        if not count:
            self._fail(EMPTY)
        for n in range(count):
            slot = self._take(16)
            if self.fault:
                return
            if slot >= self.capacity or not self.row[slot].known:
                self._fail(LEAVE)
                return
            self.row[slot].known = 0
            self.known -= 1
            self.left += 1

    cdef void _records(self, int count) noexcept nogil:
        cdef int n, slot, previous = -1
        for n in range(count):
            if self._take(1):
                slot = self._take(16)
                if slot - previous - 1 < 128:
                    self._fail(WIDE)
            else:
                slot = previous + 1 + <int>self._take(7)
            if slot >= self.capacity:
                self._fail(RANGE)
            elif slot == self.own:
                self._fail(OWN)
            if self.fault:
                return
            self._record(slot, &self.row[slot])
            if self.fault:
                return
            previous = slot

    cdef void _record(self, int slot, Belief* b) noexcept nogil:
        cdef bint enter = self._take(1), whole
        cdef int generation
        self.since[self.records] = b.tick if b.known else -1
        self.touch[self.records] = slot
        if enter:
            generation, b.kind = <int>self._take(8), <uint8_t>self._take(2)
            if b.known:
                self._fail(KNOWN)
            elif self.introduced[slot] < 0:
                self._fail(STRANGER)
            elif self.introduced[slot] != generation:
                self._fail(GENERATION)
            b.generation = <uint8_t>generation
        elif not b.known:
            self._fail(UNKNOWN)
        whole = self._take(1)
        if enter and not whole:
            self._fail(PLACE)
        if self.fault:
            return
        if whole:
            b.x = <int32_t>(<uint32_t>self._take(24) << 8)
            b.z = <int32_t>(<uint32_t>self._take(24) << 8)
            b.y = self._signed(18) * 256
        else:
            self._advance(b, self.tick)
            b.x, b.z = self._near(b.x), self._near(b.z)
        b.air, b.vertical = <uint8_t>self._take(1), 0
        if b.air:
            if not whole:
                b.y = self._signed(18) * 256
            b.vertical = <int32_t>floor_div(self._signed(8) * 8192, self.hz)
        self._motion(b)
        b.tick = self.tick
        if self.fault:
            return
        if enter:
            b.known = 1
            self.known += 1
            self.entered += 1
        self.records += 1

    cdef void _motion(self, Belief* b) noexcept nogil:
        cdef int form = self._take(2), gait = 0, normal = 0, speed = 0, turn = 0, bend = 0, ramp
        cdef int yaw = self._take(16) if form == TURNING else self._take(10) * 64
        cdef int heading = yaw, left
        if form == FREE:
            heading = self._take(10) * 64
            speed, gait = <int>self._take(8), <int>self._take(2)
        elif form != STILL:
            gait = 1 + <int>self._take(1) if form == STRAIGHT else <int>self._take(2)
            heading = (yaw + <int>self._take(3) * 8192) & 65535
            normal = 45 if gait == 1 else 128 if gait == 2 else 0
            ramp = self._take(1)
            speed = <int>self._take(8) if ramp else normal
            if ramp and speed == normal:
                self._fail(RAMP)
            if form == TURNING:
                left, turn, bend = <int>self._take(1), <int>self._take(4), <int>self._take(6)
                if left and not turn:
                    self._fail(FORM)  # a second way to write 0 (CV2)
                turn = -turn if left else turn
        b.yaw, b.heading, b.speed, b.gait = <uint16_t>yaw, <uint16_t>heading, <uint8_t>speed, <uint8_t>gait
        b.turn, b.bend = <int8_t>turn, <uint8_t>bend
        if form != self._form(b):
            self._fail(FORM)

    cdef int _form(self, Belief* b) noexcept nogil:
        if b.air or b.gait == KEEP:
            return FREE
        if not (b.gait or b.speed or b.bend):
            return STILL
        if (b.heading - b.yaw) & 8191:
            return FREE
        if b.bend:
            return TURNING
        return STRAIGHT if b.gait else FREE

    cdef void _poses(self) noexcept nogil:
        cdef int count = self._take(8), n, slot
        if not count:
            self._fail(EMPTY)
        for n in range(count):
            slot = self._take(16)
            self.at += 8 * POSE
            if self.fault or self.at > self.end:
                self._fail(ENDS)
                return
            if slot >= self.capacity or not self.row[slot].known:
                self._fail(UNKNOWN)
                return

    cdef void _advance(self, Belief* b, int tick) noexcept nogil:
        """Moves a row on to a tick; what neither turns, ramps nor falls costs one step."""
        cdef int left = tick - b.tick, rate, target, change = ACCELERATION // self.hz
        cdef int64_t length, east, south, fall
        cdef int index
        b.tick = tick
        if not (b.gait or b.speed or b.bend or b.air):
            return
        target = b.speed if b.gait == KEEP else 0 if b.gait == 0 else 45 if b.gait == 1 else 128
        while left > 0:
            if b.bend:
                rate = b.turn * b.turn * TURN_UNIT // (225 * self.hz)
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
            length = <int64_t>b.speed * 2048 // self.hz
            index = (b.heading + 32) // 64 & 1023
            east = (length * sine[index] + 32768) >> 16
            south = -((length * sine[(index + 256) & 1023] + 32768) >> 16)
            if b.speed == target and not (b.bend or b.air):
                b.x, b.z = <int32_t>(b.x + left * east), <int32_t>(b.z + left * south)
                return
            b.x, b.z = <int32_t>(b.x + east), <int32_t>(b.z + south)
            if b.air:
                fall = floor_div(-127 * 8192, self.hz)
                b.vertical = <int32_t>max(b.vertical - GRAVITY // (self.hz * self.hz), fall)
                b.y = <int32_t>(<int64_t>b.y + b.vertical)
            left -= 1

    cdef inline int32_t _near(self, int64_t believed) noexcept nogil:
        """The place with the next 10 low bits that is nearest to the believed one."""
        cdef int64_t base = (believed + 128) >> 8
        cdef int64_t offset = (<int64_t>self._take(10) - base) & 1023
        return <int32_t>((base + (offset if offset < 512 else offset - 1024)) * 256)

    cdef int _unsigned(self) noexcept nogil:
        """A MessagePack unsigned integer below 65,536 in its shortest form, or -1."""
        cdef int head = self._take(8), value
        if head < 128:
            return head
        if head == 0xCC:
            value = self._take(8)
            return value if value > 127 else -1
        if head == 0xCD:
            value = self._take(8) << 8
            value |= self._take(8)
            return value if value > 255 else -1
        return -1

    cdef inline int _signed(self, int bits) noexcept nogil:
        cdef int value = self._take(bits)
        return value - (1 << bits) if value >> (bits - 1) else value

    cdef inline uint32_t _take(self, int bits) noexcept nogil:
        """The next bits (at most 24); 0 and a fault beyond the end."""
        cdef Py_ssize_t first = self.at >> 3, last = (self.at + bits - 1) >> 3
        cdef int shift = self.at & 7, n
        cdef uint64_t value = 0
        if self.at + bits > self.end:
            self._fail(ENDS)
            return 0
        self.at += bits
        for n in range(<int>(last - first) + 1):
            value |= <uint64_t>self.data[first + n] << (8 * n)
        return <uint32_t>((value >> shift) & ((<uint64_t>1 << bits) - 1))

    cdef inline void _align(self) noexcept nogil:
        if self.at & 7 and self._take(8 - (self.at & 7)):
            self._fail(PADDING)

    cdef inline void _fail(self, int fault) noexcept nogil:
        if not self.fault:
            self.fault = fault
