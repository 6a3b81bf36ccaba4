"""The HTTP side: the web client, the worlds' files, health and metrics."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from aukio.transport.assets import Asset, WorldAssets, load_client
from aukio.transport.headers import CONSTANT_HEADERS, SecurityHeaders

CODINGS = ("br", "gzip")
"""In order of preference."""

PLAIN_WORDS = {
    404: "There is nothing here.\n",
    405: "Only GET and HEAD are answered here.\n",
}

Health = Callable[[], Mapping[str, Any]]
"""What `/healthz` shows; it is answered 200 when `ready` is true, else 503."""

Directory = Callable[[], Sequence[Mapping[str, Any]]]
"""What `/worlds.json` shows: an entry for each open world."""


def build_http(
    *,
    client_folder: Path | None,
    assets: WorldAssets,
    health: Health,
    directory: Directory = tuple,
    metrics: Callable[[Collection[str]], bytes] | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Builds the HTTP app. Reads and packs the client's files here, once.

    Args:
        client_folder: the built web client; None or a missing folder answers pages with a hint.
        assets: the worlds' files; may change while the app runs.
        health: asked on each `/healthz`.
        directory: asked on each `/worlds.json`.
        metrics: the text of `/metrics` in Prometheus format, of samples of some names (`name[]=`)
            or of all; None leaves that page out.
        routes: further routes of the application, tried before the client's files.
    """
    files = load_client(client_folder) if client_folder and client_folder.is_dir() else {}
    site = _Site(files, assets, health, directory, metrics)
    own = [
        Route("/healthz", site.health),
        Route("/worlds.json", site.worlds),
        Route("/worlds/{world}/{name}", site.world_file),
        Route("/", site.page),
        Route("/w/{world}", site.page),
        Route("/w/{world}/", site.page),
    ]
    if metrics is not None:
        own.append(Route("/metrics", site.metrics))
    return Starlette(
        routes=[*own, *routes, Route("/{path:path}", site.client_file)],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _plain_words, Exception: _broken},
    )


class _Site:
    def __init__(
        self,
        files: Mapping[str, Asset],
        assets: WorldAssets,
        health: Health,
        directory: Directory,
        metrics: Callable[[Collection[str]], bytes] | None,
    ) -> None:
        self._files = files
        self._assets = assets
        self._health = health
        self._directory = directory
        self._metrics = metrics

    async def page(self, request: Request) -> Response:
        index = self._files.get("index.html")
        if index is None:
            return PlainTextResponse(
                "The web client is not built; run 'make setup' in the checkout.\n", 503
            )
        return _answer(request, index)

    async def client_file(self, request: Request) -> Response:
        return _answer(request, _found(self._files.get(request.path_params["path"])))

    async def world_file(self, request: Request) -> Response:
        asked = request.path_params
        return _answer(request, _found(self._assets.find(asked["world"], asked["name"])))

    async def health(self, request: Request) -> Response:
        report = dict(self._health())
        status = 200 if report.get("ready") else 503
        return JSONResponse(report, status, {"Cache-Control": "no-store"})

    async def worlds(self, request: Request) -> Response:
        return JSONResponse(list(self._directory()), headers={"Cache-Control": "no-store"})

    async def metrics(self, request: Request) -> Response:
        assert self._metrics is not None, "the route exists only with metrics"
        return Response(
            self._metrics(request.query_params.getlist("name[]")),
            headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
        )


def _found(asset: Asset | None) -> Asset:
    if asset is None:
        raise HTTPException(404)
    return asset


def _answer(request: Request, asset: Asset) -> Response:
    """Answers with an asset, in the best coding the client takes, or 304 when it has it."""
    coding = _coding(request.headers.get("accept-encoding", ""), asset)
    headers = {
        "Content-Type": asset.media_type,
        "Cache-Control": asset.caching,
        # Bodies differ by coding, so a strong tag must too (RFC 9110 8.8.3).
        "ETag": f'"{asset.digest}{"-" + coding if coding else ""}"',
    }
    if asset.packed:
        headers["Vary"] = "Accept-Encoding"
    if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    return Response(asset.packed[coding] if coding else asset.body, headers=headers)


def _coding(accepted: str, asset: Asset) -> str:
    if not asset.packed:
        return ""
    wanted = set()
    for entry in accepted.lower().split(","):
        name, _, parameters = entry.partition(";")
        if parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            wanted.add(name.strip())
    return next((each for each in CODINGS if each in wanted and each in asset.packed), "")


def _has(known: str, tag: str) -> bool:
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in known.split(","))


async def _plain_words(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for it alone"
    text = PLAIN_WORDS.get(error.status_code, f"{error.detail}\n")
    headers = {**(error.headers or {}), "Cache-Control": "no-store"}
    return PlainTextResponse(text, error.status_code, headers)


async def _broken(request: Request, error: Exception) -> Response:
    """Answers for a bug of ours; Starlette asks outside its layers, so the headers come from here.

    The traceback goes to the log, not to the client.
    """
    return PlainTextResponse("Something broke on the server.\n", 500, CONSTANT_HEADERS)
