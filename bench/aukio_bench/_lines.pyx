"""Lines: the connections of all bots, each in a seat, behind one epoll descriptor; and sending.

A bot (row) has at most one line that it listens to; a line may go through a writer (TLS).
"""

import os

import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

cdef extern from "<sys/socket.h>" nogil:
    ssize_t c_send "send"(int descriptor, const void* data, size_t size, int flags)
    int MSG_DONTWAIT, MSG_NOSIGNAL

cdef extern from "<sys/epoll.h>" nogil:
    ctypedef union epoll_data_t:
        uint64_t u64
    struct epoll_event:
        uint32_t events
        epoll_data_t data
    int epoll_create1(int flags)
    int epoll_ctl(int epoll, int what, int descriptor, epoll_event* event)
    int EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CLOEXEC
    unsigned int EPOLLIN, EPOLLRDHUP, EPOLLET

cdef enum:
    UNSENT = 65536  # bytes a line holds back before it is given up


cdef class Lines:
    """The lines of `count` bots. Lines they have left stay seated until the server closes them.

    `sent_bytes`: of all; `dropped_inputs`: frames that found too much waiting before them.
    """

    def __cinit__(self, int count, *_):
        self.epoll = -1
        self.seats = 2 * count + 1024
        self.lines = <Line*>calloc(self.seats, sizeof(Line))
        if self.lines == NULL:
            raise MemoryError
        self.epoll = epoll_create1(EPOLL_CLOEXEC)
        if self.epoll < 0:
            raise OSError(errno, os.strerror(errno))
        self.writers, self.unsent = [None] * self.seats, {}
        self.free_seats = list(range(self.seats - 1, -1, -1))
        self.seat_of = np.full(count, -1, np.int32)
        self.mask = 0x9E3779B9

    def __dealloc__(self):
        cdef int seat
        if self.lines != NULL:
            for seat in range(self.seats):
                free(self.lines[seat].rest)
            free(self.lines)

    def close(self) -> None:
        """Hangs up every line; idempotent. They are of no use afterwards."""
        cdef int seat
        for seat in range(self.seats):
            self._release(seat)
        if self.epoll >= 0:
            os.close(self.epoll)
            self.epoll = -1

    def fileno(self) -> int:
        """The descriptor that is readable when a line is."""
        return self.epoll

    def is_open(self, int row) -> bool:
        """Whether a bot has a line."""
        return self.seat_of[row] >= 0

    def pause(self, int row, bint is_paused) -> None:
        """Stops or goes on reading a bot's line (one with a descriptor)."""
        cdef int seat = self.seat_of[row]
        if seat >= 0 and self.lines[seat].descriptor >= 0:
            self._watch(seat, not is_paused)

    # Sending.

    def send(self, int row, bytes frame) -> float:
        """Sends one masked frame; returns the moment before the write, 0 if there is no line."""
        cdef int seat = self.seat_of[row]
        cdef double now = now_s()
        if seat < 0:
            return 0.0
        self._write(seat, <const uint8_t*>PyBytes_AS_STRING(frame), PyBytes_GET_SIZE(frame))
        return now

    def send_all(
        self, const int64_t[::1] rows, const uint8_t[:, ::1] frames, const int32_t[::1] sizes,
        double[::1] stamps,
    ) -> None:
        """Sends a masked frame for each of `rows` and notes the moment before each write.

        Shapes: rows, sizes, stamps (N,); frames (N, stride) as `pack_inputs` gives them.
        """
        cdef Py_ssize_t n
        cdef int seat
        for n in range(rows.shape[0]):
            seat = self.seat_of[rows[n]]
            stamps[n] = now_s()
            if seat >= 0:
                self._write(seat, &frames[n, 0], sizes[n])

    # Within.

    cdef int _seat(self, int row, int descriptor) except -1:
        if self.seat_of[row] >= 0:
            raise ValueError(f"bot {row} has a line already")
        if not self.free_seats:
            raise RuntimeError("every seat is taken: the server does not close what bots have left")
        cdef int seat = self.free_seats.pop()
        cdef Line* line = &self.lines[seat]
        line.descriptor, line.row, line.code, line.is_used = descriptor, row, 0, True
        line.serial += 1
        self.seat_of[row] = seat
        return seat

    cdef int _watch(self, int seat, bint reads) except -1:
        cdef epoll_event event
        cdef Line* line = &self.lines[seat]
        event.events = EPOLLIN | EPOLLRDHUP | EPOLLET
        event.data.u64 = <uint64_t>seat | <uint64_t>line.serial << 32
        if epoll_ctl(self.epoll, EPOLL_CTL_ADD if reads else EPOLL_CTL_DEL, line.descriptor, &event):
            raise OSError(errno, os.strerror(errno))
        return 0

    cdef int _leave(self, int row):
        """Takes a bot off its line; returns the seat, or -1."""
        cdef int seat = self.seat_of[row]
        self.seat_of[row] = -1
        return seat

    cdef _release(self, int seat):
        """Closes a line and frees its seat."""
        if seat < 0 or not self.lines[seat].is_used:
            return
        cdef Line* line = &self.lines[seat]
        if line.descriptor >= 0:
            os.close(line.descriptor)
        writer = self.writers[seat]
        if writer is not None:
            writer.close()
            self.writers[seat] = None
        free(line.rest)
        line.rest, line.rest_size = NULL, 0
        line.is_used, line.descriptor = False, -1
        line.serial += 1
        self.unsent.pop(seat, None)
        self.free_seats.append(seat)

    cdef int _answer(self, int seat, int kind, const uint8_t* data, int size) except -1:
        cdef uint8_t[6 + 125] frame
        cdef int n
        self.mask = self.mask * 1664525 + 1013904223
        frame[0], frame[1] = <uint8_t>kind, <uint8_t>(0x80 | size)
        for n in range(4):
            frame[2 + n] = <uint8_t>(self.mask >> (8 * n))
        for n in range(size):
            frame[6 + n] = data[n] ^ frame[2 + (n & 3)]
        self._write(seat, frame, 6 + size)
        return 0

    cdef int _write(self, int seat, const uint8_t* data, Py_ssize_t size) except -1:
        cdef Line* line = &self.lines[seat]
        cdef ssize_t done = 0
        writer = self.writers[seat]
        self.sent_bytes += size
        if writer is not None:
            writer.write(PyBytes_FromStringAndSize(<const char*>data, size))
            return 0
        if self.unsent and seat in self.unsent:
            return self._queue(seat, data, size)
        done = c_send(line.descriptor, data, size, MSG_DONTWAIT | MSG_NOSIGNAL)
        if done < 0:
            if errno != EAGAIN and errno != EINTR:
                return 0  # the line is broken: reading it will say how
            done = 0
        if done < size:
            self.unsent[seat] = PyBytes_FromStringAndSize(<const char*>data + done, size - done)
        return 0

    cdef int _queue(self, int seat, const uint8_t* data, Py_ssize_t size) except -1:
        """Behind what the socket would not take yet; beyond a limit, inputs are dropped whole."""
        cdef bytes waiting = self.unsent.pop(seat)
        cdef ssize_t done
        if len(waiting) < UNSENT:
            waiting += PyBytes_FromStringAndSize(<const char*>data, size)
        else:
            self.dropped_inputs += 1
        done = c_send(
            self.lines[seat].descriptor, PyBytes_AS_STRING(waiting), len(waiting),
            MSG_DONTWAIT | MSG_NOSIGNAL,
        )
        if done < 0:
            done = 0
        if done < len(waiting):
            self.unsent[seat] = waiting[done:]
        return 0
