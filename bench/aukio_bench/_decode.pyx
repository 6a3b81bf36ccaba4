"""The decoding kernel: what one bot believes of everybody else, from snapshots alone.

Each known entity is a row that carries the tick it holds at. A row is moved on only when news of
it comes or when somebody asks, so a snapshot costs its records and nothing else. The layout is
drawn in protocol/aukio_protocol/snapshot.py; that file, record.py and motion.py are this file's
slow twins.
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
    ENDS = 1, HEAD, EMPTY, RANGE, LONG, UNKNOWN, KNOWN, STRANGER, GENERATION, PLACE, FORM, RAMP
    PADDING, PARAMETER, LEAVE, OWN, BACK, INTRODUCTION
    STILL = 0, MOVING, TURNING, FREE
    RARE = 3
    KEEP = 3
    LAST_SLOT = 65535
    LARGEST_K = 7
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
    `answered`: the last snapshot told of an input; `input` and `margin` stay until the next does.
    After `apply`, `touched[:records]` are the slots of its records in order and
    `before[:records]` the ticks of the records before them (-1: the entity entered).
    """

    def __init__(self, int capacity, int own, int tick, int tick_hz, rows=None):
        """`rows`, if given, is where to keep what is known: (capacity,) of BELIEF; it is cleared."""
        if rows is None:
            rows = np.zeros(capacity, BELIEF)
        else:
            rows.view(np.uint8)[:] = 0  # 30 times as fast as by rows
        self.rows = rows
        self.touched = np.zeros(capacity, np.int32)
        self.before = np.zeros(capacity, np.int32)
        self.row, self.touch, self.since = self.rows, self.touched, self.before
        self.introduced = np.full(capacity, -1, np.int16)
        self.own, self.tick, self.hz, self.capacity = own, tick, tick_hz, capacity
        self.belief = (3 * tick_hz + 4) // 5
        self.snapshots = self.known = self.input = self.margin = 0

    @property
    def correction(self):
        """The correction of the snapshot applied last, as its 24 bytes, or None."""
        return <bytes>self.fix[:24] if self.is_corrected else None

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

    cdef int peek_tick(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef int tick
        self._open(data, size)
        tick = self._tick()
        return -1 if self.fault else tick

    cdef int take_snapshot(self, const uint8_t* data, Py_ssize_t size) noexcept nogil:
        cdef int flags, tick, start
        cdef Py_ssize_t poses = 0
        self._open(data, size)
        self.records = self.entered = self.left = 0
        self.record_bytes = self.pose_bytes = 0
        self.is_corrected = self.answered = False
        tick = self._tick()
        if self.fault:
            return self.fault
        flags, self.tick = self.data[1], tick
        self.snapshots += 1
        if flags & 8:
            self.input, self.margin, self.answered = <int>self._take(16), self._signed(8), True
        if flags & 1:
            start = <int>(self.at >> 3)
            if self.end < (start + 24) * 8:
                return ENDS
            if self.data[start + 23] >> 4:
                return HEAD
            memcpy(self.fix, data + start, 24)
            self.is_corrected = True
            self.at += 24 * 8
        if flags & 2:
            self._leaves()
        poses = self.at
        if flags & 4:
            self._poses(False)
        self.pose_bytes = <int>((self.at - poses) >> 3)
        self.record_bytes = <int>((self.end - self.at) >> 3)
        self._records(flags >> 5)
        if flags & 4:
            self.at = poses
            self._poses(True)  # who enters in this snapshot may have one
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

    cdef int _tick(self) noexcept nogil:
        """The tick of the snapshot that is open; leaves off behind it."""
        cdef int later
        if self.end < 3 * 8:
            self._fail(ENDS)
            return 0
        if self.data[0] != 0x81:
            self._fail(HEAD)
        self.at = 2 * 8
        if not self.data[1] & 16:
            later = (<int>self._take(8) - self.tick) & 255
            if not later:
                self._fail(BACK)
            return self.tick + later
        later = <int16_t>(<uint16_t>(<int>self._take(16) - self.tick))
        if later <= 0:
            self._fail(BACK)
        elif later < 256:
            self._fail(LONG)
        return self.tick + later

    cdef void _records(self, int k) noexcept nogil:
        cdef int slot = -1, mean, given = 0
        while self.end - self.at >= 8:
            slot += 1 + self._rice(k, LAST_SLOT - 1 - slot)
            if self.fault:
                return
            if slot >= self.capacity:
                self._fail(RANGE)
            elif slot == self.own:
                self._fail(OWN)
            else:
                self._record(slot, &self.row[slot])
            if self.fault:
                return
        self._align()
        if self.records:
            mean = (slot + 1 - self.records) // self.records
            while mean > 1 and given < LARGEST_K:
                mean >>= 1
                given += 1
        if k != given:
            self._fail(PARAMETER)

    cdef void _record(self, int slot, Belief* b) noexcept nogil:
        cdef int kind = self._take(2), form = kind
        cdef bint enter = kind == RARE and self._take(1), whole, coarse
        self.since[self.records] = b.tick if b.known else -1
        self.touch[self.records] = slot
        if enter:
            self._meet(slot, b)
        elif not b.known:
            self._fail(UNKNOWN)
        whole = kind == RARE and self._take(1)
        coarse = kind != RARE and self._take(1)
        if enter and not whole:
            self._fail(PLACE)
        if self.fault:
            return
        if whole:
            b.x, b.z, b.y = self._signed(23) * 512, self._signed(23) * 512, self._signed(17) * 512
        else:
            self._advance(b, self.tick)
            b.x, b.z = self._near(b.x, coarse), self._near(b.z, coarse)
        b.air, b.vertical = 0, 0
        if kind == RARE:
            b.air = <uint8_t>self._take(1)
            if b.air:
                if not whole:
                    b.y = self._signed(17) * 512
                b.vertical = <int32_t>floor_div(self._signed(8) * 8192, self.hz)
            form = self._take(2)
            if not whole and form != FREE:
                self._fail(LONG)
        self._motion(b, form, coarse)
        if kind != RARE and self._is_coarse(b) != coarse:
            self._fail(LONG)
        b.tick = self.tick
        if self.fault:
            return
        if enter:
            b.known = 1
            self.known += 1
            self.entered += 1
        self.records += 1

    cdef void _meet(self, int slot, Belief* b) noexcept nogil:
        """Takes who enters."""
        cdef int generation = self._take(8)
        b.kind = <uint8_t>self._take(2)
        if b.known:
            self._fail(KNOWN)
        elif self.introduced[slot] < 0:
            self._fail(STRANGER)
        elif self.introduced[slot] != generation:
            self._fail(GENERATION)
        b.generation = <uint8_t>generation

    cdef bint _is_coarse(self, Belief* b) noexcept nogil:
        """Whether a row lies on the coarse steps: its place, and its yaw unless it turns."""
        return not (b.x & 2047 or b.z & 2047 or (not b.bend and b.yaw & 255))

    cdef void _motion(self, Belief* b, int form, bint coarse) noexcept nogil:
        cdef int yaw
        if form == TURNING:
            yaw = <int>self._take(12) * 16
        else:
            yaw = <int>self._take(8) * 256 if coarse else <int>self._take(10) * 64
        b.yaw = b.heading = <uint16_t>yaw
        b.speed = b.gait = b.bend = 0
        b.turn = 0
        if form == FREE:
            b.heading = <uint16_t>(self._take(10) * 64)
            b.speed, b.gait = <uint8_t>self._take(8), <uint8_t>self._take(2)
        elif form != STILL:
            self._way(b, form)
        if form == TURNING:
            self._turn(b)
        if form != self._form(b):
            self._fail(FORM)

    cdef void _way(self, Belief* b, int form) noexcept nogil:
        """Side, gait and speed of who moves or turns."""
        cdef int side, normal, ramp = 1
        if self._take(1):
            side = self._take(3)
            if not side:
                self._fail(LONG)
            b.heading = <uint16_t>(b.yaw + side * 8192)
        b.gait = <uint8_t>self._take(2)
        normal = 45 if b.gait == 1 else 128 if b.gait == 2 else 0
        if form == TURNING or b.gait:
            ramp = self._take(1)
        b.speed = <uint8_t>self._take(8) if ramp else <uint8_t>normal
        if ramp and b.speed == normal:
            self._fail(RAMP)

    cdef void _turn(self, Belief* b) noexcept nogil:
        """The turn and for how many ticks it goes on."""
        cdef int left = self._take(1), turn = self._take(4)
        if left and not turn:
            self._fail(FORM)  # a second way to write 0 (CV2)
        b.turn = <int8_t>(-turn if left else turn)
        b.bend = <uint8_t>self.belief
        if self._take(1):
            b.bend = <uint8_t>self._take(6)
            if b.bend == self.belief:
                self._fail(LONG)

    cdef int _form(self, Belief* b) noexcept nogil:
        if b.air or b.gait == KEEP:
            return FREE
        if (b.gait or b.speed) and (b.heading - b.yaw) & 8191:
            return FREE
        if b.bend:
            return TURNING
        return MOVING if b.gait or b.speed else STILL

    cdef void _poses(self, bint are_known) noexcept nogil:
        """Passes over the poses; checks that those who have one are known, if asked to."""
        cdef int count = self._take(8), n, slot
        if not count:
            self._fail(EMPTY)
        for n in range(count):
            slot = self._take(16)
            self.at += 8 * POSE
            if self.fault or self.at > self.end:
                self._fail(ENDS)
                return
            if are_known and (slot >= self.capacity or not self.row[slot].known):
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

    cdef inline int32_t _near(self, int64_t believed, bint coarse) noexcept nogil:
        """The place with the next low bits that is nearest to the believed one."""
        cdef int bits = 7 if coarse else 9, shift = 11 if coarse else 9
        cdef int64_t window = <int64_t>1 << bits, base = (believed + (1 << (shift - 1))) >> shift
        cdef int64_t offset = (<int64_t>self._take(bits) - base) & (window - 1)
        return <int32_t>((base + (offset if 2 * offset < window else offset - window)) << shift)

    cdef inline int _rice(self, int k, int most) noexcept nogil:
        """A Rice code of a value up to `most`."""
        cdef int ones = 0, run = 56, value
        cdef uint64_t ahead
        while run == 56:
            ahead, run = self._ahead(), 0
            while ahead & 1 and run < 56:
                ahead >>= 1
                run += 1
            ones += run
            self.at += run
            if ones << k > most:
                self._fail(RANGE)
                return 0
        value = ones << k | <int>(self._take(k + 1) >> 1)  # the 0 comes first
        if value > most:
            self._fail(RANGE)
            return 0
        return value

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
        cdef uint64_t value = self._ahead()
        if self.at + bits > self.end:
            self._fail(ENDS)
            return 0
        self.at += bits
        return <uint32_t>(value & ((<uint64_t>1 << bits) - 1))

    cdef inline uint64_t _ahead(self) noexcept nogil:
        """The next 57 bits or more, without taking them; 0 bits beyond the end."""
        cdef Py_ssize_t first = self.at >> 3, size = self.end >> 3, n
        cdef uint64_t value = 0
        if first + 8 <= size:
            memcpy(&value, self.data + first, 8)  # as BELIEF does: on little-endian machines only
        else:
            for n in range(size - first):
                value |= <uint64_t>self.data[first + n] << (8 * n)
        return value >> (self.at & 7)

    cdef inline void _align(self) noexcept nogil:
        if self.at & 7 and self._take(8 - (self.at & 7)):
            self._fail(PADDING)

    cdef inline void _fail(self, int fault) noexcept nogil:
        if not self.fault:
            self.fault = fault
