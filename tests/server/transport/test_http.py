"""The HTTP app, asked without a socket."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from aukio.transport.assets import WorldAssets, build_asset
from aukio.transport.http import build_http

SCENE = b'{"entities": "' + b"x" * 2_000 + b'"}'
SCRIPT = b"export const answer = 42;\n" * 100


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(app: Starlette, path: str, method: str = "GET", **headers: str) -> Answer:
    """Asks as a server would: one request, no body; `_` in a header's name stands for -."""
    raw = {"host": "world.example", **headers}
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "scheme": "http",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in raw.items()],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = sent[0]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, body)


@pytest.fixture
def assets() -> WorldAssets:
    assets = WorldAssets()
    files = {"scene.json": build_asset(SCENE, ".json"), "walk.bin": build_asset(b"\0", ".bin")}
    assets.publish("plaza", files, tick_rate=20)
    return assets


@pytest.fixture
def app(tmp_path: Path, assets: WorldAssets) -> Starlette:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(b"<!doctype html><title>Aukio</title>")
    (tmp_path / "assets" / "main-B3xY9_aQ.js").write_bytes(SCRIPT)
    return build_http(
        client_folder=tmp_path,
        assets=assets,
        health=lambda: {"ready": True, "worlds": 1},
        metrics=lambda names: b"aukio_up 1\n" if "aukio_up" in (names or ["aukio_up"]) else b"",
    )


@pytest.mark.parametrize("path", ["/", "/w/plaza", "/w/plaza/", "/index.html"])
async def test_pages_are_the_index(app: Starlette, path: str) -> None:
    answer = await ask(app, path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert b"Aukio" in answer.body


async def test_a_hashed_script_comes_packed_and_for_ever(app: Starlette) -> None:
    answer = await ask(app, "/assets/main-B3xY9_aQ.js", accept_encoding="gzip, deflate, br")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.body) == SCRIPT


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "zstd"])
async def test_who_does_not_unpack_gets_it_plain(app: Starlette, accepted: str) -> None:
    answer = await ask(app, "/assets/main-B3xY9_aQ.js", accept_encoding=accepted)
    assert "content-encoding" not in answer.headers
    assert answer.body == SCRIPT


async def test_who_has_it_already_is_told_so(app: Starlette) -> None:
    first = await ask(app, "/", accept_encoding="gzip")
    again = await ask(app, "/", accept_encoding="gzip", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


async def test_a_world_tells_its_files_and_serves_them(app: Starlette) -> None:
    index = json.loads((await ask(app, "/worlds/plaza/index.json")).body)
    assert index["tick_rate"] == 20
    scene = await ask(app, f"/worlds/plaza/{index['files']['scene.json']}")
    assert scene.body == SCENE
    assert scene.headers["content-type"] == "application/json"
    assert "immutable" in scene.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/worlds/plaza/scene.json",
        "/worlds/nowhere/index.json",
        "/../etc/passwd",
        "/assets/../index.html",
        "/%2e%2e/etc/passwd",
    ],
)
async def test_what_is_not_there_is_told_in_plain_words(app: Starlette, path: str) -> None:
    answer = await ask(app, path)
    assert (answer.status, answer.body) == (404, b"There is nothing here.\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/assets/main-B3xY9_aQ.js", "/nothing"])
async def test_only_get_and_head_are_answered(app: Starlette, path: str, method: str) -> None:
    answer = await ask(app, path, method)
    assert (answer.status, answer.body) == (405, b"Only GET and HEAD are answered here.\n")


async def test_head_is_answered_like_get(app: Starlette) -> None:
    get, head = await ask(app, "/"), await ask(app, "/", "HEAD")
    assert head.status == 200
    assert head.headers["content-length"] == get.headers["content-length"]


async def test_health_and_metrics(app: Starlette) -> None:
    health = await ask(app, "/healthz")
    assert (health.status, json.loads(health.body)) == (200, {"ready": True, "worlds": 1})
    metrics = await ask(app, "/metrics")
    assert metrics.body == b"aukio_up 1\n"
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    assert (await ask(app, "/metrics?name[]=aukio_down&name[]=aukio_up")).body == b"aukio_up 1\n"
    assert (await ask(app, "/metrics?name[]=aukio_down")).body == b""


async def test_a_server_that_is_not_ready_says_why(assets: WorldAssets) -> None:
    report = {"ready": False, "reason": "database is read-only"}
    app = build_http(client_folder=None, assets=assets, health=lambda: report)
    answer = await ask(app, "/healthz")
    assert (answer.status, json.loads(answer.body)) == (503, report)
    assert (await ask(app, "/metrics")).status == 404


async def test_a_client_that_is_not_built_is_told_how(assets: WorldAssets) -> None:
    app = build_http(client_folder=None, assets=assets, health=lambda: {"ready": True})
    answer = await ask(app, "/")
    assert answer.status == 503
    assert b"make setup" in answer.body


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/metrics", "/nothing", "/worlds/plaza/index.json"]
)
async def test_security_headers_are_on_everything(app: Starlette, path: str) -> None:
    headers = (await ask(app, path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; ")
    assert "frame-ancestors 'self'" in policy
    assert "connect-src 'self' blob: ws://world.example wss://world.example" in policy
    assert "'unsafe-inline'" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["", "evil; script-src *", "a b", "x" * 300])
async def test_a_strange_host_does_not_reach_the_policy(app: Starlette, host: str) -> None:
    policy = (await ask(app, "/", host=host)).headers["content-security-policy"]
    assert policy.endswith("connect-src 'self' blob:")


async def test_a_bug_is_told_without_its_secrets(assets: WorldAssets) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError("password is hunter2")

    app = build_http(client_folder=None, assets=assets, health=fail)
    with pytest.raises(RuntimeError):
        await ask(app, "/healthz")


async def test_the_open_worlds_are_listed_with_who_is_there_now() -> None:
    people = [3]
    app = build_http(
        client_folder=None,
        assets=WorldAssets(),
        health=lambda: {"ready": True},
        directory=lambda: [{"id": "plaza", "people": people[0]}],
    )
    first = await ask(app, "/worlds.json")
    people[0] = 4
    second = await ask(app, "/worlds.json")
    assert json.loads(first.body) == [{"id": "plaza", "people": 3}]
    assert json.loads(second.body) == [{"id": "plaza", "people": 4}]
    assert second.headers["cache-control"] == "no-store"
