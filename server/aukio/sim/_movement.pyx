"""The movement kernel: steps walkers over the walk field, re-simulating late inputs.

The rule itself is told in tests/oracles/movement.py; this file must agree with it bit by bit.
Numbers are integers in the units of `units.py`; products stay below 2^53.
"""

import numpy as np

from libc.math cimport sqrt
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t

cdef enum:
    RING = 16
    CELL = 16384
    NONE = -32768
    FREE = 127 * 1024
    ACCELERATION = 640
    GRAVITY = 642253
    JUMP_SPEED = 203162
    SPEED_STEP = 2048
    VERTICAL_LOW = -127 * 8192
    RADIUS = 19661
    STEP_HEIGHT = 22938
    SUBSTEP = 8192
    PUSH_LIMIT = 9830
    WALL_TOLERANCE = 1311
    INPUT_WINDOW = 10  # ticks an input may be late
    INPUT_LEAD = 2  # and early
    CLAIM_TOLERANCE = 2  # 1/256 m; a claim further off than this (8 mm) is answered by a correction

cdef struct Cell:
    int64_t a, b, c, d
    bint found


cdef struct Walker:
    int64_t x, y, z, vertical
    int32_t yaw, heading, speed, air


cdef packed struct Row:  # a wish, see MOVE in `commands`
    int32_t slot
    uint16_t sequence, tick, seen, yaw, flags, claim_x, claim_z
    uint8_t predicted, posed
    int8_t margin


cdef struct Claim:  # where a client says its avatar is at the start of a tick
    int32_t slot, tick
    uint16_t seen, x, z


cdef inline int64_t floor_div(int64_t a, int64_t b) noexcept nogil:
    cdef int64_t q = a // b
    return q - 1 if (a % b != 0 and (a < 0) != (b < 0)) else q


