"""The wandering kernel: what every bot of a group does at every tick, for arrays.

Its slow twin is tests/oracles/wandering.py. What is rare (a new walk, a change of the way, turning
back) and all that is random stays in `motion.Wander`.
"""

from libc.math cimport M_PI, cos, floor, sin
from libc.stdint cimport int64_t, uint8_t, uint16_t

cdef double TURN = 65536.0


def wander(
    int64_t start, int64_t tick, double limit_m, const double[:] x_m, const double[:] z_m,
    const int64_t[::1] turns_until, const double[::1] turn, const uint8_t[::1] gait,
    double[::1] yaw, int64_t[::1] found,
) -> int:
    """Turns bots on; returns how many walk out of the plaza, with their rows in `found`.

    Shapes: x_m, z_m (n,): where the bots `start` to `start + n` are, metres; the others (N,) as
    `motion.Wander` has them; found (n,) or more. `limit_m`: the border from which bots turn back.
    """
    cdef Py_ssize_t n, row
    cdef int64_t count = 0
    cdef double angle
    with nogil:
        for n in range(x_m.shape[0]):
            row = start + n
            if turns_until[row] > tick:
                yaw[row] = _wrapped(yaw[row] + turn[row])
            if not gait[row] or -limit_m <= x_m[n] <= limit_m and -limit_m <= z_m[n] <= limit_m:
                continue
            angle = yaw[row] * (2 * M_PI / TURN)
            if (
                (not -limit_m <= x_m[n] <= limit_m and x_m[n] * sin(angle) > 0)
                or (not -limit_m <= z_m[n] <= limit_m and z_m[n] * -cos(angle) > 0)
            ):
                found[count] = row
                count += 1
    return count


def note_wishes(
    int64_t start, int64_t latest, const double[::1] yaw, const uint16_t[:] ways,
    const uint8_t[::1] gait, const uint8_t[::1] jump, const int64_t[:, ::1] last,
    const int64_t[::1] sent, int64_t[:, ::1] wish, uint8_t[::1] due,
) -> None:
    """Writes what each bot of a group wishes, and whether that is to be sent.

    It is if it differs from what was sent last, or if that was at `latest` or before.

    Shapes: wish (n, 4) and due (n,) of the bots `start` to `start + n` are written: yaw, heading,
    gait, jump as inputs carry them; ways (n,) are their headings; yaw, gait, jump, sent (N,) and
    last (N, 4) are of all bots.
    """
    cdef Py_ssize_t n, row
    with nogil:
        for n in range(wish.shape[0]):
            row = start + n
            wish[n, 0], wish[n, 1] = <int64_t>yaw[row], ways[n]
            wish[n, 2], wish[n, 3] = gait[row], jump[row]
            due[n] = (
                sent[row] <= latest or wish[n, 0] != last[row, 0] or wish[n, 1] != last[row, 1]
                or wish[n, 2] != last[row, 2] or wish[n, 3] != last[row, 3]
            )


cdef inline double _wrapped(double yaw) noexcept nogil:
    return yaw - TURN * floor(yaw / TURN)
