"""Token buckets."""

from aukio.session.limits import Bucket, Rate


def test_a_burst_passes_and_then_the_lasting_rate() -> None:
    bucket = Bucket(Rate(per_second=2, burst=3), now=10.0)
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(10.5), "half a second earns one"
    assert not bucket.take(10.5)


def test_idle_time_earns_no_more_than_the_burst() -> None:
    bucket = Bucket(Rate(per_second=100, burst=2), now=0.0)
    assert [bucket.take(1000.0) for _ in range(3)] == [True, True, False]
