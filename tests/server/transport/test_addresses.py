"""Which address is believed, and what one address may do."""

import pytest

from aukio.transport import addresses
from aukio.transport.addresses import AddressLedger, Proxies
from server.transport.fakes import FakeLoop


def ledger(
    loop: FakeLoop | None = None, *, open_limit: int = 3, failures: int = 6
) -> AddressLedger:
    loop = loop or FakeLoop()
    return AddressLedger(open_limit=open_limit, failures_per_minute=failures, time=loop.time)


def test_an_unlisted_peer_is_the_client_whatever_it_says() -> None:
    assert Proxies(["10.0.0.0/8"]).client("192.0.2.9", "203.0.113.5") == "192.0.2.9"


def test_a_listed_proxy_tells_the_client() -> None:
    assert Proxies(["10.0.0.1"]).client("10.0.0.1", "203.0.113.5") == "203.0.113.5"


def test_a_chain_of_listed_proxies_is_followed_to_the_first_stranger() -> None:
    proxies = Proxies(["10.0.0.0/8"])
    assert proxies.client("10.0.0.1", "198.51.100.1, 203.0.113.5, 10.0.0.2") == "203.0.113.5"


def test_what_the_client_wrote_itself_is_not_believed() -> None:
    assert Proxies(["10.0.0.1"]).client("10.0.0.1", "127.0.0.1, 203.0.113.5") == "203.0.113.5"


@pytest.mark.parametrize("junk", ["", "unknown", "<script>", "203.0.113.5, nonsense"])
def test_junk_from_a_proxy_leaves_its_own_address(junk: str) -> None:
    assert Proxies(["10.0.0.1"]).client("10.0.0.1", junk) == "10.0.0.1"


def test_a_dual_stack_listener_sees_the_same_proxy() -> None:
    assert Proxies(["10.0.0.1"]).client("::ffff:10.0.0.1", "2001:db8::7") == "2001:db8::7"


def test_a_wrong_entry_in_the_list_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.300"):
        Proxies(["10.0.0.300"])


def test_an_address_holds_so_many_sockets_and_no_more() -> None:
    book = ledger(open_limit=3)
    assert [book.opened("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    assert book.opened("192.0.2.2"), "another address is not concerned"
    book.closed("192.0.2.1")
    assert book.opened("192.0.2.1")


def test_failures_bar_an_address_until_they_have_drained() -> None:
    loop = FakeLoop()
    book = ledger(loop, failures=6)
    for _ in range(6):
        assert not book.is_barred("192.0.2.1")
        book.failed("192.0.2.1")
    assert book.is_barred("192.0.2.1")
    loop.advance(9.9)
    assert book.is_barred("192.0.2.1")
    loop.advance(0.2)
    assert not book.is_barred("192.0.2.1")


def test_a_thousand_failures_are_forgiven_after_a_minute() -> None:
    loop = FakeLoop()
    book = ledger(loop, failures=6)
    for _ in range(1_000):
        book.failed("192.0.2.1")
    loop.advance(60)
    assert [book.is_barred("192.0.2.1"), book.failed("192.0.2.1")] == [False, None]
    assert not book.is_barred("192.0.2.1")


def test_one_ipv6_network_is_one_address() -> None:
    book = ledger(open_limit=2)
    assert book.opened("2001:db8::1")
    assert book.opened("2001:db8::ffff:2")
    assert not book.opened("2001:db8::3")
    assert book.opened("2001:db8:0:1::1")
    book.closed("2001:db8::9")
    assert book.opened("2001:db8::3")


def test_many_addresses_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "REMEMBERED_ADDRESSES", 100)
    book = ledger()
    book.opened("192.0.2.1")
    for each in range(5_000):
        book.failed(f"10.0.{each // 250}.{each % 250}")
    assert len(book._accounts) <= 101
    assert book.open_sockets("192.0.2.1") == 1, "an open socket is never forgotten"
