"""Parts of prefabs beyond plain bodies: repeated, leaning, lettered, outlined, or a model."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

import pytest

from aukio.transport.assets import WorldAssets, build_asset
from aukio.world import World, WorldProblems, compile_walk_field, load_world, scene_bytes
from aukio.world.gltf import served_stem

from .conftest import RADIUS, Walker, Write

HEAD = """\
world: 1
id: yard
name: Yard
ground: {{size: [40, 40]{ground}}}
spawn: {{here: {{at: [0, 0], spread: 0.5{spawn}}}}}
{more}prefabs:
  thing:
    params: {{label: {{type: text, default: Open}}, n: {{type: number, default: 3}}}}
    parts:
      part: {part}
entities:
  it: {{use: thing, at: [5, 5], facing: 90{given}}}
"""


def text_of(
    part: str, *, given: str = "", more: str = "", ground: str = "", spawn: str = ""
) -> str:
    return HEAD.format(part=part, given=given, more=more, ground=ground, spawn=spawn)


def problem_of(folder: Path) -> str:
    with pytest.raises(WorldProblems) as refused:
        load_world(folder)
    return "\n".join(str(problem) for problem in refused.value.problems)


def triangle(**changes: object) -> bytes:
    """A red triangle as glTF with its buffer in the file."""
    corners = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
    uri = "data:application/octet-stream;base64," + base64.b64encode(corners).decode()
    document: dict[str, object] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 3,
                "type": "VEC3",
                "min": [0, 0, 0],
                "max": [1, 1, 0],
            }
        ],
        "bufferViews": [{"buffer": 0, "byteLength": len(corners)}],
        "buffers": [{"byteLength": len(corners), "uri": uri}],
    }
    return json.dumps({**document, **changes}).encode()


MODEL = "{shape: model, file: models/sign.gltf, size: [2], solid: {box: [1, 0.5, 2]}}"


def with_model(write: Write, data: bytes, part: str = MODEL) -> Path:
    folder = write(text_of(part))
    (folder / "models").mkdir(exist_ok=True)
    (folder / "models/sign.gltf").write_bytes(data)
    return folder


def test_repeat_makes_copies_at_a_step(write: Write) -> None:
    part = '{shape: box, size: [1, 1, 1], repeat: {count: "{n}", step: [2, 0, 0.5]}}'
    shapes = load_world(write(text_of(part))).shapes
    assert [shape.id for shape in shapes] == ["it/part", "it/part/1", "it/part/2"]
    assert shapes[2].at == (5, 1, 1), "four metres east of its middle lie south once it faces east"


def test_repeats_multiply_and_turn_about_the_middle(write: Write) -> None:
    part = (
        "{shape: box, size: [1, 1, 1], at: [0, 2],"
        " repeat: [{count: 2, step: [0, 0, 3]}, {count: 4, turn: 90}]}"
    )
    shapes = load_world(write(text_of(part))).shapes
    assert len(shapes) == 8, "two floors of four"
    assert [shape.turn for shape in shapes[:4]] == [90, 180, 270, 0]
    assert shapes[2].at == (3, 5, 0), "two metres north, turned half round, of what faces east"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            "{shape: box, size: [1, 1, 1], repeat: {count: 201}}",
            "a whole number, 1 to 200, got 201",
        ),
        ('{shape: box, size: [1, 1, 1], repeat: {count: "{n} / 2"}}', "1 to 200, got 1.5"),
        (
            "{shape: box, size: [1, 1, 1], repeat: [{count: 100}, {count: 100}]}",
            "at most 4000 shapes in a prefab, got more",
        ),
        ("{shape: box, size: [1, 1, 1], points: [[0, 0], [1, 0], [0, 1]]}", "only with extrusion"),
        ("{shape: extrusion, size: [1]}", 'the key "points" with shape: extrusion'),
        ("{shape: extrusion, size: [1], points: [[0, 0], [1, 0]]}", "3 to 64 corners"),
        ("{shape: text, size: [1, 0.2]}", 'the key "text" with shape: text'),
        ('{shape: text, size: [1, 0.2], text: "{n}"}', "a text or the name of a text parameter"),
        ("{shape: text, size: [1, 0.2], text: A, solid: true}", "a text that is not solid"),
        ("{shape: box, size: [1, 1, 1], tilt: 20, solid: true}", "no tilt on a solid part"),
        ("{shape: box, size: [1, 1, 1], top: [1]}", "[east, north] in metres for a box"),
        ("{shape: box, size: [1, 1, 1], glow: 2}", "0 to 1, got 2"),
        ("{shape: box, size: [1, 1, 1], bevel: 2}", "a rounding of edges, 0 to 0.3 metres, got 2"),
        ("{shape: box, size: [1, 1, 1], solid: {circle: [1, 1]}}", "a body only with shape: model"),
        ("{shape: cylinder, size: [1, 1], sides: 2}", "a whole number, 3 to 48, got 2"),
    ],
)
def test_part_that_makes_no_sense_is_told_where(write: Write, part: str, said: str) -> None:
    told = problem_of(write(text_of(part)))
    assert said in told, told
    assert told.startswith("yard/world.yaml:10:"), "file, line and column come first"


def test_lettering_takes_texts_by_language_from_the_entity(write: Write) -> None:
    part = '{shape: text, size: [2, 0.3], text: "{label}"}'
    plain = load_world(write(text_of(part))).shapes[0]
    given = load_world(write(text_of(part, given=", label: {fi: Auki, sv: Öppet}"))).shapes[0]
    assert plain.text == {"und": "Open"} and given.text == {"fi": "Auki", "sv": "Öppet"}
    assert not plain.solid, "nobody walks into letters"


def test_too_long_lettering_is_refused(write: Write) -> None:
    told = problem_of(write(text_of(f"{{shape: text, size: [2, 1], text: {'a' * 81}}}")))
    assert "at most 80 characters" in told


def test_extrusion_is_a_wall_like_the_box_round_it(write: Write) -> None:
    part = "{shape: extrusion, size: [2], points: [[1, -1], [3, -1], [3, 1]]}"
    field = compile_walk_field(load_world(write(text_of(part))))
    # It faces east: two metres to its own east lie two metres south of where it stands.
    assert field.distance_at(5, -3, 0) < 0, "inside the outline there is no floor at 0"
    assert field.distance_at(5, -5.5, 0) > RADIUS, "and half a metre beside the box one can stand"


def test_tilted_parts_are_not_solid_unless_told(write: Write) -> None:
    shape = load_world(write(text_of("{shape: box, size: [1, 1, 1], tilt: 30}"))).shapes[0]
    assert shape.tilt == 30 and not shape.solid, "the walk field knows upright bodies only"


def test_one_open_side_can_be_walked_off_and_the_others_not(write: Write) -> None:
    text = text_of("{shape: box, size: [4, 8, 0.2], at: [25, 0]}", ground=", edge: {south: open}")
    field = compile_walk_field(load_world(write(text)))
    assert Walker(field, 5, 0, 9).go(5, 21.5), "from the ground onto a jetty beyond the open side"
    assert not Walker(field, -5, 0, 0).go(-5, -20), "the north is a wall"
    assert not Walker(field, 10, 0, 0).go(20, 0), "and so is the east"


def test_scene_tells_names_horizon_life_and_wind(write: Write) -> None:
    more = "horizon: {south: sea}\nlife: {birds: 3}\nsky: {wind: {from: 90, speed: 5}}\n"
    part = "{shape: box, size: [1, 1, 1], top: [0, 0], bevel: 0.02, glow: 0.5, sway: 0.1}"
    text = text_of(part, more=more, spawn=", name: {fi: Tori, en: Square}")
    scene = json.loads(scene_bytes(load_world(write(text))))
    assert scene["horizon"] == {
        "north": "forest",
        "east": "forest",
        "south": "sea",
        "west": "forest",
    }
    assert scene["life"] == {"birds": 3, "leaves": 0}
    assert scene["sky"]["wind"] == {"azimuth": 90, "speed": 5}
    assert scene["spawns"]["here"]["name"] == {"fi": "Tori", "en": "Square"}
    shape = scene["shapes"][0]
    extras = {key: shape[key] for key in ("top", "bevel", "glow", "sway")}
    assert extras == {"top": [0, 0], "bevel": 0.02, "glow": 0.5, "sway": 0.1}
    assert "text" not in shape and "solid" not in shape, "what is plain stays short"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("life: {birds: 61}\n", "life/birds: expected a whole number up to 60, got 61"),
        ("horizon: see\n", "horizon: expected one of none, forest, hills, town, sea, or a map"),
        ("horizon: {south: se}\n", "horizon"),
        ("sky: {wind: {speed: 50}}\n", "sky/wind/speed: expected metres per second, 0 to 20"),
    ],
)
def test_scenery_out_of_bounds_is_told(write: Write, more: str, said: str) -> None:
    told = problem_of(write(text_of("{shape: box, size: [1, 1, 1]}", more=more)))
    assert told.startswith("yard/world.yaml:6:") and said in told, told


def test_model_becomes_one_binary_file_that_a_scene_names(write: Write) -> None:
    world = load_world(with_model(write, triangle()))
    data = world.models["models/sign.gltf"]
    assert struct.unpack_from("<4sII", data) == (b"glTF", 2, len(data))
    head = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    assert head["buffers"] == [{"byteLength": 36}], "the buffer is the file's own second part"
    assert data[-36:] == struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
    served = publish(world)
    shape = json.loads(scene_bytes(world))["shapes"][0]
    asset = served.find("yard", shape["file"])
    assert asset is not None and asset.body == data, "what the scene names is what is served"
    assert asset.media_type == "model/gltf-binary"


def publish(world: World) -> WorldAssets:
    assets = WorldAssets()
    files = {
        f"{served_stem(name)}.glb": build_asset(each, ".glb") for name, each in world.models.items()
    }
    assets.publish("yard", files, tick_rate=20)
    return assets


def test_model_is_a_wall_where_its_body_is(write: Write) -> None:
    field = compile_walk_field(load_world(with_model(write, triangle())))
    assert field.distance_at(5, -5, 0) < 0 < field.distance_at(5.9, -5, 0), (
        "0.5 m deep, facing east"
    )


def test_binary_model_passes_through(write: Write) -> None:
    data = load_world(with_model(write, triangle())).models["models/sign.gltf"]
    folder = with_model(write, b"", MODEL.replace("sign.gltf", "sign.glb"))
    (folder / "models/sign.glb").write_bytes(data)
    assert load_world(folder).models["models/sign.glb"] == data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "a file that is no JSON"),
        (b'{"asset": {"version": "1.0"}}', "another format"),
        (triangle(buffers=[{"byteLength": 36, "uri": "other.bin"}]), "in a file of its own"),
        (triangle(buffers=[{}, {}]), "one buffer, got several"),
        (triangle(images=[{"uri": "http://example.org/a.png"}]), "pictures inside the model"),
        (triangle(extensionsRequired=["X"]), "without required extensions"),
        (b" " * 8_000_001, "at most 8 MB"),
    ],
)
def test_model_that_needs_more_than_itself_is_refused(write: Write, data: bytes, said: str) -> None:
    told = problem_of(with_model(write, data))
    assert said in told and told.startswith("yard/world.yaml:10:34: prefabs/thing/parts/part/file:")


def test_missing_model_is_told(write: Write) -> None:
    assert "a readable file" in problem_of(write(text_of(MODEL)))


@pytest.mark.parametrize("name", ["../secret.glb", "/etc/secret.glb", "a/../../secret.glb"])
def test_model_outside_the_worlds_folder_is_refused(write: Write, name: str) -> None:
    told = problem_of(write(text_of(MODEL.replace("models/sign.gltf", name))))
    assert "expected a path such as models/boat.glb" in told


def test_model_behind_a_link_out_of_the_folder_is_refused(write: Write, tmp_path: Path) -> None:
    folder = write(text_of(MODEL))
    (folder / "models").mkdir()
    (tmp_path / "secret.gltf").write_bytes(triangle())
    (folder / "models/sign.gltf").symlink_to(tmp_path / "secret.gltf")
    assert "a file inside the world's folder" in problem_of(folder)
