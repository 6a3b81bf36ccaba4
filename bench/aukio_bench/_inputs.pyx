"""The input packing kernel: the inputs of a whole group as masked websocket frames.

The layout of the message is drawn in protocol/aukio_protocol/wire.py, its slow twin.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

#: Bytes between two frames of a packed group: the longest, with a pose, fits.
STRIDE = 40

cdef enum:
    INPUT = 0x01
    BINARY = 0x82
    MASKED = 0x80
    HEAD = 6  # of a masked frame below 126 bytes
    PLAIN = 15  # of an input with a claim
    POSE = 17


def pack_inputs(
    int tick,
    const int64_t[::1] sequences,
    const int64_t[::1] seen,
    const int64_t[:, ::1] wishes,
    const int64_t[:, ::1] claims,
    const uint8_t[:, ::1] poses,
    const uint8_t[::1] posed,
    const uint32_t[::1] masks,
    uint8_t[:, ::1] frames,
    int32_t[::1] sizes,
) -> None:
    """Packs one input for each row of `wishes`.

    Shapes: sequences, seen, masks, posed (N,); wishes (N, 4): yaw 1/65536 turn, heading 1/1024
    turn, gait, jump; claims (N, 2) in 1/256 m; poses (N, 17), of use where `posed`; frames
    (N, STRIDE) and sizes (N,) are written.
    """
    cdef Py_ssize_t n
    with nogil:
        for n in range(wishes.shape[0]):
            sizes[n] = _pack(
                &frames[n, 0], tick, sequences[n], seen[n], &wishes[n, 0], &claims[n, 0],
                &poses[n, 0] if posed[n] else NULL, masks[n],
            )


cdef int _pack(
    uint8_t* frame, int tick, int64_t sequence, int64_t seen, const int64_t* wish,
    const int64_t* claim, const uint8_t* pose, uint32_t mask,
) noexcept nogil:
    cdef int size = PLAIN + (POSE if pose != NULL else 0), n
    cdef uint8_t* payload = frame + HEAD
    cdef int flags = <int>(wish[1] & 1023) | <int>wish[2] << 10 | 1 << 13
    if wish[3]:
        flags |= 1 << 12
    if pose != NULL:
        flags |= 1 << 14
    payload[0] = INPUT
    _put(payload + 1, sequence)
    _put(payload + 3, tick)
    _put(payload + 5, seen)
    _put(payload + 7, wish[0])
    _put(payload + 9, flags)
    _put(payload + 11, claim[0])
    _put(payload + 13, claim[1])
    if pose != NULL:
        for n in range(POSE):
            payload[PLAIN + n] = pose[n]
    frame[0], frame[1] = BINARY, <uint8_t>(MASKED | size)
    for n in range(4):
        frame[2 + n] = <uint8_t>(mask >> (8 * n))
    for n in range(size):
        payload[n] ^= frame[2 + (n & 3)]
    return HEAD + size


cdef inline void _put(uint8_t* at, int64_t value) noexcept nogil:
    at[0], at[1] = <uint8_t>value, <uint8_t>(value >> 8)
