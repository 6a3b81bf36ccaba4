"""What a websocket asks of the kernel: small buffers, no delay, an end for what does not move."""

import socket
import sys

from aukio.transport.settings import EdgeSettings

TCP_THIN_LINEAR_TIMEOUTS = 16
"""From linux/tcp.h; Python's socket module does not name it."""


def set_socket_options(sock: socket.socket, settings: EdgeSettings) -> None:
    """Sets the options of a socket that has become a websocket.

    A download is better off with the kernel's own large buffers, so plain HTTP keeps them. Options
    that this platform lacks are left out.
    """
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, settings.kernel_send_bytes)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        unsent = settings.kernel_unsent_bytes
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, unsent)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        timeout_ms = int(settings.silent_s * 1000)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, timeout_ms)
    if sys.platform == "linux":
        # A few small segments a second never bring the duplicate acknowledgements that repair a
        # loss quickly; without this each further loss doubles the wait.
        sock.setsockopt(socket.IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1)
