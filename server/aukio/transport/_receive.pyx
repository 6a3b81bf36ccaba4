"""The receiving kernel: what has arrived on many sockets, taken in one call.

Most of it are inputs. Those of a client that is led to an inbox go there without becoming objects;
whatever else arrives, or is wrong, goes the way of everything, from its first byte on.

Source: epoll(7), level-triggered: what is left in a socket is reported again.
"""

cimport cython

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from aukio.session._inbox cimport Inbox

from aukio_protocol.messages import INPUT_ID

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
    int EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD
    uint32_t EPOLLIN, EPOLLRDHUP, EPOLLONESHOT

cdef extern from "<sys/socket.h>" nogil:
    Py_ssize_t recv(int descriptor, void* buffer, size_t length, int flags)
    int MSG_DONTWAIT

cdef extern from "<unistd.h>" nogil:
    int close(int descriptor)

cdef enum:
    MOST = 512  # sockets in one call
    BYTES = 65536  # of one socket in one call
    FIN_BINARY = 0x82
    MASKED = 0x80
    HEAD = 6  # bytes of a short masked frame before its payload
    SHORT = 64  # bytes of a payload, more than any input has

cdef int INPUT = INPUT_ID


cdef class Poll:
    """A set of sockets that are received from together.

    A socket that is closed leaves the set by itself; its number may then be another's.
    `active`: on how many something had arrived at the last call.

    The loop watches `bell`, a set around the set whose only entry goes off once. To take the set
    itself in and out of what the loop watches makes the kernel walk through all its sockets each
    time (`ep_loop_check_proc`), 0.3 ms for a thousand; to set the bell again does not.
    """

    cdef int epoll, bell
    cdef epoll_event[MOST] events
    cdef uint8_t[BYTES] buffer
    cdef dict ways  # by descriptor
    cdef readonly int active

    def __cinit__(self):
        self.bell = -1
        self.epoll = epoll_create1(EPOLL_CLOEXEC)
        if self.epoll >= 0:
            self.bell = epoll_create1(EPOLL_CLOEXEC)
        if self.bell < 0:
            raise OSError(errno, "epoll_create1")
        self.ways = {}
        self._set_bell(EPOLL_CTL_ADD, 0)

    def __dealloc__(self):
        self.close()

    def fileno(self) -> int:
        """The descriptor that becomes readable when the bell goes off; -1 after `close`."""
        return self.bell

    def set_bell(self) -> None:
        """Lets the bell go off when something arrives, or at once if it is there already."""
        self._set_bell(EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT)

    def silence(self) -> None:
        """After the bell went off: it is quiet until it is set again."""
        cdef epoll_event event
        epoll_wait(self.bell, &event, 1, 0)

    def close(self) -> None:
        """Ends the set, not its sockets; idempotent."""
        for descriptor in (self.bell, self.epoll):
            if descriptor >= 0:
                close(descriptor)
        self.bell = self.epoll = -1

    cdef int _set_bell(self, int operation, uint32_t events) except -1:
        cdef epoll_event event
        event.events, event.data.fd = events, self.epoll
        if epoll_ctl(self.bell, operation, self.epoll, &event):
            raise OSError(errno, "epoll_ctl")
        return 0

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
        self.ways.pop(descriptor, None)

    def lead(self, int descriptor, Inbox inbox not None, int slot) -> None:
        """Inputs that arrive on a socket go to a slot of an inbox, from the next `go_on` on."""
        self.ways[descriptor] = Way(inbox, slot)

    def go_on(self, int descriptor) -> None:
        """The next byte of a socket is the first of a frame: it can be led."""
        cdef Way way = self.ways.get(descriptor)
        if way is not None:
            way.is_open = True

    def heard(self, int descriptor) -> float:
        """When an input last went to the inbox it is led to; 0 if none did."""
        cdef Way way = self.ways.get(descriptor)
        return 0.0 if way is None else way.heard

    def receive(self, double now) -> list:
        """What has arrived: (descriptor, bytes) of at most MOST sockets, BYTES of each.

        No bytes at all stand for the end of a stream, or for an error of its socket. Inputs that
        are led to an inbox are not among it.
        """
        cdef int count, n, descriptor
        cdef Py_ssize_t taken, at
        cdef Way way
        arrived = []
        with nogil:
            count = epoll_wait(self.epoll, self.events, MOST, 0)
        self.active = max(0, count)
        for n in range(count):
            descriptor = self.events[n].data.fd
            taken = recv(descriptor, self.buffer, BYTES, MSG_DONTWAIT)
            if taken < 0 and (errno == EAGAIN or errno == EINTR):
                continue
            at, way = 0, self.ways.get(descriptor)
            if way is not None and way.is_open and taken > 0:
                at = way.take(self.buffer, taken, now)
                if at == taken:
                    continue
                way.is_open = False
            arrived.append(
                (descriptor, PyBytes_FromStringAndSize(<char*>&self.buffer[at], max(0, taken - at)))
            )
        return arrived


@cython.final
cdef class Way:
    """Where the inputs of one socket go, and when the last did; closed while others read it."""

    cdef Inbox inbox
    cdef int slot
    cdef bint is_open
    cdef double heard

    def __init__(self, Inbox inbox, int slot):
        self.inbox, self.slot, self.is_open, self.heard = inbox, slot, False, 0.0

    cdef Py_ssize_t take(self, const uint8_t* data, Py_ssize_t size, double now) except -1:
        """Takes inputs from the front; returns where the first frame begins that is not taken."""
        cdef uint8_t[SHORT] payload
        cdef Py_ssize_t at = 0, length, n
        while size - at > HEAD:
            length = data[at + 1] & 127
            if data[at] != FIN_BINARY or not data[at + 1] & MASKED or not 0 < length <= SHORT:
                break
            if length > size - at - HEAD:
                break
            for n in range(length):
                payload[n] = data[at + HEAD + n] ^ data[at + 2 + (n & 3)]
            if payload[0] != INPUT or self.inbox.take(self.slot, payload, length, now):
                break  # one that breaks a rule is judged again, where it has consequences
            self.heard = now
            at += HEAD + length
        return at