cdef class Mover:
    """Steps the walkers of one world.

    Shapes: states (S, 16, 4) int32: x, y, z, vertical after each tick, ring by tick & 15;
    turns (S, 16, 4) uint16: yaw, heading, speed, air; wishes (S, 16, 2) uint16: yaw, flags
    (bits 0-9 heading, 10-11 gait, 12 jump); marks (S, 16) uint8: 1 where an input begins; since
    (S,) int32: how many ticks before the next the oldest changed wish lies, 0 for none; first (S,)
    int64: no wish holds from before this tick; corrected (S,) int64: when a client was last told
    that it predicted wrongly.
    """

    cdef int32_t[:, :, ::1] states
    cdef uint16_t[:, :, ::1] turns
    cdef uint16_t[:, :, ::1] wishes
    cdef uint8_t[:, ::1] marks
    cdef const int16_t[:, :, ::1] heights
    cdef const int8_t[:, :, ::1] distances
    cdef const int32_t[:, :, ::1] table
    cdef const int32_t[::1] sine
    cdef int tile_x0, tile_z0, tiles_wide, tiles_deep, layers, hz
    cdef int32_t[::1] since, wrong
    cdef int64_t[::1] first, corrected
    cdef Claim* claims
    cdef Py_ssize_t claimed, most_claims
    cdef object _claims  # owns the memory

    def __init__(self, states, turns, wishes, marks, first, corrected, field, sine, int tick_hz):
        capacity = states.shape[0]
        self.since, self.wrong = np.zeros(capacity, np.int32), np.zeros(16 * capacity, np.int32)
        self.first, self.corrected = first, corrected
        self.most_claims = 16 * capacity
        self._claims = np.zeros(self.most_claims * sizeof(Claim), np.uint8)
        self.claims = <Claim*><size_t>self._claims.ctypes.data
        self.states, self.turns, self.wishes, self.marks = states, turns, wishes, marks
        self.sine, self.hz = sine, tick_hz
        self.walk_on(field)

    def walk_on(self, field) -> None:
        """From the next step on walks on this field; late inputs are re-simulated on it, too."""
        self.heights, self.distances, self.table = field.heights, field.distances, field.table
        self.tile_x0, self.tile_z0 = field.tile_x0, field.tile_z0
        self.tiles_wide, self.tiles_deep = field.tiles_wide, field.tiles_deep
        self.layers = field.layers

    def misplaced(self, const int32_t[::1] slots, int tick) -> list:
        """Of these the slots that have no place where they are after `tick`: inside a wall, or
        with no floor at their feet or below."""
        cdef Py_ssize_t n
        cdef int at = tick & 15, layer
        cdef int64_t x, z
        found = []
        for n in range(slots.shape[0]):
            x, z = self.states[slots[n], at, 0], self.states[slots[n], at, 2]
            layer = self._layer_at(x, z, self.states[slots[n], at, 1])
            if layer < 0 or self._distance(x, z, layer) < 0:
                found.append(slots[n])
        return found

    def place(self, rows not None, int next_tick) -> list:
        """Notes the wishes of rows (N,) of MOVE; returns the slots whose wish could not hold from
        the tick it names.

        A wish more than INPUT_WINDOW ticks late holds from now, one more than INPUT_LEAD early
        from INPUT_LEAD ahead; both need a correction.

        Raises:
            ValueError: the rows are not whole MOVE rows side by side.
        """
        cdef Py_ssize_t n, count = rows.shape[0]
        cdef Row* row = <Row*><size_t>rows.ctypes.data
        if rows.dtype.itemsize != sizeof(Row) or not rows.flags.c_contiguous:
            raise ValueError("expected rows of MOVE, contiguous")
        misfits = []
        for n in range(count):
            if not self._place_one(&row[n], next_tick):
                misfits.append(row[n].slot)
        return misfits

    cdef bint _place_one(self, Row* row, int next_tick) noexcept nogil:
        cdef int slot = row.slot, ahead = <int16_t>(row.tick - next_tick), at, tick
        cdef bint fits = -INPUT_WINDOW <= ahead <= INPUT_LEAD
        cdef Claim* claim
        if not fits:
            ahead = 0 if ahead < 0 else INPUT_LEAD
        tick = <int>max(next_tick + ahead, self.first[slot])
        self.first[slot] = tick
        at = tick & 15
        self.wishes[slot, at, 0], self.wishes[slot, at, 1] = row.yaw, row.flags & 0x1FFF
        self.marks[slot, at] = 1
        self.since[slot] = max(self.since[slot], next_tick - tick)
        if row.predicted and fits and tick == next_tick + ahead:
            if self.claimed < self.most_claims:
                claim = &self.claims[self.claimed]
                claim.slot, claim.tick, claim.seen = slot, tick, row.seen
                claim.x, claim.z = row.claim_x, row.claim_z
                self.claimed += 1
        return fits

    def forget(self, int slot) -> None:
        """Forgets the past of a walker that was put somewhere, or has ended."""
        cdef Py_ssize_t n, kept = 0
        self.since[slot] = 0
        for n in range(self.claimed):
            if self.claims[n].slot != slot:
                self.claims[kept] = self.claims[n]
                kept += 1
        self.claimed = kept

    def step(self, const int32_t[::1] slots, int tick) -> None:
        """Brings every slot to `tick`. A wish that no input begins is the one before it, without
        its jump."""
        cdef Py_ssize_t n
        cdef int slot, back
        with nogil:
            for n in range(slots.shape[0]):
                slot = slots[n]
                for back in range(self.since[slot], -1, -1):
                    self._step_one(slot, (tick - back) & 15)
                self.since[slot] = 0
                self.marks[slot, (tick + 3) & 15] = 0

    def check(self, int tick, int patience) -> list:
        """The slots whose clients claimed to be where they are not; in the order of claims.

        A claim that was made before the last correction could arrive, within `patience` ticks,
        does not count.
        """
        cdef Py_ssize_t n, kept = 0, count = 0
        with nogil:
            for n in range(self.claimed):
                if self.claims[n].tick - 1 > tick:
                    self.claims[kept] = self.claims[n]
                    kept += 1
                elif self._is_wrong(&self.claims[n], tick, patience):
                    self.corrected[self.claims[n].slot] = tick
                    self.wrong[count] = self.claims[n].slot
                    count += 1
            self.claimed = kept
        return [self.wrong[n] for n in range(count)]

    cdef bint _is_wrong(self, Claim* claim, int tick, int patience) noexcept nogil:
        cdef int64_t corrected = self.corrected[claim.slot]
        cdef int at = (claim.tick - 1) & 15, x, z
        if tick - corrected < patience and <int16_t>(claim.seen - corrected) < 0:
            return False
        x = <int16_t>((self.states[claim.slot, at, 0] >> 8) - claim.x)
        z = <int16_t>((self.states[claim.slot, at, 2] >> 8) - claim.z)
        return not (-CLAIM_TOLERANCE <= x <= CLAIM_TOLERANCE
                    and -CLAIM_TOLERANCE <= z <= CLAIM_TOLERANCE)

    cdef void _step_one(self, int slot, int at) noexcept nogil:
        cdef int before = (at - 1) & 15
        cdef Walker w
        if not self.marks[slot, at]:
            self.wishes[slot, at, 0] = self.wishes[slot, before, 0]
            self.wishes[slot, at, 1] = self.wishes[slot, before, 1] & 0x0FFF
        w.x, w.y = self.states[slot, before, 0], self.states[slot, before, 1]
        w.z, w.vertical = self.states[slot, before, 2], self.states[slot, before, 3]
        w.heading, w.speed = self.turns[slot, before, 1], self.turns[slot, before, 2]
        w.air = self.turns[slot, before, 3]
        self._walk(&w, self.wishes[slot, at, 0], self.wishes[slot, at, 1])
        self.states[slot, at, 0], self.states[slot, at, 1] = <int32_t>w.x, <int32_t>w.y
        self.states[slot, at, 2], self.states[slot, at, 3] = <int32_t>w.z, <int32_t>w.vertical
        self.turns[slot, at, 0], self.turns[slot, at, 1] = <uint16_t>w.yaw, <uint16_t>w.heading
        self.turns[slot, at, 2], self.turns[slot, at, 3] = <uint16_t>w.speed, <uint16_t>w.air

    cdef void _walk(self, Walker* w, int yaw, int flags) noexcept nogil:
        cdef int gait = flags >> 10 & 3, target = 0, change = ACCELERATION // self.hz
        cdef int64_t length, dx, dz
        cdef int pieces, piece, index
        w.yaw = yaw
        if gait:
            w.heading = (flags & 1023) * 64
            target = 45 if gait == 1 else 128
        if w.speed < target:
            w.speed = min(w.speed + change, target)
        else:
            w.speed = max(w.speed - change, target)
        length = w.speed * SPEED_STEP // self.hz
        index = (w.heading + 32) // 64 & 1023
        dx = (length * self.sine[index] + 32768) >> 16
        dz = -((length * self.sine[(index + 256) & 1023] + 32768) >> 16)
        pieces = <int>max(1, (length + SUBSTEP - 1) // SUBSTEP)
        for piece in range(1, pieces + 1):
            self._slide(
                w,
                floor_div(dx * piece, pieces) - floor_div(dx * (piece - 1), pieces),
                floor_div(dz * piece, pieces) - floor_div(dz * (piece - 1), pieces),
            )
        if flags >> 12 & 1 and not w.air:
            w.air, w.vertical = 1, JUMP_SPEED // self.hz
        self._settle(w)

    cdef void _slide(self, Walker* w, int64_t east, int64_t south) noexcept nogil:
        cdef int64_t x = w.x + east, z = w.z + south, distance, push, grow_x, grow_z, length
        cdef int64_t fx, fz
        cdef int layer = self._layer_at(x, z, w.y)
        cdef int turn
        cdef Cell cell
        if layer >= 0:
            for turn in range(2):
                distance = self._distance(x, z, layer)
                if distance >= RADIUS:
                    break
                cell = self._corners(False, x, z, layer)
                fx, fz = x & (CELL - 1), z & (CELL - 1)
                grow_x = (cell.b - cell.a) * (CELL - fz) + (cell.d - cell.c) * fz
                grow_z = (cell.c - cell.a) * (CELL - fx) + (cell.d - cell.b) * fx
                length = <int64_t>sqrt(<double>(grow_x * grow_x + grow_z * grow_z))
                if length == 0:
                    break
                push = min(RADIUS - distance, PUSH_LIMIT)
                x += floor_div(grow_x * push, length)
                z += floor_div(grow_z * push, length)
            distance = self._distance(x, z, layer)
            if distance < RADIUS - WALL_TOLERANCE and distance < self._distance(w.x, w.z, layer):
                return
        w.x, w.z = x, z

    cdef void _settle(self, Walker* w) noexcept nogil:
        cdef int layer = self._layer_at(w.x, w.z, w.y)
        cdef int64_t floor = 0
        if layer >= 0:
            floor = self._height(self._corners(True, w.x, w.z, layer), w.x, w.z)
        if not w.air:
            if layer >= 0 and floor >= w.y - STEP_HEIGHT:
                w.y = floor
                return
            w.air, w.vertical = 1, 0
        w.vertical = max(
            w.vertical - GRAVITY // (self.hz * self.hz), floor_div(VERTICAL_LOW, self.hz)
        )
        w.y += w.vertical
        if layer >= 0 and w.y <= floor:
            w.y, w.air, w.vertical = floor, 0, 0

    cdef int _layer_at(self, int64_t x, int64_t z, int64_t y) noexcept nogil:
        cdef int layer, best = -1, under = -1
        cdef int64_t height, room, most = 0, highest = 0
        cdef Cell cell
        for layer in range(self.layers):
            cell = self._corners(True, x, z, layer)
            if not cell.found:
                continue
            height = self._height(cell, x, z)
            if -STEP_HEIGHT <= height - y <= STEP_HEIGHT:
                room = self._distance(x, z, layer)
                if best < 0 or room > most:
                    best, most = layer, room
            elif height < y and (under < 0 or height > highest):
                under, highest = layer, height
        return best if best >= 0 else under

    cdef Cell _corners(self, bint heights, int64_t x, int64_t z, int layer) noexcept nogil:
        """The four nodes round a place; for heights not found where any node has no floor."""
        cdef Cell cell
        cdef int64_t i = x >> 14, j = z >> 14
        cdef int64_t tile_x = (i >> 8) - self.tile_x0, tile_z = (j >> 8) - self.tile_z0
        cdef int block
        cell.a = cell.b = cell.c = cell.d = 0
        cell.found = False
        if not (0 <= tile_x < self.tiles_wide and 0 <= tile_z < self.tiles_deep):
            return cell
        block = self.table[tile_z, tile_x, layer]
        if block < 0:
            return cell
        i, j = i & 255, j & 255
        cell.found = True
        if heights:
            cell.a, cell.b = self.heights[block, j, i], self.heights[block, j, i + 1]
            cell.c, cell.d = self.heights[block, j + 1, i], self.heights[block, j + 1, i + 1]
            cell.found = not (cell.a == NONE or cell.b == NONE or cell.c == NONE or cell.d == NONE)
        else:
            cell.a, cell.b = self.distances[block, j, i], self.distances[block, j, i + 1]
            cell.c, cell.d = self.distances[block, j + 1, i], self.distances[block, j + 1, i + 1]
        return cell

    cdef int64_t _height(self, Cell cell, int64_t x, int64_t z) noexcept nogil:
        cdef int64_t fx = x & (CELL - 1), fz = z & (CELL - 1)
        cdef int64_t near = cell.a * (CELL - fx) + cell.b * fx
        cdef int64_t far = cell.c * (CELL - fx) + cell.d * fx
        return (near * (CELL - fz) + far * fz) >> 18

    cdef int64_t _distance(self, int64_t x, int64_t z, int layer) noexcept nogil:
        cdef Cell cell = self._corners(False, x, z, layer)
        return self._height(cell, x, z) if cell.found else FREE
