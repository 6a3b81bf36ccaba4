"""When bytes arrived on a socket: the kernel's own stamp, however late they are read.

Source: socket(7), SO_TIMESTAMPNS. Of bytes that are read together it is the stamp of the last.
"""

from libc.stdint cimport uint8_t
from libc.string cimport memcpy, memset
from posix.time cimport CLOCK_MONOTONIC, CLOCK_REALTIME, clock_gettime, timespec

cdef extern from "<sys/socket.h>" nogil:
    struct iovec:
        void* iov_base
        size_t iov_len
    struct msghdr:
        iovec* msg_iov
        size_t msg_iovlen
        void* msg_control
        size_t msg_controllen
    struct cmsghdr:
        int cmsg_level
        int cmsg_type
    cmsghdr* CMSG_FIRSTHDR(msghdr* message)
    uint8_t* CMSG_DATA(cmsghdr* head)
    ssize_t recvmsg(int descriptor, msghdr* message, int flags)
    int setsockopt(int descriptor, int level, int name, const void* value, unsigned int size)
    int MSG_DONTWAIT, SOL_SOCKET, SO_TIMESTAMPNS


cdef inline double seconds_of(const timespec* at) noexcept nogil:
    return at.tv_sec + at.tv_nsec * 1e-9


cdef inline void ask_for_stamps(int descriptor) noexcept nogil:
    """A socket that has none (no TCP) goes without."""
    cdef int yes = 1
    setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes))


cdef inline ssize_t receive_stamped(
    int descriptor, void* data, size_t size, double* arrived
) noexcept nogil:
    """As recv(2) without waiting; `arrived` is when, in monotonic seconds."""
    cdef uint8_t[64] control
    cdef iovec piece
    cdef msghdr message
    cdef cmsghdr* head
    cdef timespec now, wall, stamp
    cdef ssize_t got
    memset(&message, 0, sizeof(message))
    piece.iov_base, piece.iov_len = data, size
    message.msg_iov, message.msg_iovlen = &piece, 1
    message.msg_control, message.msg_controllen = control, sizeof(control)
    got = recvmsg(descriptor, &message, MSG_DONTWAIT)
    clock_gettime(CLOCK_MONOTONIC, &now)
    arrived[0] = seconds_of(&now)
    if got <= 0:
        return got
    head = CMSG_FIRSTHDR(&message)
    if head != NULL and head.cmsg_level == SOL_SOCKET and head.cmsg_type == SO_TIMESTAMPNS:
        clock_gettime(CLOCK_REALTIME, &wall)
        memcpy(&stamp, CMSG_DATA(head), sizeof(stamp))
        arrived[0] -= max(0.0, seconds_of(&wall) - seconds_of(&stamp))
    return got
