"""What `aukio serve` prints when people can come."""

import io
import ipaddress
import socket

import segno


def lan_address() -> str | None:
    """The address of this machine that others on its network reach, or None offline.

    Asks the routing table by connecting a datagram socket, which sends nothing.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737: never really there
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(address).is_loopback else address


def announce(title: str, host: str, port: int, *, secure: bool, qr: bool) -> str:
    """The lines that tell where the world is, with a QR code for phones on the same network."""
    scheme = "https" if secure else "http"
    is_open = host in {"0.0.0.0", "::"}
    lines = [f"{title} is open.", "", f"  Here      {scheme}://localhost:{port}"]
    lan = lan_address() if is_open else None
    if lan is not None:
        url = f"{scheme}://{lan}:{port}"
        lines.append(f"  Nearby    {url}   (phones and laptops on this network)")
        if qr:
            code = io.StringIO()
            segno.make_qr(url).terminal(code, border=2, compact=True)
            lines += ["", code.getvalue().rstrip("\n")]
    elif not is_open and host not in {"localhost", "127.0.0.1", "::1"}:
        lines[-1] = f"  Here      {scheme}://{host}:{port}"
    lines += ["", "Stop with Ctrl-C."]
    return "\n".join(lines)
