"""The strangers' story against a real server, with a crash in the middle."""

from pathlib import Path

import pytest

from live import LiveServer, free_port
from stranger.story import story


@pytest.mark.slow
async def test_a_client_written_from_the_spec_alone_takes_part(tmp_path: Path) -> None:
    server = LiveServer(tmp_path, free_port())
    await server.start()

    async def restart() -> None:
        await server.kill()
        await server.start()

    try:
        await story(f"ws://127.0.0.1:{server.port}", restart)
    finally:
        await server.stop()
