"""The swarm: the lines of all bots behind one epoll descriptor.

What is frequent stays here: receiving, cutting frames, applying snapshots and introductions,
counting bytes, timing who heard whom, sending. What is rare goes to Python, at once and with the
moment of its receive (CLOCK_MONOTONIC, seconds).
"""

import errno as numbers
import os

import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memmove
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, nanosleep, timespec

from aukio_bench._decode cimport View

from aukio_bench._decode import FAULTS

cdef extern from "<sys/socket.h>" nogil:
    ssize_t recv(int descriptor, void* data, size_t size, int flags)
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
    int epoll_wait(int epoll, epoll_event* events, int most, int timeout_ms)
    int EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CLOEXEC
    unsigned int EPOLLIN, EPOLLRDHUP, EPOLLET

#: Kinds of bytes in `sorts`, in order. Headers are those of websocket frames; `changes` are
#: corrections and leaves, `head` is what else a snapshot has beside records and poses.
SORTS = ("head", "records", "poses", "changes", "introductions", "control", "headers")
#: What `hear` is told, by number, and what its third argument is then.
TOLD = (
    "message",  # a whole control message: bytes
    "wrong",  # the server broke the protocol; the name of how: str
    "ended",  # the connection ended by itself; how: str
    "corrected",  # of one's own avatar: its 24 bytes
    "entered",  # somebody has entered the view of a bot that still waits for its join: None
)

cdef enum:
    MESSAGE = 0, WRONG, ENDED, CORRECTED, ENTERED
    HEAD = 0, RECORDS, POSES, CHANGES, INTRODUCTIONS, CONTROL, HEADERS, SORT_COUNT
    SNAPSHOT = 0x81, INTRODUCE = 0x93, SAID = 0x94, GESTURED = 0x95
    OBJECT_STATE = 0x96, PEOPLE = 0x97, FAR_CROWD = 0x9A
    BINARY = 0x82, CLOSE = 0x88, PING = 0x89, PONG = 0x8A
    ROOM = 1 << 17  # of one receive
    LONGEST = 65535 + 4
    EVENTS = 32  # a turn ends between two looks: of these many lines, some 0.3 ms
    TURN_NS = 1_500_000  # of one turn: then the loop has its chance, and who is due acts
    FEW = 24  # with fewer ready, the next ones are waited for a moment: one wake-up, many frames
    LINGER_NS = 150_000
    MOST_LINGERS = 8
    UNSENT = 65536  # bytes a line holds back before it is given up

cdef struct Line:
    int descriptor  # -1: the bytes go through a writer
    int row  # -1: retired, nobody listens any more
    int code  # of a close frame, 0 before
    bint is_used
    uint32_t serial  # tells a reused seat from the one before
    uint8_t* rest
    int rest_size


cdef inline double _now() noexcept nogil:
    cdef timespec at
    clock_gettime(CLOCK_MONOTONIC, &at)
    return at.tv_sec + at.tv_nsec * 1e-9


