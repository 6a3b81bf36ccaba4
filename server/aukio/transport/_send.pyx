"""The sending kernel: one socket call a frame, over file descriptors, without the interpreter.

Slow twin: tests/oracles/sending.py. Source of the two flags: send(2).
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int32_t, int64_t, uint8_t

cdef extern from "<sys/socket.h>" nogil:
    Py_ssize_t send(int descriptor, const void *buffer, size_t length, int flags)
    int MSG_DONTWAIT
    int MSG_NOSIGNAL

cdef enum:
    FAILED = -1


def send_frames(
    const int32_t[::1] descriptors,
    const uint8_t[::1] data,
    const int64_t[::1] starts,
    int32_t[::1] sent,
) -> None:
    """Sends `data[starts[k]:starts[k + 1]]` on descriptor k; a negative one is left out.

    `sent[k]` becomes how many bytes the kernel took, 0 where its buffer is full or nothing was
    tried, -1 where the socket is broken. Nothing is retried: the caller gives what is left to the
    transport.
    """
    cdef Py_ssize_t count = descriptors.shape[0], k
    cdef Py_ssize_t taken
    cdef const uint8_t* base = NULL
    if sent.shape[0] < count or starts.shape[0] < count + 1:
        raise ValueError("an entry for each descriptor, and the end of the last frame")
    if count and (starts[0] < 0 or starts[count] > data.shape[0]):
        raise ValueError("frames lie within the data")
    if data.shape[0]:
        base = &data[0]
    with nogil:
        for k in range(count):
            sent[k] = 0
            if descriptors[k] < 0:
                continue
            taken = send(
                descriptors[k],
                base + starts[k],
                starts[k + 1] - starts[k],
                MSG_DONTWAIT | MSG_NOSIGNAL,
            )
            if taken >= 0:
                sent[k] = <int32_t> taken
            elif errno != EAGAIN and errno != EINTR:
                sent[k] = FAILED


def fan_out(const int32_t[::1] descriptors, bytes frame not None, int32_t[::1] sent) -> None:
    """Sends one frame on every descriptor; otherwise like `send_frames`."""
    cdef Py_ssize_t count = descriptors.shape[0], k, size = PyBytes_GET_SIZE(frame), taken
    cdef const char* data = PyBytes_AS_STRING(frame)
    if sent.shape[0] < count:
        raise ValueError("an entry for each descriptor")
    with nogil:
        for k in range(count):
            sent[k] = 0
            if descriptors[k] < 0:
                continue
            taken = send(descriptors[k], data, size, MSG_DONTWAIT | MSG_NOSIGNAL)
            if taken >= 0:
                sent[k] = <int32_t> taken
            elif errno != EAGAIN and errno != EINTR:
                sent[k] = FAILED
