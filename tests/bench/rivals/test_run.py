"""A small real run of the rival: skipped where its packages cannot be had."""

import pytest

from aukio_bench.motion import Habits
from aukio_bench.rivals.packages import Packages, PackageTrouble, default_cache, install
from aukio_bench.rivals.programs import Load, run_colyseus


@pytest.fixture(scope="module")
def packages() -> Packages:
    try:
        return install(default_cache(), print)
    except PackageTrouble as error:
        pytest.skip(str(error))


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["broadcast", "views"])
async def test_five_clients_walk_on_a_real_colyseus_plaza(packages: Packages, variant: str) -> None:
    # A test machine may be busy: what is tested is that all is measured and true, not how fast.
    load = Load(clients=5, seconds=3.0, seed=1, settle_s=2.0)
    side = await run_colyseus(packages, variant, load, Habits(half_m=20))
    assert side.errors == {}
    assert side.clients == 5
    assert side.payload_bytes_per_client_s > 100, "a tick a patch alone is more than 5 bytes"
    assert side.cpu_us_per_client_s is not None
    assert side.cpu_us_per_client_s > 0
    assert side.tick_hz is not None
    assert side.tick_hz > 10
    assert side.missing == 0.0, "five people are all among the fifty nearest"
    median, most = side.error_1_20_m["p50"], side.more["raw_1_20_m"]["p99"]
    assert median is not None
    assert median < 0.02, "a place is known to 1/128 m"
    assert most < 0.5, "nobody is farther off than two ticks of running"
