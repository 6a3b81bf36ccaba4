"""The sweep: bisection with pretended runs."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aukio_bench.attempts import Attempt, weighed
from aukio_bench.gates import read_gates
from aukio_bench.result import Result
from aukio_bench.sweep import Sweep, Try, judge, sized, sweep
from reports import a_report, a_result


def swept(run: Callable[[int], Try], low: int = 100, high: int = 3000) -> Sweep:
    return sweep(run, low, high, 100, lambda _: None)


@pytest.mark.parametrize("limit", [100, 150, 730, 2000, 2999])
def test_the_largest_size_that_holds_is_found(limit: int) -> None:
    found = swept(lambda clients: Try(clients, clients <= limit))
    assert found.largest == limit // 100 * 100
    assert found.beyond == found.largest + 100
    assert f"{found.largest:,} people held" in found.sentence


def test_few_runs_suffice() -> None:
    found = swept(lambda clients: Try(clients, clients <= 1500))
    assert len({one.clients for one in found.tries}) <= 2 + 5, "both ends, then halves of 29"


def test_a_size_that_fails_is_tried_twice() -> None:
    found = swept(lambda clients: Try(clients, clients <= 1500))
    sizes = [one.clients for one in found.tries]
    for clients in set(sizes):
        assert sizes.count(clients) == (1 if clients <= 1500 else 2)


def test_a_size_that_holds_at_the_second_try_holds() -> None:
    tries: list[int] = []

    def run(clients: int) -> Try:
        tries.append(clients)
        return Try(clients, clients <= 1500 or (clients == 1600 and tries.count(1600) == 2))

    assert swept(run).largest == 1600


def test_a_void_run_is_repeated_and_listed_and_decides_nothing() -> None:
    tries: list[int] = []

    def run(clients: int) -> Try:
        tries.append(clients)
        if tries.count(clients) == 1:
            return Try(clients, None, "steal")
        return Try(clients, clients <= 1500)

    found = swept(run)
    assert found.largest == 1500
    assert [one.clients for one in found.set_aside] == list(dict.fromkeys(tries))


def test_a_size_that_stays_void_is_not_held_against_the_server() -> None:
    found = swept(lambda clients: Try(clients, True if clients <= 1500 else None, "bots"))
    assert (found.largest, found.beyond, found.is_known) == (1500, 1600, False)
    assert "says nothing about the server" in found.sentence


def test_when_even_the_smallest_fails_there_is_no_number() -> None:
    found = swept(lambda clients: Try(clients, False))
    assert found.largest is None
    assert "Not even 100 people" in found.sentence


def test_when_the_largest_holds_the_answer_is_at_least() -> None:
    found = swept(lambda clients: Try(clients, True))
    assert (found.largest, found.beyond, len(found.tries)) == (3000, None, 2)
    assert "At least 3,000" in found.sentence


def test_one_size_alone_is_a_sweep() -> None:
    assert swept(lambda clients: Try(clients, True), 500, 500).largest == 500


def test_an_attempt_is_judged_by_the_limits_of_its_size() -> None:
    gates = read_gates()
    dear = judge(Attempt(a_result()), "crowd", 10, gates)
    assert dear.held is False
    assert "was not measured" in dear.why, "what is not known does not hold"
    robbed: Result = replace(a_result(), report=replace(a_report(), steal=0.03))
    assert judge(weighed(robbed), "crowd", 10, gates).held is None
    assert judge(Attempt(None, void="late"), "crowd", 10, gates).held is None
    assert judge(Attempt(None, trouble="no server"), "crowd", 10, gates).held is False


def test_what_a_client_costs_is_no_reason_that_a_size_does_not_fit() -> None:
    figures = {one.figure for one in sized(read_gates(), "crowd", 1000)}
    assert {"tick_work_ms.p99", "coverage", "payload_bytes_per_client_s"} <= figures
    assert not figures & {"cpu_us_per_client_s", "rss_bytes_per_client"}
