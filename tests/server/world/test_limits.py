"""What a careless or hostile builder can cost: one clear error, in bounded time and memory."""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from aukio.world import WorldProblems, load_world, scene_bytes
from aukio.world.gltf import ModelError, read_model, served_name, served_stem
from aukio.world.preview import draw_bare

from .conftest import Write
from .test_parts import problem_of, text_of, triangle, with_model

Picture = Callable[[int, int], bytes]
BOX = "shape: box, size: [1, 1, 1]"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (f"{{{BOX}, at: [1e308, 0]}}", "part/at/0: expected -4096 to 4096, got 1e+308"),
        (f'{{{BOX}, at: [0, 0, "{{n}} * 2000"]}}', "part/at/2: expected -4096 to 4096"),
        (f"{{{BOX}, repeat: {{count: 200, step: [1e308, 0]}}}}", "repeat/step/0: expected -4096"),
        (f"{{{BOX}, repeat: {{count: 9, turn: 1e308}}}}", "repeat/turn: expected -3600 to 3600"),
        (f"{{{BOX}, turn: 1e308}}", "part/turn: expected -3600 to 3600"),
        (f"{{{BOX}, solid: false, tilt: -1e308}}", "part/tilt: expected -3600 to 3600"),
        ("{shape: extrusion, size: [1], points: [[0, 0], [1, 0], [2, 0]]}", "without area"),
        ("{shape: extrusion, size: [1], points: [[0, 0], [0, 0], [0, 0]]}", "without area"),
        (
            "{shape: extrusion, size: [1], points: [[0, 0], [4, 0], [1, 2], [3, 2]]}",
            "corners 1 and 3 beginning sides that cross",
        ),
    ],
)
def test_what_cannot_be_placed_or_filled_is_told_at_its_place(
    write: Write, part: str, said: str
) -> None:
    problem = problem_of(write(text_of(part)))
    assert said in problem
    assert problem.startswith("yard/world.yaml:") and "\n" not in problem


def test_an_outline_may_touch_itself(write: Write) -> None:
    part = "{shape: extrusion, size: [1], points: [[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]]}"
    assert load_world(write(text_of(part))).shapes


def languages(count: int, line: str) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    codes = [a + b + c for a in letters for b in letters for c in letters][:count]
    return "{" + ", ".join(f"{code}: {line}" for code in codes) + "}"


def test_copies_do_not_multiply_a_long_text_into_a_scene_of_gigabytes(write: Write) -> None:
    part = (
        f"{{shape: text, size: [1, 1], text: {languages(1000, 'x' * 80)},"
        " repeat: [{count: 200}, {count: 20}]}"
    )
    assert "at most 1000000 letters and corners" in problem_of(write(text_of(part)))


def test_things_do_not_multiply_a_long_description(write: Write) -> None:
    text = text_of("{shape: light, size: [1]}")
    text = text.replace("  thing:\n", f"  thing:\n    alt: {languages(300, 'y' * 1000)}\n")
    more = "".join(f"  more_{at}: {{use: thing, at: [1, 1]}}\n" for at in range(10))
    assert "entities/more_2: expected at most 1000000 letters" in problem_of(write(text + more))


def test_a_fault_in_every_copy_is_not_looked_for_for_ever(write: Write) -> None:
    corners = ", ".join('["1 / {n}", "1 / {n}"]' for _ in range(64))
    text = text_of(f"{{shape: extrusion, size: [1], points: [{corners}]}}", given=", n: 0")
    text = text.replace("default: 3", "default: 1")
    more = "".join(f"  more_{at}: {{use: thing, at: [1, 1], n: 0}}\n" for at in range(50))
    with pytest.raises(WorldProblems) as refused:
        load_world(write(text + more))
    assert len(refused.value.problems) < 300


def accessor(**changes: object) -> list[dict[str, object]]:
    whole = {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}
    return [{key: value for key, value in {**whole, **changes}.items() if value is not None}]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accessors": accessor(bufferView=None, count=10**9)}, "one without"),
        ({"accessors": accessor(sparse={"count": 1})}, "one without"),
        ({"accessors": accessor(count=10**9)}, "one beyond its end"),
        ({"accessors": accessor(count=0)}, "one beyond its end"),
        ({"accessors": accessor(byteOffset=-4)}, "one beyond its end"),
        ({"accessors": accessor(byteOffset=4)}, "one beyond its end"),
        ({"accessors": accessor(componentType=1)}, "names what it does not hold"),
        ({"accessors": accessor(count="3")}, "names what it does not hold"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 10**9}]}, "one beyond its end"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 36, "byteOffset": -4}]}, "beyond its end"),
        ({"nodes": [{"mesh": 7}]}, "names what it does not hold"),
        ({"textures": {"a": 1}}, "a list of textures"),
        ({"extras": {"far": float("inf")}}, "no JSON"),
    ],
)
def test_a_model_asks_no_page_for_more_than_it_holds(
    write: Write, changes: dict[str, object], said: str
) -> None:
    assert said in problem_of(with_model(write, triangle(**changes)))


