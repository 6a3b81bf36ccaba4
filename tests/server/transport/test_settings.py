"""Settings of the edge refuse what would not work."""

from typing import Any

import pytest

from aukio.transport.settings import EdgeSettings


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"hello_s": 0}, "hello_s"),
        ({"message_bytes": 1}, "message_bytes"),
        ({"open_per_address": 0}, "open_per_address"),
        ({"silent_s": 5.0, "ping_s": 10.0}, "silent_s"),
        ({"slow_code": 1006}, "1006"),
        ({"silent_code": 2000}, "2000"),
    ],
)
def test_a_value_out_of_bounds_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        EdgeSettings(**wrong)


def test_one_address_never_gets_more_than_the_whole_server() -> None:
    assert EdgeSettings(open_connections=10).open_per_address == 10
