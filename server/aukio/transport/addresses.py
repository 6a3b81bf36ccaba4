"""Client addresses: which one to believe, and how much one address may do."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SECONDS_PER_MINUTE = 60.0
REMEMBERED_ADDRESSES = 65_536
"""Above it, addresses with nothing open and no failures owed are forgotten."""


class Proxies:
    """The proxies whose word about a client is believed.

    Args:
        listed: addresses or networks, such as "10.0.0.2" or "10.0.0.0/24".

    Raises:
        ValueError: an entry is neither an address nor a network.
    """

    def __init__(self, listed: Iterable[str]) -> None:
        self._networks: list[Network] = [
            ipaddress.ip_network(each, strict=False) for each in listed
        ]

    def is_listed(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)

    def client(self, peer: str, forwarded_for: str) -> str:
        """The client's address, from the socket's peer and X-Forwarded-For.

        Every proxy appends the address it was called from, so the list is read from its end: each
        listed proxy vouches for the entry before it, and the first address that is not a listed
        proxy is the client. Whatever stands further left, the client may have written itself.
        """
        client = peer
        for entry in reversed(forwarded_for.split(",")):
            if not self.is_listed(client):
                break
            parsed = _parsed(entry.strip())
            if parsed is None:
                break
            client = str(parsed)
        return client


@dataclass(slots=True)
class _Account:
    open: int = 0
    failures: float = 0.0  # drains at the permitted rate
    drained_at: float = 0.0


class AddressLedger:
    """What each client address has open and how often it failed lately.

    A school sits behind one address, so a good join is never limited here: only failed handshakes
    and hellos count against an address, and the number of sockets it holds open. IPv6 clients are
    counted by their /64, which is what one household or one attacker gets.

    Args:
        open_limit: sockets one address may hold open.
        failures_per_minute: how many failures an address may have; the whole minute's worth may
            come at once, and drains evenly.
        time: monotonic seconds.
    """

    def __init__(
        self, *, open_limit: int, failures_per_minute: int, time: Callable[[], float]
    ) -> None:
        self._open_limit = open_limit
        self._burst = float(failures_per_minute)
        self._drain_per_s = failures_per_minute / SECONDS_PER_MINUTE
        self._time = time
        self._accounts: dict[str, _Account] = {}

    def opened(self, address: str) -> bool:
        """Counts a socket in; False, counting nothing, when the address holds its limit already."""
        account = self._account(address)
        if account.open >= self._open_limit:
            return False
        account.open += 1
        return True

    def closed(self, address: str) -> None:
        """Counts a socket out that `opened` counted in."""
        account = self._accounts[_key(address)]
        assert account.open > 0, "a socket is closed once"
        account.open -= 1

    def failed(self, address: str) -> None:
        """Counts a failed handshake or hello."""
        account = self._account(address)
        self._drain(account)
        account.failures = min(account.failures + 1.0, self._burst)

    def is_barred(self, address: str) -> bool:
        """Whether the address has failed so often that it must wait."""
        account = self._accounts.get(_key(address))
        if account is None:
            return False
        self._drain(account)
        return account.failures > self._burst - 1.0

    def open_sockets(self, address: str) -> int:
        account = self._accounts.get(_key(address))
        return 0 if account is None else account.open

    def _account(self, address: str) -> _Account:
        key = _key(address)
        account = self._accounts.get(key)
        if account is None:
            if len(self._accounts) >= REMEMBERED_ADDRESSES:
                self._forget()
            account = self._accounts[key] = _Account(drained_at=self._time())
        return account

    def _drain(self, account: _Account) -> None:
        now = self._time()
        drained = (now - account.drained_at) * self._drain_per_s
        account.failures = max(0.0, account.failures - drained)
        account.drained_at = now

    def _forget(self) -> None:
        """Drops accounts that say nothing; when all say something, those with nothing open.

        An attacker with 65,536 networks could otherwise fill the memory. The open ones stay: their
        number is bounded by the sockets of this process.
        """
        for account in self._accounts.values():
            self._drain(account)
        kept = {key: each for key, each in self._accounts.items() if each.open or each.failures}
        if len(kept) > REMEMBERED_ADDRESSES // 2:
            kept = {key: each for key, each in kept.items() if each.open}
        self._accounts = kept


def _parsed(address: str) -> Address | None:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped  # a dual-stack listener sees IPv4 clients as ::ffff:a.b.c.d
    return parsed


def _key(address: str) -> str:
    if ":" not in address:
        return address
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address if parsed is None else str(parsed)
