"""Every setting of the server: meaning, unit, bounds and default, each on its line."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from aukio.errors import SettingsError

NEAREST = 50  # whoever is among so many nearest is always told of one by one


def _between(default: float, low: float, high: float) -> Any:
    # dataclasses.field is typed by its default alone, so the bounds travel as metadata.
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server.

    Raises:
        SettingsError: a number is out of its bounds.
    """

    host: str = "0.0.0.0"  # address to listen on; 127.0.0.1 keeps it to this machine
    port: int = _between(8080, 0, 65535)  # TCP port; 0 takes any free one
    data: Path = Path("aukio-data")  # folder of the database
    certificate: Path | None = None  # TLS certificate, PEM; None serves plain HTTP
    key: Path | None = None  # its private key, PEM
    origins: tuple[str, ...] = ()  # pages allowed to connect beside the server's own
    proxies: tuple[str, ...] = ()  # addresses or networks whose forwarded addresses are believed
    users: int = _between(0, 0, 4032)  # people at once; 0 takes the world's own number
    view_m: float = _between(0, 0, 400)  # metres one sees; 0 takes the world's own number
    individuals: int = _between(0, 0, 4032)  # told one by one, the nearest; 0: the world's number
    budget: int = _between(8000, 500, 1_000_000)  # snapshot bytes a second for one client
    hello_s: float = _between(10, 1, 120)  # seconds from connection to complete hello
    silent_s: float = _between(25, 2, 600)  # seconds without a byte before a connection is closed
    per_address: int = _between(2000, 1, 100_000)  # open connections from one address

    def __post_init__(self) -> None:
        for each in fields(self):
            low, high = each.metadata.get("low"), each.metadata.get("high")
            value = getattr(self, each.name)
            if low is not None and not low <= value <= high:
                raise SettingsError(f"{each.name}: expected {low} to {high}, got {value}")
        if 0 < self.individuals < NEAREST:
            raise SettingsError(f"individuals: expected 0 or at least {NEAREST}")
        if (self.certificate is None) != (self.key is None):
            raise SettingsError("TLS needs both a certificate and its key")
