"""The sending kernel: one socket call for each of many, over file descriptors.

Slow twin: tests/oracles/sending.py. Source of the two flags: send(2).
"""

from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.string cimport memset

cdef extern from "<sys/uio.h>" nogil:
    struct iovec:
        void *iov_base
        size_t iov_len

cdef extern from "<sys/socket.h>" nogil:
    struct msghdr:
        iovec *msg_iov
        size_t msg_iovlen
    Py_ssize_t send(int descriptor, const void *buffer, size_t length, int flags)
    Py_ssize_t sendmsg(int descriptor, const msghdr *message, int flags)
    int MSG_DONTWAIT
    int MSG_NOSIGNAL

cdef enum:
    FAILED = -1


def send_pieces(
    const int32_t[::1] descriptors,
    const uint8_t[::1] first,
    const int64_t[::1] first_begins,
    const int64_t[::1] first_ends,
    const uint8_t[::1] second,
    const int64_t[::1] second_begins,
    const int64_t[::1] second_ends,
    int32_t[::1] sent,
) -> None:
    """Sends `first[first_begins[k]:first_ends[k]]` and then the same of `second` on descriptor k.

    A negative descriptor is left out; so is who gets nothing. `sent[k]` becomes how many bytes the
    kernel took of both, 0 where its buffer is full or nothing was tried, -1 where the socket is
    broken. Nothing is retried: the caller gives what is left to the transport.
    """
    cdef Py_ssize_t count = descriptors.shape[0], k, taken
    cdef iovec[2] parts
    cdef msghdr message
    if sent.shape[0] < count:
        raise ValueError("an entry for each descriptor")
    _check(count, first, first_begins, first_ends)
    _check(count, second, second_begins, second_ends)
    memset(&message, 0, sizeof(message))
    message.msg_iov, message.msg_iovlen = parts, 2
    with nogil:
        for k in range(count):
            sent[k] = 0
            if descriptors[k] < 0:
                continue
            parts[0].iov_len = first_ends[k] - first_begins[k]
            parts[1].iov_len = second_ends[k] - second_begins[k]
            if parts[0].iov_len:
                parts[0].iov_base = <void*>(&first[0] + first_begins[k])
            if parts[1].iov_len:
                parts[1].iov_base = <void*>(&second[0] + second_begins[k])
            if parts[0].iov_len and parts[1].iov_len:
                taken = sendmsg(descriptors[k], &message, MSG_DONTWAIT | MSG_NOSIGNAL)
            elif parts[0].iov_len or parts[1].iov_len:
                # Cheaper than a message of one part.
                part = parts[0] if parts[0].iov_len else parts[1]
                taken = send(
                    descriptors[k], part.iov_base, part.iov_len, MSG_DONTWAIT | MSG_NOSIGNAL
                )
            else:
                continue
            if taken >= 0:
                sent[k] = <int32_t> taken
            elif errno != EAGAIN and errno != EINTR:
                sent[k] = FAILED


cdef int _check(
    Py_ssize_t count,
    const uint8_t[::1] data,
    const int64_t[::1] begins,
    const int64_t[::1] ends,
) except -1:
    """Every piece lies within its data."""
    cdef Py_ssize_t k
    if begins.shape[0] < count or ends.shape[0] < count:
        raise ValueError("an entry for each descriptor")
    for k in range(count):
        if not 0 <= begins[k] <= ends[k] <= data.shape[0]:
            raise ValueError("pieces lie within the data")
    return 0
