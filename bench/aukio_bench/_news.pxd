"""One record of a snapshot as it was written, before anybody looks at whom it is about.

Reading all records first and looking up their rows afterwards lets the rows be fetched while the
rest is read: they lie in far more memory than any cache holds. What a record says alone is checked
here, what it says of a row where it is applied (`_decode.View`).
"""

from libc.stdint cimport int8_t, int32_t, uint8_t, uint16_t, uint64_t
from libc.string cimport memcpy

from aukio_bench._bits cimport Bits, FORM, LONG, PLACE, RAMP, fail, take, take_signed

cdef enum:
    STILL = 0, MOVING, TURNING, FREE
    RARE = 3  # the kind of a record; the others are their form
    KEEP = 3  # the gait of who keeps its speed
    ENTERS = 1, IS_WHOLE = 2, IS_COARSE = 4, IS_RARE = 8
    IS_CUT = 16  # a fault stands in it, behind what says whom it is about

cdef struct News:
    int32_t x, y, z  # in 1/128 m if whole; else the low bits, and y only in the air
    int32_t before  # the tick of the news before it, -1: the entity enters
    uint16_t slot, yaw, heading
    uint8_t speed, gait, bend, air
    int8_t turn, vertical
    uint8_t generation, kind, flags


cdef inline bint read_plain(Bits* bits, News* news) noexcept nogil:
    """Takes a record of somebody known, on foot, who stands or moves, when it is legal.

    These are nearly all. Otherwise nothing is taken, and `read_record` says what it is.
    """
    cdef uint64_t word
    cdef int kind, width = 9, turn = 10, used, side = 0, gait = 0, speed = 0, normal
    if bits.end - bits.at < 64:
        return False
    memcpy(&word, bits.data + (bits.at >> 3), 8)
    word >>= bits.at & 7  # 57 bits or more, and 46 are the most that is needed
    kind = word & 3
    if kind > MOVING:
        return False
    news.flags = 0
    if word & 4:
        news.flags, width, turn = IS_COARSE, 7, 8
    word >>= 3
    news.x = word & ((1 << width) - 1)
    word >>= width
    news.z = word & ((1 << width) - 1)
    word >>= width
    news.yaw = <uint16_t>((word & ((1 << turn) - 1)) << (16 - turn))
    word >>= turn
    used = 3 + 2 * width + turn
    if kind == MOVING:
        if word & 1:
            side = word >> 1 & 7
            if not side:
                return False
            word >>= 3
            used += 3
        gait = word >> 1 & 3
        word >>= 3
        used += 3
        normal = 45 if gait == 1 else 128 if gait == 2 else 0
        speed = normal
        if gait:
            used += 1
            if word & 1:
                speed = word >> 1 & 255
                used += 8
        else:
            speed = word & 255
            used += 8
        if gait == KEEP or (speed == normal and (not gait or word & 1)):
            return False
    news.heading = <uint16_t>(news.yaw + side * 8192)
    news.speed, news.gait = <uint8_t>speed, <uint8_t>gait
    news.bend = news.air = 0
    news.turn = news.vertical = 0
    bits.at += used
    return True


cdef inline void read_record(Bits* bits, News* news, int belief) noexcept nogil:
    """Takes any record; `belief` is for how many ticks a turn goes on unless it says."""
    cdef int kind = take(bits, 2), form = kind
    cdef bint enters = kind == RARE and take(bits, 1), whole, coarse
    news.flags = ENTERS if enters else 0
    if enters:
        news.generation, news.kind = <uint8_t>take(bits, 8), <uint8_t>take(bits, 2)
    if not bits.fault:
        news.flags |= IS_CUT
    whole = kind == RARE and take(bits, 1)
    coarse = kind != RARE and take(bits, 1)
    if enters and not whole:
        fail(bits, PLACE)
    if bits.fault:
        return
    news.air, news.vertical = 0, 0
    if whole:
        news.x, news.z, news.y = take_signed(bits, 23), take_signed(bits, 23), take_signed(bits, 17)
    else:
        news.x, news.z = take(bits, 7 if coarse else 9), take(bits, 7 if coarse else 9)
    if kind == RARE:
        news.air = <uint8_t>take(bits, 1)
        if news.air:
            if not whole:
                news.y = take_signed(bits, 17)
            news.vertical = <int8_t>take_signed(bits, 8)
        form = take(bits, 2)
        if not whole and form != FREE:
            fail(bits, LONG)
    _read_motion(bits, news, form, coarse, belief)
    news.flags |= IS_WHOLE * whole | IS_COARSE * coarse | IS_RARE * (kind == RARE)
    if not bits.fault:
        news.flags &= ~IS_CUT


cdef inline void _read_motion(
    Bits* bits, News* news, int form, bint coarse, int belief
) noexcept nogil:
    if form == TURNING:
        news.yaw = <uint16_t>(take(bits, 12) * 16)
    else:
        news.yaw = <uint16_t>(take(bits, 8) * 256 if coarse else take(bits, 10) * 64)
    news.heading = news.yaw
    news.speed = news.gait = news.bend = 0
    news.turn = 0
    if form == FREE:
        news.heading = <uint16_t>(take(bits, 10) * 64)
        news.speed, news.gait = <uint8_t>take(bits, 8), <uint8_t>take(bits, 2)
    elif form != STILL:
        _read_way(bits, news, form)
    if form == TURNING:
        _read_turn(bits, news, belief)
    if form != _form_of(news):
        fail(bits, FORM)


cdef inline void _read_way(Bits* bits, News* news, int form) noexcept nogil:
    """Side, gait and speed of who moves or turns."""
    cdef int side, normal, ramp = 1
    if take(bits, 1):
        side = take(bits, 3)
        if not side:
            fail(bits, LONG)
        news.heading = <uint16_t>(news.yaw + side * 8192)
    news.gait = <uint8_t>take(bits, 2)
    normal = 45 if news.gait == 1 else 128 if news.gait == 2 else 0
    if form == TURNING or news.gait:
        ramp = take(bits, 1)
    news.speed = <uint8_t>take(bits, 8) if ramp else <uint8_t>normal
    if ramp and news.speed == normal:
        fail(bits, RAMP)


cdef inline void _read_turn(Bits* bits, News* news, int belief) noexcept nogil:
    """The turn and for how many ticks it goes on."""
    cdef int left = take(bits, 1), turn = take(bits, 4)
    if left and not turn:
        fail(bits, FORM)  # a second way to write 0 (CV2)
    news.turn = <int8_t>(-turn if left else turn)
    news.bend = <uint8_t>belief
    if take(bits, 1):
        news.bend = <uint8_t>take(bits, 6)
        if news.bend == belief:
            fail(bits, LONG)


cdef inline int _form_of(const News* news) noexcept nogil:
    if news.air or news.gait == KEEP:
        return FREE
    if (news.gait or news.speed) and (news.heading - news.yaw) & 8191:
        return FREE
    if news.bend:
        return TURNING
    return MOVING if news.gait or news.speed else STILL