cdef class Swarm:
    """The lines of `count` bots. Watch `fileno()` for reading and call `turn` then.

    Each bot (row) has at most one line that it listens to, in a seat; lines it has left live on in
    seats of their own until the server closes them. `hear(row, told, what, now)` is called from
    within `turn` and `feed` and may open, retire and hang up lines, but must not call those two.

    Shapes: received (N,) int64: websocket bytes of each bot; sorts (7,) int64: the same of all
    together by SORTS; messages (256,) int64: messages by id; seen (N,) int64: the last tick
    applied; joining (N,) uint8: whether `entered` is to be told; first, last (2, S) float64 and
    heard (2, S) int64: when a saying (0) or a gesture (1) of an avatar came to the first and to
    the last who heard it, and how many did, since `listen`.

    Warning: a descriptor handed to `open` belongs to the swarm, which closes it.
    """

    cdef readonly object received, sorts, messages, seen, joining, first, last, heard
    cdef int64_t[::1] byte_count, sort_bytes, message_count, seen_tick
    cdef uint8_t[::1] is_joining
    cdef double[:, ::1] first_at, last_at, said_at
    cdef int64_t[:, ::1] heard_by
    cdef int[::1] seat_of
    cdef object hear
    cdef list views, watches, writers, free_seats
    cdef dict unsent
    cdef Line* lines
    cdef int seats, epoll, capacity
    cdef uint8_t* buffer
    cdef uint32_t mask
    cdef epoll_event[EVENTS] events
    cdef readonly int64_t sent_bytes, frames, dropped_inputs

    def __cinit__(self):
        self.epoll = -1

    def __init__(self, int count, int capacity, hear):
        self.seats = 2 * count + 1024
        self.lines = <Line*>calloc(self.seats, sizeof(Line))
        self.buffer = <uint8_t*>malloc(ROOM + LONGEST)
        if self.lines == NULL or self.buffer == NULL:
            raise MemoryError
        self.epoll = epoll_create1(EPOLL_CLOEXEC)
        if self.epoll < 0:
            raise OSError(errno, os.strerror(errno))
        self.hear, self.capacity = hear, capacity
        self.views, self.watches = [None] * count, [None] * count
        self.writers, self.unsent = [None] * self.seats, {}
        self.free_seats = list(range(self.seats - 1, -1, -1))
        self.received, self.seen = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self.sorts, self.messages = np.zeros(SORT_COUNT, np.int64), np.zeros(256, np.int64)
        self.joining = np.zeros(count, np.uint8)
        self.first, self.last = np.zeros((2, capacity)), np.zeros((2, capacity))
        self.heard, self.said_at = np.zeros((2, capacity), np.int64), np.zeros((2, capacity))
        self.byte_count, self.seen_tick = self.received, self.seen
        self.sort_bytes, self.message_count = self.sorts, self.messages
        self.is_joining, self.first_at, self.last_at = self.joining, self.first, self.last
        self.heard_by, self.seat_of = self.heard, np.full(count, -1, np.int32)
        self.mask = 0x9E3779B9

    def __dealloc__(self):
        cdef int seat
        if self.lines != NULL:
            for seat in range(self.seats):
                free(self.lines[seat].rest)
            free(self.lines)
        free(self.buffer)

    def close(self) -> None:
        """Hangs up every line; idempotent. The swarm is of no use afterwards."""
        cdef int seat
        for seat in range(self.seats):
            self._release(seat)
        if self.epoll >= 0:
            os.close(self.epoll)
            self.epoll = -1

    def fileno(self) -> int:
        """The descriptor that is readable when a line is."""
        return self.epoll

    # Lines.

    def open(self, int row, int descriptor, bytes rest, double now) -> None:
        """Gives a bot its line: a connected socket after the handshake, and what came behind it."""
        cdef int seat = self._seat(row, descriptor)
        self._watch(seat, True)
        if rest:
            self.feed(seat, rest, now)

    def open_through(self, int row, writer) -> int:
        """Gives a bot a line whose bytes go through `writer` and come by `feed`; returns its seat."""
        cdef int seat = self._seat(row, -1)
        self.writers[seat] = writer
        return seat

    def feed(self, int seat, bytes data, double now) -> None:
        """Takes what came to a line without a descriptor."""
        cdef Line* line = &self.lines[seat]
        cdef Py_ssize_t size = PyBytes_GET_SIZE(data), at = 0, piece
        cdef uint32_t serial = line.serial
        while at < size and line.is_used and line.serial == serial:
            piece = min(size - at, ROOM)
            memcpy(self.buffer + line.rest_size, PyBytes_AS_STRING(data) + at, piece)
            self._cut(seat, self._recall(line) + <int>piece, now)
            at += piece

    def lost(self, int seat, how, double now) -> None:
        """A line without a descriptor has ended by itself."""
        self._end(seat, how, now)

    def attend(self, int row, View view, watch) -> None:
        """From now on snapshots go to `view`; `watch`, if not None, looks before and after each."""
        self.views[row], self.watches[row] = view, watch

    def is_open(self, int row) -> bool:
        """Whether a bot has a line."""
        return self.seat_of[row] >= 0

    def retire(self, int row) -> None:
        """Nobody listens to a bot's line any more; it stays until the server closes it."""
        cdef int seat = self._leave(row)
        if seat >= 0:
            self.lines[seat].row = -1

    def hang_up(self, int row) -> None:
        """Closes a bot's line at once; `ended` is not told."""
        self._release(self._leave(row))

    def pause(self, int row, bint is_paused) -> None:
        """Stops or goes on reading a bot's line (one with a descriptor)."""
        cdef int seat = self.seat_of[row]
        if seat >= 0 and self.lines[seat].descriptor >= 0:
            self._watch(seat, not is_paused)

    # Receiving.

    def turn(self) -> int:
        """Takes what has come, for at most 1.5 ms; returns how many frames that was.

        While few lines are ready it rests 0.15 ms and looks again, so that a server's burst costs
        some wake-ups and not one for each frame; a stamp is late by at most that.
        """
        cdef int64_t before = self.frames
        cdef int ready, n, lingers = 0
        cdef timespec pause
        cdef double until = _now() + TURN_NS * 1e-9
        pause.tv_sec, pause.tv_nsec = 0, LINGER_NS
        while _now() < until:
            ready = epoll_wait(self.epoll, self.events, EVENTS, 0)
            if ready <= 0:
                break
            for n in range(ready):
                self._receive(
                    <int>(self.events[n].data.u64 & 0xFFFFFFFF),
                    <uint32_t>(self.events[n].data.u64 >> 32),
                )
            if ready < FEW:
                lingers += 1
                if lingers > MOST_LINGERS:
                    break
                nanosleep(&pause, NULL)
        return <int>(self.frames - before)

    def listen(self, int kind, int slot, double now) -> None:
        """A bot is about to speak (0) or gesture (1): who hears it is timed from now on."""
        self.first_at[kind, slot] = self.last_at[kind, slot] = 0
        self.heard_by[kind, slot] = 0
        self.said_at[kind, slot] = now

    # Sending.

    def send(self, int row, bytes frame) -> float:
        """Sends one masked frame; returns the moment before the write, 0 if there is no line."""
        cdef int seat = self.seat_of[row]
        cdef double now = _now()
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
            stamps[n] = _now()
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
        cdef int seat = self.seat_of[row]
        self.seat_of[row] = -1
        self.views[row] = self.watches[row] = None
        self.is_joining[row] = 0
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

    cdef _end(self, int seat, how, double now):
        cdef Line* line = &self.lines[seat]
        if not line.is_used:
            return
        cdef int row = line.row
        if line.code:
            how = f"close_{line.code}"
        if row >= 0:
            self._leave(row)
        self._release(seat)
        if row >= 0:
            self.hear(row, ENDED, how, now)

    cdef _break(self, int seat, how, double now):
        """The server broke the protocol: nothing it says is good any more."""
        cdef int row = self.lines[seat].row
        if row >= 0:
            self._leave(row)
        self._release(seat)
        if row >= 0:
            self.hear(row, WRONG, how, now)

    cdef int _receive(self, int seat, uint32_t serial) except -1:
        cdef Line* line = &self.lines[seat]
        cdef ssize_t got
        cdef double now
        while line.is_used and line.serial == serial:
            got = recv(line.descriptor, self.buffer + line.rest_size, ROOM, MSG_DONTWAIT)
            now = _now()
            if got < 0:
                if errno != EAGAIN and errno != EINTR:
                    self._end(seat, numbers.errorcode.get(errno, str(errno)).lower(), now)
                return 0
            if got == 0:
                self._end(seat, "end_of_stream", now)
                return 0
            self._cut(seat, self._recall(line) + <int>got, now)
            if got < ROOM:
                return 0  # edge-triggered: what comes from here on wakes us again
        return 0

    cdef int _recall(self, Line* line) noexcept nogil:
        """Puts the beginning of an unfinished frame before what came; returns its size."""
        cdef int size = line.rest_size
        if size:
            memcpy(self.buffer, line.rest, size)
            free(line.rest)
            line.rest, line.rest_size = NULL, 0
        return size

    cdef int _cut(self, int seat, int end, double now) except -1:
        """Takes whole frames from the buffer and keeps what is left."""
        cdef Line* line = &self.lines[seat]
        cdef uint32_t serial = line.serial
        cdef int at = 0, size, head, row
        cdef const uint8_t* data = self.buffer
        while end - at >= 2:
            size, head = data[at + 1], 2
            if size >= 126:
                if size != 126:
                    self._break(seat, "frame_too_long", now)
                    return 0
                if end - at < 4:
                    break
                size, head = data[at + 2] << 8 | data[at + 3], 4
            if end - at < head + size:
                break
            row = line.row
            self.frames += 1
            if row >= 0:
                self.byte_count[row] += head + size
                self.sort_bytes[HEADERS] += head
            if data[at] == BINARY:
                if row >= 0:
                    self._message(seat, row, data + at + head, size, now)
            else:
                self._control(seat, row, data[at], data + at + head, size, now)
            if not line.is_used or line.serial != serial:
                return 0  # it ended under our hands
            at += head + size
        if at < end:
            line.rest_size = end - at
            line.rest = <uint8_t*>malloc(line.rest_size)
            if line.rest == NULL:
                raise MemoryError
            memcpy(line.rest, data + at, line.rest_size)
        return 0

    cdef int _message(self, int seat, int row, const uint8_t* data, int size, double now) except -1:
        cdef int kind = data[0] if size else 0, fault = 0
        cdef View view = self.views[row]
        watch = self.watches[row]
        self.message_count[kind] += 1
        if kind == SNAPSHOT and view is not None:
            return self._snapshot(seat, row, view, watch, data, size, now)
        if kind == INTRODUCE and view is not None:
            self.sort_bytes[INTRODUCTIONS] += size
            fault = view.take_introduction(data, size)
            if fault:
                self._break(seat, FAULTS[fault], now)
                return 0
        else:
            self.sort_bytes[CONTROL] += size
        if view is not None and (kind == SAID or kind == GESTURED):
            self._heard(kind - SAID, data, size, view.own, now)
        # Everybody decodes what they need; the sample checks every byte of the rest, too.
        if watch is None and view is not None and (
            INTRODUCE <= kind <= PEOPLE or kind == FAR_CROWD
        ):
            return 0
        self.hear(row, MESSAGE, PyBytes_FromStringAndSize(<const char*>data, size), now)
        return 0

    cdef int _snapshot(
        self, int seat, int row, View view, watch, const uint8_t* data, int size, double now
    ) except -1:
        cdef int fault, changes
        if watch is not None:
            watch.look(view.peek_tick(data, size))
        fault = view.take_snapshot(data, size)
        if fault:
            self._break(seat, FAULTS[fault], now)
            return 0
        changes = (24 if view.is_corrected else 0) + (1 + 2 * view.left if view.left else 0)
        self.sort_bytes[RECORDS] += view.record_bytes
        self.sort_bytes[POSES] += view.pose_bytes
        self.sort_bytes[CHANGES] += changes
        self.sort_bytes[HEAD] += size - view.record_bytes - view.pose_bytes - changes
        self.seen_tick[row] = view.tick
        if watch is not None:
            watch.reflect(now)
        if view.is_corrected:
            self.hear(row, CORRECTED, view.correction, now)
        if self.is_joining[row] and view.entered:
            self.hear(row, ENTERED, None, now)
        return 0

    cdef void _heard(self, int kind, const uint8_t* data, int size, int own, double now) noexcept:
        """Notes when a saying or a gesture came; its speaker stands first in the message."""
        cdef int slot
        if size < 3:
            return
        slot = data[2]
        if slot == 0xCC and size > 3:
            slot = data[3]
        elif slot == 0xCD and size > 4:
            slot = data[3] << 8 | data[4]
        elif slot > 127:
            return
        if slot == own or slot >= self.capacity or not self.said_at[kind, slot]:
            return
        if not self.heard_by[kind, slot]:
            self.first_at[kind, slot] = now
        self.last_at[kind, slot] = now
        self.heard_by[kind, slot] += 1

    cdef int _control(
        self, int seat, int row, int kind, const uint8_t* data, int size, double now
    ) except -1:
        if row >= 0:
            self.sort_bytes[CONTROL] += size
        if kind == PING and size < 126:
            self._answer(seat, PONG, data, size)
        elif kind == CLOSE:
            self.lines[seat].code = data[0] << 8 | data[1] if size >= 2 else 1005
            self._answer(seat, CLOSE, data, min(size, 2))
        elif kind != PONG:
            self._break(seat, f"frame_0x{kind:02x}", now)
        return 0

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
