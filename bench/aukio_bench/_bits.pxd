"""Reading bits: least significant first, from a piece of memory that nobody must read beyond.

A reader is a local struct: the compiler keeps it in registers, which it cannot with an object's
fields. Faults are the numbers of `_decode.FAULTS`; the first one stays.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    ENDS = 1, HEAD, EMPTY, RANGE, LONG, UNKNOWN, KNOWN, STRANGER, GENERATION, PLACE, FORM, RAMP
    PADDING, PARAMETER, LEAVE, OWN, BACK, INTRODUCTION

cdef struct Bits:
    const uint8_t* data
    Py_ssize_t at, end  # in bits
    int fault


cdef inline void fail(Bits* bits, int fault) noexcept nogil:
    if not bits.fault:
        bits.fault = fault


cdef inline uint64_t ahead(const Bits* bits) noexcept nogil:
    """The next 57 bits or more, without taking them; 0 bits beyond the end."""
    cdef Py_ssize_t first = bits.at >> 3, size = bits.end >> 3, n
    cdef uint64_t value = 0
    if first + 8 <= size:
        memcpy(&value, bits.data + first, 8)  # as BELIEF does: on little-endian machines only
    else:
        for n in range(size - first):
            value |= <uint64_t>bits.data[first + n] << (8 * n)
    return value >> (bits.at & 7)


cdef inline uint32_t take(Bits* bits, int count) noexcept nogil:
    """The next bits (at most 24); 0 and a fault beyond the end."""
    cdef uint64_t value = ahead(bits)
    if bits.at + count > bits.end:
        fail(bits, ENDS)
        return 0
    bits.at += count
    return <uint32_t>(value & ((<uint64_t>1 << count) - 1))


cdef inline int take_signed(Bits* bits, int count) noexcept nogil:
    cdef int value = take(bits, count)
    return value - (1 << count) if value >> (count - 1) else value


cdef inline int take_rice(Bits* bits, int k, int most) noexcept nogil:
    """A Rice code of a value up to `most`."""
    cdef int ones = 0, run = 56, value
    cdef uint64_t next_bits
    while run == 56:
        next_bits, run = ahead(bits), 0
        while next_bits & 1 and run < 56:
            next_bits >>= 1
            run += 1
        ones += run
        bits.at += run
        if ones << k > most:
            fail(bits, RANGE)
            return 0
    value = ones << k | <int>(take(bits, k + 1) >> 1)  # the 0 comes first
    if value > most:
        fail(bits, RANGE)
        return 0
    return value


cdef inline int take_unsigned(Bits* bits) noexcept nogil:
    """A MessagePack unsigned integer below 65,536 in its shortest form, or -1."""
    cdef int head = take(bits, 8), value
    if head < 128:
        return head
    if head == 0xCC:
        value = take(bits, 8)
        return value if value > 127 else -1
    if head == 0xCD:
        value = take(bits, 8) << 8
        value |= take(bits, 8)
        return value if value > 255 else -1
    return -1


cdef inline void align(Bits* bits) noexcept nogil:
    if bits.at & 7 and take(bits, 8 - (bits.at & 7)):
        fail(bits, PADDING)
