"""The publishing kernel: keeps each tier's motion record of each entity, and renews it when due.

A record is renewed in a tier when the truth leaves its extrapolation by more than the tier's
tolerance, on a change of gait or ground, on entering, and as a heartbeat while it moves. What a
coarse tier publishes, the finer ones publish too. Oracle: tests/oracles/publication.py.
"""

from libc.math cimport M_PI, atan2, rint, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint64_t

cdef enum:
    X, Y, Z, YAW, HEADING, SPEED, GAIT, TURN, BEND, AIR, VERTICAL, AGE
    KEEP = 3
    SHIFT_LIMIT = 3277  # 0.05 m


cdef class Publisher:
    """Publishes motion.

    Shapes: records (3, S, 12) int32, the fields named in the enum above, per tier (near, middle,
    far); published, jumped, shifted (3, W) uint64 bit sets over slots: renewed; renewed further off
    than a low position bears (a fifth of the window and a tick of two runners, 8 m/s); renewed more
    than 5 cm off, which is too much for a viewer that waits for the record before; fresh (S,)
    uint8: 1 for entities that were put somewhere; gaits (S,) uint8, the gait and ground of the
    last tick.
    """

    cdef int32_t[:, :, ::1] states
    cdef uint16_t[:, :, ::1] turns, wishes
    cdef int32_t[:, :, ::1] records
    cdef uint64_t[:, ::1] published, jumped, shifted
    cdef uint8_t[::1] fresh, gaits
    cdef int32_t[::1] sine
    cdef int64_t[3] reach_squared
    cdef int64_t[3] reach
    cdef int32_t[3] turn_limit, rest_limit
    cdef int32_t[16] rates
    cdef int64_t jump_limit
    cdef int hz, belief

    def __init__(
        self, states, turns, wishes, records, published, jumped, shifted, fresh, gaits, sine,
        int tick_hz, tolerances,
    ):
        cdef int tier, index
        self.states, self.turns, self.wishes = states, turns, wishes
        self.records, self.published, self.jumped = records, published, jumped
        self.shifted = shifted
        self.jump_limit = 19661 + 8 * 65536 // tick_hz
        self.fresh, self.gaits, self.sine = fresh, gaits, sine
        self.hz, self.belief = tick_hz, (3 * tick_hz + 4) // 5
        for tier in range(3):
            self.reach[tier], self.turn_limit[tier], self.rest_limit[tier] = tolerances[tier]
            self.reach_squared[tier] = self.reach[tier] * self.reach[tier]
        for index in range(16):
            # On steps of 16, so that a turning yaw stays on the wire's 12 bits.
            self.rates[index] = (index * index * 87381 // (225 * tick_hz) + 8) // 16 * 16

    def publish(self, const int32_t[::1] slots, int tick) -> int:
        """Renews what is due at `tick`; returns how many records were renewed."""
        cdef Py_ssize_t n
        cdef int count = 0
        with nogil:
            self.published[:, :] = 0
            self.jumped[:, :] = 0
            self.shifted[:, :] = 0
            for n in range(slots.shape[0]):
                count += self._publish_one(slots[n], tick & 15)
        return count

    cdef int _publish_one(self, int slot, int at) noexcept nogil:
        cdef int32_t[12] truth
        cdef int tier, due, count = 0, gait, field
        cdef int64_t dx, dz
        cdef int32_t* record
        self._measure(slot, at, truth)
        gait = (self.wishes[slot, at, 1] >> 10 & 3) | truth[AIR] << 2
        due = self.fresh[slot] or gait != self.gaits[slot]
        for tier in range(2, -1, -1):
            record = &self.records[tier, slot, 0]
            self._advance(record)
            dx, dz = truth[X] - record[X], truth[Z] - record[Z]
            if not due:
                due = self._is_off(truth, record, tier, dx, dz)
            if due:
                if self.fresh[slot] or not self._is_within(dx, dz, self.jump_limit):
                    self.jumped[tier, slot >> 6] |= <uint64_t>1 << (slot & 63)
                elif not self._is_within(dx, dz, SHIFT_LIMIT):
                    self.shifted[tier, slot >> 6] |= <uint64_t>1 << (slot & 63)
                self.published[tier, slot >> 6] |= <uint64_t>1 << (slot & 63)
                for field in range(12):
                    record[field] = truth[field]
                if tier:
                    self._rest(record, tier)
                    self._coarsen(record)
                count += 1
        self.fresh[slot] = 0
        self.gaits[slot] = gait
        return count

    cdef void _rest(self, int32_t* record, int tier) noexcept nogil:
        """Makes a stop the rest it comes to: from walking 2 cm on, from running 30 (far only)."""
        if record[GAIT] or record[AIR] or (tier < 2 and record[SPEED] > 45):
            return
        while record[SPEED]:
            self._advance(record)
        record[AGE] = 0

    cdef void _coarsen(self, int32_t* record) noexcept nogil:
        """Snaps a record to the coarse steps, where the wire's short forms can carry it."""
        cdef int aside = (record[HEADING] - record[YAW]) & 65535
        if record[AIR] or record[GAIT] == KEEP or aside & 8191:
            return
        record[X], record[Z] = (record[X] + 1024) & ~2047, (record[Z] + 1024) & ~2047
        record[YAW] = (record[YAW] + 128) & 65280
        record[HEADING] = (record[YAW] + aside) & 65535

    cdef inline bint _is_within(self, int64_t dx, int64_t dz, int64_t limit) noexcept nogil:
        return -limit < dx < limit and -limit < dz < limit

    cdef bint _is_off(
        self, int32_t* truth, int32_t* record, int tier, int64_t dx, int64_t dz
    ) noexcept nogil:
        cdef int64_t dy = truth[Y] - record[Y]
        cdef int twist = ((truth[YAW] - record[YAW] + 32768) & 65535) - 32768
        cdef int turn_limit = self.turn_limit[tier]
        if not (truth[SPEED] or record[SPEED] or truth[GAIT] or record[GAIT]):
            turn_limit = self.rest_limit[tier]
        if dx * dx + dz * dz > self.reach_squared[tier]:
            return True
        if twist > turn_limit or twist < -turn_limit:
            return True
        if record[AIR] and (dy > self.reach[tier] or dy < -self.reach[tier]):
            return True
        return record[AGE] >= 5 * self.hz and (record[SPEED] > 0 or record[AIR])

    cdef void _measure(self, int slot, int at, int32_t* truth) noexcept nogil:
        """The record of the present truth, on the wire's steps."""
        cdef int before = (at - 1) & 15
        cdef int32_t x = self.states[slot, at, 0], z = self.states[slot, at, 2]
        cdef int64_t dx = x - self.states[slot, before, 0], dz = z - self.states[slot, before, 2]
        cdef int yaw = self.turns[slot, at, 0], heading = self.turns[slot, at, 1]
        cdef int speed = self.turns[slot, at, 2], gait = self.wishes[slot, at, 1] >> 10 & 3
        cdef int64_t east, south
        self._stride(heading, speed, &east, &south)
        if dx != east or dz != south:  # pushed by a wall, or re-simulated
            speed = <int>min(255.0, rint(sqrt(<double>(dx * dx + dz * dz)) * self.hz / 2048))
            if speed:
                heading = (<int>rint(atan2(<double>dx, <double>-dz) * 512 / M_PI) * 64) & 65535
            gait = KEEP if speed else 0
        truth[X], truth[Z] = (x + 256) & ~511, (z + 256) & ~511
        truth[Y] = (self.states[slot, at, 1] + 256) & ~511
        truth[YAW], truth[HEADING] = (yaw + 32) & 65472, heading
        truth[SPEED], truth[GAIT], truth[AIR] = speed, gait, self.turns[slot, at, 3]
        truth[TURN] = truth[BEND] = truth[VERTICAL] = truth[AGE] = 0
        if truth[AIR]:
            truth[VERTICAL] = self._vertical(self.states[slot, at, 3])
        elif gait != KEEP and (gait == 0 and speed == 0 or (heading - truth[YAW]) & 8191 == 0):
            self._measure_turn(slot, at, truth)
            if gait == 0 and speed == 0:
                truth[HEADING] = truth[YAW]

    cdef void _measure_turn(self, int slot, int at, int32_t* truth) noexcept nogil:
        cdef int before = (at - 1) & 15, index
        cdef int rate = self.turns[slot, at, 0] - self.turns[slot, before, 0]
        cdef int bent = self.turns[slot, at, 1] - self.turns[slot, before, 1]
        rate = ((rate + 32768) & 65535) - 32768
        bent = ((bent + 32768) & 65535) - 32768 - rate
        if truth[SPEED] and not -64 <= bent <= 64:
            return  # the body turns but the way does not
        index = <int>rint(sqrt(<double>(rate if rate >= 0 else -rate) * 225 * self.hz / 87381))
        if 0 < index <= 16:  # faster is a jump of the view, not a turn
            truth[TURN] = min(index, 15) if rate > 0 else -min(index, 15)
            truth[BEND] = self.belief

    cdef int _vertical(self, int vertical) noexcept nogil:
        """Snapped to 1/8 m/s as the wire carries it."""
        cdef int steps = (2 * vertical * self.hz + 8192) >> 14
        cdef int moved = max(-128, min(127, steps)) * 8192
        return moved // self.hz - (1 if moved < 0 and moved % self.hz else 0)

    cdef void _advance(self, int32_t* record) noexcept nogil:
        cdef int rate, target, change = 640 // self.hz
        cdef int64_t east, south
        record[AGE] += 1
        if not (record[SPEED] or record[GAIT] or record[BEND] or record[AIR]):
            return
        if record[BEND]:
            rate = self.rates[record[TURN]] if record[TURN] > 0 else -self.rates[-record[TURN]]
            record[YAW] = (record[YAW] + rate) & 65535
            record[HEADING] = (record[HEADING] + rate) & 65535
            record[BEND] -= 1
            if record[BEND] == 0:
                record[YAW] = (record[YAW] + 32) & 65472
                record[HEADING] = (record[HEADING] + 32) & 65472
                record[TURN] = 0
        if record[GAIT] != KEEP:
            target = 45 if record[GAIT] == 1 else 128 if record[GAIT] == 2 else 0
            if record[SPEED] < target:
                record[SPEED] = min(record[SPEED] + change, target)
            else:
                record[SPEED] = max(record[SPEED] - change, target)
        self._stride(record[HEADING], record[SPEED], &east, &south)
        record[X] += <int32_t>east
        record[Z] += <int32_t>south
        if record[AIR]:
            record[VERTICAL] = max(
                record[VERTICAL] - 642253 // (self.hz * self.hz),
                -(127 * 8192 // self.hz) - (1 if 127 * 8192 % self.hz else 0),
            )
            record[Y] += record[VERTICAL]

    cdef void _stride(self, int heading, int speed, int64_t* east, int64_t* south) noexcept nogil:
        cdef int64_t length = speed * 2048 // self.hz
        cdef int index = (heading + 32) // 64 & 1023
        east[0] = (length * self.sine[index] + 32768) >> 16
        south[0] = -((length * self.sine[(index + 256) & 1023] + 32768) >> 16)
