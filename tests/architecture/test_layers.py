"""Who may import whom (ARCHITECTURE.md): read downward only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAVES = {"settings", "clock", "errors", "metrics"}

#: What each part of the server may import of the server.
ALLOWED: dict[str, set[str]] = {
    "world": set(),
    "sim": {"world"},
    "session": {"sim", "world"},
    "interest": {"sim", "world"},
    "replication": {"interest", "sim", "world"},
    "overload": set(),
    "tick": {"overload", "replication", "interest", "session", "sim", "world"},
    "transport": {"session"},
    "storage": {"session"},
    "bundle": set(),
    "announcement": set(),
    "keys": set(),
}
ALLOWED["lobby"] = {"session", "transport"}
ALLOWED["keeping"] = {"session", "sim", "storage", "world"}
ALLOWED["linking"] = {"announcement", "keys", "session", "world"}
ALLOWED["hosting"] = {
    "keeping",
    "overload",
    "tick",
    "replication",
    "interest",
    "session",
    "sim",
    "world",
}
ALLOWED["generation"] = {"world", "transport"}
ALLOWED["reloading"] = {"generation", "world"}
ALLOWED["app"] = {
    "keys",
    "overload",
    "generation",
    "hosting",
    "lobby",
    "bundle",
    "transport",
    "storage",
    "session",
    "sim",
    "world",
}
ALLOWED["building"] = {"world"}
ALLOWED["cli"] = {
    "app",
    "generation",
    "reloading",
    "announcement",
    "building",
    "bundle",
    "linking",
    "world",
}
ALLOWED["__main__"] = {"cli"}

#: Outside packages that a part must not know: the middle is pure.
FORBIDDEN: dict[str, set[str]] = {
    "world": {"aukio_protocol", "asyncio", "socket", "time", "uvicorn", "sqlalchemy"},
    "sim": {"aukio_protocol", "asyncio", "socket", "time", "random", "uvicorn", "sqlalchemy"},
    "session": {"asyncio", "socket", "time", "random", "uvicorn", "sqlalchemy", "websockets"},
    "interest": {"aukio_protocol", "asyncio", "socket", "time", "random"},
    "replication": {"asyncio", "socket", "time", "random"},
    "tick": {"asyncio", "socket", "time", "random"},
    "storage": {"uvicorn", "websockets", "starlette"},
}


def sources(package: Path) -> Iterator[Path]:
    yield from sorted(package.rglob("*.py"))
    yield from sorted(package.rglob("*.pyi"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 or "aukio_protocol" in str(path), f"{path}: relative import"
            if node.module and node.level == 0:
                yield node.module


def part(path: Path) -> str:
    inside = path.relative_to(ROOT / "server/aukio")
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@pytest.mark.parametrize("path", list(sources(ROOT / "server/aukio")), ids=lambda p: p.stem)
def test_the_server_is_read_downward_only(path: Path) -> None:
    own = part(path)
    if own == "__init__":
        return
    assert own in ALLOWED or own in LEAVES, f"{own} has no place in the layers yet"
    allowed = ALLOWED.get(own, set()) | {own} | (LEAVES if own not in LEAVES else {"errors"})
    for name in imports(path):
        head, *rest = name.split(".")
        if head == "aukio" and rest:
            assert rest[0] in allowed, f"{own} must not import aukio.{rest[0]}"
        assert head not in FORBIDDEN.get(own, set()), f"{own} must not know {head}"
        assert head != "aukio_bench" or own == "cli", "only the command line loads the bench"


def test_the_protocol_knows_nothing_but_its_libraries() -> None:
    import sys

    for path in sources(ROOT / "protocol/aukio_protocol"):
        for name in imports(path):
            head = name.split(".")[0]
            known = {"msgpack", "msgspec", "aukio_protocol"} | sys.stdlib_module_names
            assert head in known, f"{path.name} imports {head}"


def test_the_bench_knows_the_wire_and_not_the_server() -> None:
    for path in sources(ROOT / "bench/aukio_bench"):
        for name in imports(path):
            assert name.split(".")[0] != "aukio", (
                f"{path.name}: the server is started, not imported"
            )
