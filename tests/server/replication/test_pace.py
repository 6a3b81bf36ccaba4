"""Slow clients: thinned, made to wait, let go."""

from aukio.replication.pace import Pace, Readiness

HZ = 20


def run(pace: Pace, ticks: range, delay: int) -> Readiness:
    """A client that applies each snapshot `delay` ticks after it was sent and says so each tick."""
    readiness = Readiness.FULL
    for tick in ticks:
        pace.heard(tick - delay - 1, tick)
        readiness = pace.readiness(0, tick)
        if readiness in (Readiness.FULL, Readiness.THIN):
            pace.sent(tick)
    return readiness


def test_a_steady_delay_is_no_lag() -> None:
    assert run(Pace(0, HZ), range(1, 200), delay=8) is Readiness.FULL


def test_growing_lag_thins_then_skips() -> None:
    pace = Pace(0, HZ)
    run(pace, range(1, 100), delay=2)
    assert run(pace, range(100, 110), delay=9) is Readiness.THIN
    for tick in range(110, 122):
        pace.heard(95, tick)
    assert pace.readiness(0, 122) is Readiness.SKIP


def test_unsent_bytes_make_a_viewer_wait_and_ten_seconds_end_it() -> None:
    pace = Pace(0, HZ)
    assert pace.readiness(1, 1) is Readiness.SKIP
    assert pace.readiness(1, 200) is Readiness.SKIP
    assert pace.readiness(1, 202) is Readiness.GONE


def test_a_viewer_that_reads_again_is_sent_to_again() -> None:
    pace = Pace(0, HZ)
    pace.readiness(1, 1)
    assert pace.readiness(0, 100) is Readiness.FULL
    assert pace.readiness(1, 250) is Readiness.SKIP, "its ten seconds begin anew"


def test_a_client_that_says_nothing_is_thinned_and_kept() -> None:
    pace = Pace(0, HZ)
    for tick in range(1, 62):
        pace.sent(tick)
    assert pace.readiness(0, 62) is Readiness.THIN
    assert pace.readiness(0, 600) is Readiness.THIN, "a hidden tab is no dead one"
