"""The lane: complete masked binary frames taken straight out of a received buffer.

It knows no connection. It stops at the first frame that is not wholly there or not plain (any bit
but FIN set, another opcode, no mask, too long) and leaves that frame to the websockets library.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    FIN_BINARY = 0x82
    MASKED = 0x80
    LENGTH_BITS = 0x7F
    MASK_BYTES = 4

cdef uint64_t ENDLESS = <uint64_t> 1 << 62


cdef inline uint64_t _big_endian(const uint8_t *source, Py_ssize_t size) noexcept nogil:
    cdef uint64_t value = 0
    cdef Py_ssize_t at
    for at in range(size):
        value = (value << 8) | source[at]
    return value


cdef inline Py_ssize_t _extra_length_bytes(uint8_t second) noexcept nogil:
    cdef uint8_t short_length = second & LENGTH_BITS
    if short_length == 126:
        return 2
    if short_length == 127:
        return 8
    return 0


cdef void _unmask(
    uint8_t *target, const uint8_t *source, Py_ssize_t length, const uint8_t *mask
) noexcept nogil:
    cdef uint32_t mask4
    cdef uint64_t mask8, word
    cdef Py_ssize_t at = 0
    memcpy(&mask4, mask, 4)
    mask8 = (<uint64_t> mask4 << 32) | mask4
    # memcpy, because neither end is aligned; the compiler makes it one load and one store.
    while at + 8 <= length:
        memcpy(&word, source + at, 8)
        word ^= mask8
        memcpy(target + at, &word, 8)
        at += 8
    while at < length:
        target[at] = source[at] ^ mask[at & 3]
        at += 1


def take(bytes data not None, Py_ssize_t start, Py_ssize_t limit, list messages not None):
    """Takes plain frames from `start` on, as many as are complete, and appends their payloads.

    Args:
        data: what was received; `start` is a frame boundary in it.
        limit: the longest payload taken, in bytes.
        messages: gets the unmasked payloads, in order.

    Returns:
        Where the first frame begins that was not taken, or the length of `data`.
    """
    cdef const uint8_t *buffer = <const uint8_t *> PyBytes_AS_STRING(data)
    cdef Py_ssize_t end = PyBytes_GET_SIZE(data)
    cdef Py_ssize_t at = start
    cdef Py_ssize_t extra, body
    cdef uint64_t length
    cdef bytes payload
    if at < 0:
        return start
    while end - at >= 2 + MASK_BYTES:
        if buffer[at] != FIN_BINARY or not buffer[at + 1] & MASKED:
            break
        extra = _extra_length_bytes(buffer[at + 1])
        body = at + 2 + extra + MASK_BYTES
        if body > end:
            break
        if extra:
            length = _big_endian(buffer + at + 2, extra)
        else:
            length = buffer[at + 1] & LENGTH_BITS
        if length > <uint64_t> limit or length > <uint64_t> (end - body):
            break
        payload = PyBytes_FromStringAndSize(NULL, <Py_ssize_t> length)
        _unmask(
            <uint8_t *> PyBytes_AS_STRING(payload),
            buffer + body,
            <Py_ssize_t> length,
            buffer + body - MASK_BYTES,
        )
        messages.append(payload)
        at = body + <Py_ssize_t> length
    return at


def extent(bytes data not None, Py_ssize_t start):
    """How many bytes the frame at `start` spans, whether or not all of them are there.

    Returns:
        0 while its length is not known yet; what is there, when its first two bytes already tell
        that it will be refused (the library must see those at once, or a close code would depend
        on how the network cut the stream).
    """
    cdef const uint8_t *buffer = <const uint8_t *> PyBytes_AS_STRING(data) + start
    cdef Py_ssize_t there = PyBytes_GET_SIZE(data) - start
    cdef Py_ssize_t extra, head
    cdef uint64_t length
    cdef uint8_t opcode
    if start < 0 or there < 2:
        return 0
    opcode = buffer[0] & 0x0F
    if not buffer[1] & MASKED or 0x03 <= opcode <= 0x07 or opcode > 0x0A:
        return there
    extra = _extra_length_bytes(buffer[1])
    head = 2 + extra + MASK_BYTES
    if there < 2 + extra:
        return 0
    if extra:
        length = _big_endian(buffer + 2, extra)
    else:
        length = buffer[1] & LENGTH_BITS
    if length > ENDLESS:
        length = ENDLESS  # or the sum would wrap; the library refuses such a frame by its length
    return head + length
