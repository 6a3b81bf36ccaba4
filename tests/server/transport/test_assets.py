"""Files in memory: names, packing, generations."""

import gzip
import json
from pathlib import Path

import pytest

from aukio.transport.assets import IMMUTABLE, REVALIDATED, WorldAssets, build_asset, load_client

LONG = b"compressible " * 1_000


def index_of(assets: WorldAssets, world: str = "plaza") -> dict[str, str]:
    found = assets.find(world, "index.json")
    assert found is not None
    return dict(json.loads(found.body)["files"])


def test_a_text_file_is_packed_once_and_an_image_not() -> None:
    assert gzip.decompress(build_asset(LONG, ".json").packed["gzip"]) == LONG
    assert build_asset(LONG, ".png").packed == {}
    assert build_asset(b"{}", ".json").packed == {}


def test_the_same_bytes_are_packed_the_same() -> None:
    assert build_asset(LONG, ".json") == build_asset(LONG, ".json")


def test_a_type_that_is_not_listed_is_not_served() -> None:
    with pytest.raises(ValueError, match=r"\.exe"):
        build_asset(b"MZ", ".exe")


def test_client_files_with_a_hash_in_their_name_are_kept_for_ever(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-B3xY9_aQ.js").write_bytes(LONG)
    (tmp_path / "assets" / "left-hand-model2.glb").write_bytes(b"glTF")
    (tmp_path / "index.html").write_bytes(b"<!doctype html>")
    (tmp_path / "notes.secret").write_bytes(b"not listed")
    files = load_client(tmp_path)
    assert {name: asset.caching for name, asset in files.items()} == {
        "assets/left-hand-model2.glb": REVALIDATED,
        "assets/main-B3xY9_aQ.js": IMMUTABLE,
        "index.html": REVALIDATED,
    }


def test_a_brotli_form_beside_a_file_is_used_and_not_served_itself(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_bytes(LONG)
    (tmp_path / "main.js.br").write_bytes(b"brotli")
    [(name, asset)] = load_client(tmp_path).items()
    assert (name, asset.packed["br"]) == ("main.js", b"brotli")


def test_a_world_is_published_under_names_that_carry_the_content() -> None:
    assets = WorldAssets()
    scene, walk = build_asset(b"{}", ".json"), build_asset(b"\0\1", ".bin")
    assets.publish("plaza", {"scene.json": scene, "walk.bin": walk}, tick_rate=20)
    names = index_of(assets)
    assert names == {
        "scene.json": f"scene-{scene.digest}.json",
        "walk.bin": f"walk-{walk.digest}.bin",
    }
    assert assets.find("plaza", names["walk.bin"]) is walk
    index = assets.find("plaza", "index.json")
    assert index is not None
    assert (index.caching, json.loads(index.body)["tick_rate"]) == (REVALIDATED, 20)


def test_a_client_that_read_the_old_index_still_finds_its_files() -> None:
    assets = WorldAssets()
    found = []
    for body in (b"1", b"2", b"3"):
        assets.publish("plaza", {"scene.json": build_asset(body, ".json")}, tick_rate=20)
        found.append(index_of(assets)["scene.json"])
    assert assets.find("plaza", found[0]) is None
    assert assets.find("plaza", found[1]) is not None
    assert assets.find("plaza", found[2]) is not None


def test_a_withdrawn_world_has_no_files() -> None:
    assets = WorldAssets()
    assets.publish("plaza", {"scene.json": build_asset(b"1", ".json")}, tick_rate=20)
    assets.withdraw("plaza")
    assets.withdraw("plaza")
    assert assets.find("plaza", "index.json") is None


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", "evil.js", "../x.json", "a/b.json", ""])
def test_a_world_cannot_serve_what_a_browser_would_run(name: str) -> None:
    with pytest.raises(ValueError, match="may serve"):
        WorldAssets().publish("plaza", {name: build_asset(b"x", ".json")}, tick_rate=20)


def test_a_file_is_sent_as_what_its_name_says() -> None:
    page = build_asset(b"<script>", ".html")
    with pytest.raises(ValueError, match="may serve"):
        WorldAssets().publish("plaza", {"scene.json": page}, tick_rate=20)


@pytest.mark.parametrize("world", ["", "Plaza", "../plaza", "a/b", "x" * 65])
def test_a_world_id_is_plain(world: str) -> None:
    with pytest.raises(ValueError, match="world id"):
        WorldAssets().publish(world, {}, tick_rate=20)
