"""One bot: what it does about a server that does not let it in."""

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

from aukio_bench.bot import Bot
from aukio_protocol import messages as m
from aukio_protocol.codec import encode
from aukio_protocol.errors import Reason
from aukio_protocol.version import VERSION, schema_hash


class FakeCrowd:
    """What a bot asks of its crowd; notes who wants to come back."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.party = SimpleNamespace(comes_back=False)
        self.meter = SimpleNamespace(counts=Counter[str](), errors=Counter[str]())
        self.swarm = SimpleNamespace(hang_up=lambda row: None)
        self.back: list[tuple[int, float]] = []

    def lost(self, row: int) -> None:
        pass

    def come_back(self, row: int, wait_s: float) -> None:
        self.back.append((row, wait_s))


def refuse(bot: Bot, reason: Reason, retry_ms: int) -> None:
    refusal = m.Refuse(reason, "", retry_ms, VERSION, schema_hash())
    bot.hear(0, encode(refusal), 1.0)


def bot_of(crowd: Any) -> Bot:
    bot = Bot(crowd, 7, is_sampled=False)
    bot.begin()
    return bot


def test_it_comes_again_later_and_later_when_the_server_is_busy() -> None:
    crowd = FakeCrowd()
    bot = bot_of(crowd)
    for _ in range(3):
        refuse(bot, Reason.BUSY, 3000)
    assert [row for row, _ in crowd.back] == [7] * 3
    assert [3 <= back / 2**n <= 6 for n, (_, back) in enumerate(crowd.back)] == [True] * 3
    assert crowd.meter.counts["back_after_refused_busy"] == 3
    assert not crowd.meter.errors


def test_a_refusal_for_good_is_an_error() -> None:
    crowd = FakeCrowd()
    refuse(bot_of(crowd), Reason.VERSION, 0)
    assert crowd.meter.errors == {"refused_version": 1}
    assert crowd.back == []
