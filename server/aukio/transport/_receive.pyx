"""The receiving kernel: what has arrived on many sockets, taken in one call.

Source: epoll(7), level-triggered: what is left in a socket is reported again.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport uint32_t, uint64_t

cdef extern from "<sys/epoll.h>" nogil:
    ctypedef union epoll_data_t:
        int fd
        uint64_t u64

    cdef struct epoll_event:
        uint32_t events
        epoll_data_t data

    int epoll_create1(int flags)
    int epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event)
    int epoll_wait(int epoll, epoll_event* events, int most, int timeout)
    int EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL
    uint32_t EPOLLIN, EPOLLRDHUP

cdef extern from "<sys/socket.h>" nogil:
    Py_ssize_t recv(int descriptor, void* buffer, size_t length, int flags)
    int MSG_DONTWAIT

cdef extern from "<unistd.h>" nogil:
    int close(int descriptor)

cdef enum:
    MOST = 512  # sockets in one call
    BYTES = 65536  # of one socket in one call


cdef class Poll:
    """A set of sockets that are received from together.

    A socket that is closed leaves the set by itself; its number may then be another's.
    """

    cdef int epoll
    cdef epoll_event[MOST] events
    cdef char[BYTES] buffer

    def __cinit__(self):
        self.epoll = epoll_create1(EPOLL_CLOEXEC)
        if self.epoll < 0:
            raise OSError(errno, "epoll_create1")

    def __dealloc__(self):
        self.close()

    def fileno(self) -> int:
        """The descriptor that is readable while any of the sockets is; -1 after `close`."""
        return self.epoll

    def close(self) -> None:
        """Ends the set, not its sockets; idempotent."""
        if self.epoll >= 0:
            close(self.epoll)
        self.epoll = -1

    def add(self, int descriptor) -> None:
        """Adds a socket.

        Raises:
            OSError: it is none, or it is in the set.
        """
        cdef epoll_event event
        event.events = EPOLLIN | EPOLLRDHUP
        event.data.fd = descriptor
        if epoll_ctl(self.epoll, EPOLL_CTL_ADD, descriptor, &event):
            raise OSError(errno, "epoll_ctl")

    def remove(self, int descriptor) -> None:
        """Takes a socket out; nothing happens if it is not in."""
        cdef epoll_event event
        epoll_ctl(self.epoll, EPOLL_CTL_DEL, descriptor, &event)

    def receive(self) -> list:
        """What has arrived: (descriptor, bytes) of at most MOST sockets, BYTES of each.

        No bytes at all stand for the end of a stream, or for an error of its socket.
        """
        cdef int count, n
        cdef Py_ssize_t taken
        arrived = []
        with nogil:
            count = epoll_wait(self.epoll, self.events, MOST, 0)
        for n in range(count):
            taken = recv(self.events[n].data.fd, self.buffer, BYTES, MSG_DONTWAIT)
            if taken < 0 and (errno == EAGAIN or errno == EINTR):
                continue
            arrived.append(
                (self.events[n].data.fd, PyBytes_FromStringAndSize(self.buffer, max(0, taken)))
            )
        return arrived
