"""Receiving, slow and obvious: one `socket.recv` for each socket that is readable."""

import select
import socket


def receive(sockets: list[socket.socket]) -> dict[int, bytes]:
    """What has arrived, by descriptor; no bytes: the stream has ended or broken."""
    found = {}
    readable, _, _ = select.select(sockets, [], [], 0)
    for one in readable:
        try:
            found[one.fileno()] = one.recv(65536, socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        except OSError:
            found[one.fileno()] = b""
    return found
