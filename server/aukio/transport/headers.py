"""The security headers every HTTP response carries."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A page of ours draws with WebGL, talks to its own host, and loads nothing from anywhere else.
# blob: is what three.js makes of textures inside a model file (fetched, so in connect-src too) and
# of the workers of its decoders.
CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "worker-src": "'self' blob:",
    "font-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}

CONNECT_SOURCES = "'self' blob:"

CONSTANT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What a world may use; everything else that a browser would ask its user for is off.
    "Permissions-Policy": (
        "microphone=(self), xr-spatial-tracking=(self), fullscreen=(self), gamepad=(self), "
        "accelerometer=(self), gyroscope=(self), clipboard-write=(self), camera=(), "
        "geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=()"
    ),
}

_HOST = re.compile(rb"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


class SecurityHeaders:
    """An ASGI layer that puts the headers on every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._policy = "; ".join(f"{name} {value}" for name, value in CONTENT_POLICY.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(CONSTANT_HEADERS)
                headers["Content-Security-Policy"] = f"{self._policy}; {_connect_policy(scope)}"
            await send(message)

        await self._app(scope, receive, send_guarded)


def _connect_policy(scope: Scope) -> str:
    """Names our own host for websockets: in older Safari 'self' does not cover ws: and wss:."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None:
        return f"connect-src {CONNECT_SOURCES}"
    host = hosts[0].decode("ascii")
    return f"connect-src {CONNECT_SOURCES} ws://{host} wss://{host}"
