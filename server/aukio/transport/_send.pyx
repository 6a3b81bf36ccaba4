"""The sending kernel: one socket call a frame, over file descriptors, without the interpreter.

Slow twin: tests/oracles/sending.py. Source of the two flags: send(2).
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int32_t

cdef extern from "<sys/socket.h>" nogil:
    Py_ssize_t send(int descriptor, const void *buffer, size_t length, int flags)
    int MSG_DONTWAIT
    int MSG_NOSIGNAL

cdef enum:
    MOST = 256
    FAILED = -1


def send_frames(const int32_t[::1] descriptors, list frames not None, int32_t[::1] sent):
    """Sends frame k on descriptor k, at most 256 of them.

    `sent[k]` becomes how many bytes the kernel took, 0 where its buffer is full, -1 where the
    socket is broken. Nothing is retried: the caller gives what is left to the transport.
    """
    cdef Py_ssize_t count = len(frames), k
    cdef const char* buffers[MOST]
    cdef Py_ssize_t sizes[MOST]
    cdef Py_ssize_t taken
    if count > MOST or descriptors.shape[0] < count or sent.shape[0] < count:
        raise ValueError(f"at most {MOST} frames, and an entry for each")
    for k in range(count):
        frame = frames[k]
        if not isinstance(frame, bytes):
            raise TypeError("frames are bytes")
        buffers[k], sizes[k] = PyBytes_AS_STRING(frame), PyBytes_GET_SIZE(frame)
    with nogil:
        for k in range(count):
            taken = send(descriptors[k], buffers[k], sizes[k], MSG_DONTWAIT | MSG_NOSIGNAL)
            if taken >= 0:
                sent[k] = <int32_t> taken
            elif errno == EAGAIN or errno == EINTR:
                sent[k] = 0
            else:
                sent[k] = FAILED
