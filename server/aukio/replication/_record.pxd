"""The layout of records as bits (SPEC SN4), for the encoding kernel; its readable twin is
protocol/aukio_protocol/snapshot.py."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    X, Y, Z, YAW, HEADING, SPEED, GAIT, TURN, BEND, AIR, VERTICAL, AGE

# An enum of its own: in one with the fields these would go on counting from twelve.
cdef enum:
    STILL, MOVING, TURNING, RARE

cdef enum:
    FREE = 3  # the form of a rare record; the forms before it have the numbers of their kinds
    KEEP = 3  # a gait: the speed stays as it is

cdef struct Bits:
    uint8_t* buffer
    Py_ssize_t length  # whole bytes written
    uint64_t rest  # bits that make no byte yet
    int count

cdef struct Body:
    # What stands behind the gap in a plain record: the same for every viewer of a tick.
    uint64_t word
    int32_t epoch  # of what it was made from
    int16_t length  # bits; 0 where a record is not plain
    int16_t cost  # what `bits_of` says

cdef extern from *:
    """
    static inline int aukio_low_bit(unsigned long long word) { return __builtin_ctzll(word); }
    static inline int aukio_width(unsigned int word) { return word ? 32 - __builtin_clz(word) : 0; }
    static inline int aukio_ones(unsigned long long word) { return __builtin_popcountll(word); }
    """
    int aukio_low_bit(uint64_t word) noexcept nogil
    int aukio_width(unsigned int word) noexcept nogil
    int aukio_ones(uint64_t word) noexcept nogil


cdef inline void put(Bits* out, uint64_t value, int bits) noexcept nogil:
    """At most 56 bits; the buffer has eight bytes to spare behind what is written.

    Bytes go low ones first, as the machines this runs on keep them.
    """
    cdef int whole
    out.rest |= (value & ((<uint64_t>1 << bits) - 1)) << out.count
    out.count += bits
    if out.count >= 8:
        memcpy(&out.buffer[out.length], &out.rest, 8)
        whole = out.count >> 3
        out.length += whole
        out.rest >>= 8 * whole
        out.count &= 7


cdef inline void align(Bits* out) noexcept nogil:
    if out.count:
        out.buffer[out.length] = out.rest & 0xFF
        out.length += 1
        out.rest, out.count = 0, 0


cdef inline int rice_of(int last, int count) noexcept nogil:
    """k of the gaps of `count` slots, the greatest of which is `last`."""
    cdef int width
    if count == 0:
        return 0
    width = aukio_width((last + 1 - count) // count)
    return 0 if width < 1 else min(7, width - 1)


cdef inline int form_of(const int32_t* record) noexcept nogil:
    if record[AIR] or record[GAIT] == KEEP:
        return FREE
    if not (record[GAIT] or record[SPEED] or record[BEND]):
        return STILL
    if (record[GAIT] or record[SPEED]) and (record[HEADING] - record[YAW]) & 8191:
        return FREE
    return TURNING if record[BEND] else MOVING


cdef inline int normal_speed(int gait) noexcept nogil:
    return 45 if gait == 1 else 128 if gait == 2 else 0


cdef inline bint is_coarse(const int32_t* record, int form, int tier) noexcept nogil:
    """Whether a record goes on coarse steps: none of the near unless it lies on them already."""
    if form != TURNING and record[YAW] & 255:
        return False
    if tier:
        return True
    return not (((record[X] + 256) >> 9) & 3 or ((record[Z] + 256) >> 9) & 3)


cdef inline int bits_of(
    const int32_t* record, int tier, bint enter, bint whole, int belief
) noexcept nogil:
    """How many bits a record takes, with a gap of seven."""
    cdef int form = form_of(record), bits = 9
    if enter or whole or form == FREE:
        bits += 6 + (10 if enter else 0) + (63 if whole else 18)
        if record[AIR]:
            bits += 8 + (0 if whole else 17)
        if form == FREE:
            return bits + 30
        bits += 10
    elif is_coarse(record, form, tier):
        bits += 23
    else:
        bits += 29
    if form != STILL:
        bits += 3 + (3 if record[HEADING] != record[YAW] else 0)
        if not record[GAIT] or record[SPEED] != normal_speed(record[GAIT]):
            bits += 8
        if form == MOVING:
            bits += 1 if record[GAIT] else 0
        else:
            bits += 9 + (6 if record[BEND] != belief else 0)
    return bits


cdef inline void put_gap(Bits* out, int gap, int k) noexcept nogil:
    cdef int ones = gap >> k
    while ones > 32:
        put(out, 0xFFFFFFFF, 32)
        ones -= 32
    put(
        out,
        (<uint64_t>1 << ones) - 1 | (<uint64_t>gap & ((<uint64_t>1 << k) - 1)) << (ones + 1),
        ones + 1 + k,
    )


cdef inline void put_place(Bits* out, const int32_t* record, bint coarse) noexcept nogil:
    if coarse:
        put(out, (record[X] + 1024) >> 11, 7)
        put(out, (record[Z] + 1024) >> 11, 7)
    else:
        put(out, (record[X] + 256) >> 9, 9)
        put(out, (record[Z] + 256) >> 9, 9)


cdef inline void put_way(Bits* out, const int32_t* record) noexcept nogil:
    """Which way somebody goes against where they face, and their gait."""
    cdef int side = ((record[HEADING] - record[YAW]) & 65535) >> 13
    put(out, side != 0, 1)
    if side:
        put(out, side, 3)
    put(out, record[GAIT], 2)


cdef inline void put_motion(
    Bits* out, const int32_t* record, int form, bint coarse, int belief
) noexcept nogil:
    cdef bint ramp = record[SPEED] != normal_speed(record[GAIT])
    if form == TURNING:
        put(out, (record[YAW] & 65535) >> 4, 12)
    elif coarse:
        put(out, (record[YAW] & 65535) >> 8, 8)
    else:
        put(out, (record[YAW] & 65535) >> 6, 10)
    if form == FREE:
        put(out, (record[HEADING] & 65535) >> 6, 10)
        put(out, record[SPEED], 8)
        put(out, record[GAIT], 2)
    elif form != STILL:
        put_way(out, record)
        if form == TURNING or record[GAIT]:
            put(out, ramp, 1)
        if ramp:
            put(out, record[SPEED], 8)
        if form == TURNING:
            put(out, record[TURN] < 0, 1)
            put(out, record[TURN] if record[TURN] >= 0 else -record[TURN], 4)
            put(out, record[BEND] != belief, 1)
            if record[BEND] != belief:
                put(out, record[BEND], 6)


cdef inline void put_plain(
    Bits* out, const int32_t* record, int form, int tier, int belief
) noexcept nogil:
    cdef bint coarse = is_coarse(record, form, tier)
    put(out, form, 2)
    put(out, coarse, 1)
    put_place(out, record, coarse)
    put_motion(out, record, form, coarse, belief)


cdef inline void make_body(
    Body* body, int epoch, const int32_t* record, int tier, int belief
) noexcept nogil:
    cdef uint8_t[24] buffer
    cdef Bits out
    cdef int form = form_of(record)
    out.buffer, out.length, out.rest, out.count = &buffer[0], 0, 0, 0
    body.epoch, body.length = epoch, 0
    body.cost = <int16_t>bits_of(record, tier, False, False, belief)
    if form != FREE:
        put_plain(&out, record, form, tier, belief)  # 60 bits at most
        body.length = <int16_t>(8 * out.length + out.count)
        align(&out)
        memcpy(&body.word, buffer, 8)


cdef inline void put_body(Bits* out, const Body* body) noexcept nogil:
    if body.length > 32:
        put(out, body.word, 32)
        put(out, body.word >> 32, body.length - 32)
    else:
        put(out, body.word, body.length)


cdef inline void put_record(
    Bits* out,
    int gap,
    int k,
    const int32_t* record,
    int tier,
    bint enter,
    int generation,
    int kind,
    bint whole,
    int hz,
    int belief,
) noexcept nogil:
    cdef int form = form_of(record)
    put_gap(out, gap, k)
    if not (enter or whole or form == FREE):
        put_plain(out, record, form, tier, belief)
        return
    put(out, RARE, 2)
    put(out, enter, 1)
    if enter:
        put(out, generation, 8)
        put(out, kind, 2)
    put(out, whole, 1)
    if whole:
        put(out, (record[X] + 256) >> 9, 23)
        put(out, (record[Z] + 256) >> 9, 23)
        put(out, (record[Y] + 256) >> 9, 17)
    else:
        put_place(out, record, False)
    put(out, record[AIR] != 0, 1)
    if record[AIR]:
        if not whole:
            put(out, (record[Y] + 256) >> 9, 17)
        put(out, (2 * record[VERTICAL] * hz + 8192) >> 14, 8)
    put(out, form, 2)
    put_motion(out, record, form, False, belief)