def test_a_model_that_shows_one_mesh_thousands_of_times_is_refused(tmp_path: Path) -> None:
    corners = struct.pack("<9f", *range(9)) * 1000
    document = json.loads(triangle())
    document["nodes"] = [{"mesh": 0}] * 4000
    document["accessors"][0]["count"] = 3000
    document["bufferViews"][0]["byteLength"] = len(corners)
    document["buffers"] = [{"byteLength": len(corners)}]
    head = json.dumps(document).encode()
    head += b" " * (-len(head) % 4)
    chunks = struct.pack("<II", len(head), 0x4E4F534A) + head
    chunks += struct.pack("<II", len(corners), 0x004E4942) + corners
    (tmp_path / "much.glb").write_bytes(
        struct.pack("<III", 0x46546C67, 2, 12 + len(chunks)) + chunks
    )
    with pytest.raises(ModelError, match="at most 1000000 corners"):
        read_model(tmp_path / "much.glb")


def with_picture(picture: bytes) -> bytes:
    """The triangle, with a picture behind its corners."""
    document = json.loads(triangle())
    uri = document["buffers"][0]["uri"]
    whole = base64.b64decode(uri.partition(",")[2]) + picture
    document["buffers"] = [
        {"byteLength": len(whole), "uri": uri[:37] + base64.b64encode(whole).decode()}
    ]
    document["bufferViews"].append({"buffer": 0, "byteOffset": 36, "byteLength": len(picture)})
    document["images"] = [{"bufferView": 1, "mimeType": "image/png"}]
    return json.dumps(document).encode()


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\b\6\0\0\0"


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc2\0\x11\b" + struct.pack(">HH", height, width)
    return b"\xff\xd8\xff\xe0\0\4ab\xff" + frame


@pytest.mark.parametrize("picture", [png, jpeg])
def test_a_picture_that_unpacks_to_gigabytes_is_refused(write: Write, picture: Picture) -> None:
    problem = problem_of(with_model(write, with_picture(picture(30_000, 30_000))))
    assert "at most 16000000 pixels" in problem
    assert load_world(with_model(write, with_picture(picture(1024, 2048)))).models


@pytest.mark.parametrize("picture", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_refused(write: Write, picture: bytes) -> None:
    assert "pictures in PNG or JPEG" in problem_of(with_model(write, with_picture(picture)))


def test_a_number_beyond_all_bounds_does_not_reach_the_page(write: Write) -> None:
    huge = triangle().replace(b'"scene": 0', b'"scene": 0, "extras": 1e999')
    assert "finite numbers" in problem_of(with_model(write, huge))


def test_brackets_without_end_are_refused(write: Write) -> None:
    for depth in (300, 900, 990, 1000, 100_000):
        deep = triangle().replace(b'"scene": 0', b'"extras": ' + b"[" * depth + b"]" * depth)
        folder = with_model(write, deep)
        try:
            load_world(folder)
        except WorldProblems as refused:
            assert len(refused.problems) == 1, f"{depth} brackets"


def test_a_pipe_in_place_of_a_model_is_not_waited_for(write: Write) -> None:
    folder = with_model(write, b"")
    (folder / "models/sign.gltf").unlink()
    os.mkfifo(folder / "models/sign.gltf")
    assert "a readable file" in problem_of(folder)


def test_a_link_out_of_the_folder_is_not_followed(write: Write, tmp_path: Path) -> None:
    folder = with_model(write, b"")
    (tmp_path / "secret.gltf").write_bytes(triangle())
    (folder / "models/sign.gltf").unlink()
    (folder / "models/sign.gltf").symlink_to(tmp_path / "secret.gltf")
    assert "a file inside the world's folder" in problem_of(folder)


def test_models_of_like_names_are_served_apart(write: Write) -> None:
    paths = ("models/sign.gltf", "models/sign.glb", "models-sign.gltf", f"{'a' * 90}.glb")
    stems = {served_stem(path) for path in paths}
    assert len(stems) == 4
    assert max(map(len, stems)) <= 64, "no longer than the name of a served file may be"
    world = load_world(with_model(write, triangle()))
    name = served_name("models/sign.gltf", world.models["models/sign.gltf"])
    assert name.encode() in scene_bytes(world)


@pytest.mark.parametrize("size", ["[1, 400]", "[400, 1]", "[20, 20]"])
def test_the_map_of_a_strangely_shaped_world_is_a_picture_of_usual_size(
    write: Write, size: str
) -> None:
    text = (
        "world: 1\nid: yard\nname: Yard\n"
        f"ground: {{size: {size}, edge: open}}\nspawn: {{far: {{at: [0, 4000], spread: 0}}}}\n"
    )
    drawing = draw_bare(load_world(write(text)), 560)
    assert 1 <= drawing.width <= 560
    assert 1 <= drawing.height <= 1120
