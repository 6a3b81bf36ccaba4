"""What `aukio serve` prints when people can come."""

import io
import ipaddress
import socket
from collections.abc import Mapping

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


def announce(
    names: Mapping[str, str],
    host: str,
    port: int,
    *,
    secure: bool,
    qr: bool,
    admin: Mapping[str, str] | None = None,
) -> str:
    """The lines that tell where the worlds are, with a QR code for phones on the same network.

    Args:
        names: of the worlds, by id.
        admin: a ticket to each world, which may do everything there; shown at the first start.
    """
    scheme = "https" if secure else "http"
    is_open = host in {"0.0.0.0", "::"}
    title = next(iter(names.values())) if len(names) == 1 else f"{len(names)} worlds"
    verb = "is" if len(names) == 1 else "are"
    lines = [f"{title} {verb} open.", "", f"  Here      {scheme}://localhost:{port}"]
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
    if len(names) > 1:
        wide = max(len(f"/w/{world}") for world in names)
        lines += ["", *(f"  {f'/w/{world}':{wide}}   {name}" for world, name in names.items())]
    if admin:
        lines += ["", "For you alone, who may do everything here, for a day:"]
        here = f"{scheme}://localhost:{port}"
        lines += [f"  {here}/w/{world}#{ticket_hash(ticket)}" for world, ticket in admin.items()]
        lines += ["Links for others: aukio link --help"]
    lines += ["", "Stop with Ctrl-C."]
    return "\n".join(lines)


def ticket_hash(ticket: str) -> str:
    """How a ticket stands in a link: behind the #, which no browser sends to a server."""
    return f"t={ticket}"
