"""What the web client is given to draw."""

from __future__ import annotations

import json
from pathlib import Path

from aukio.world import load_world, scene_bytes
from aukio.world.scene import scene_hash

from .conftest import Write
from .test_reader import GOOD

YARD = Path(__file__).parents[3] / "worlds" / "yard"


def test_scene_is_in_the_engines_frame(write: Write) -> None:
    scene = json.loads(scene_bytes(load_world(write(GOOD))))
    assert scene["ground"]["at"] == [0, 0, -10], "north is -z"
    assert scene["ground"]["size"] == [60, 40], "east and north extents"
    assert scene["spawns"]["gate"] == {
        "at": [1, 0, -2],
        "yaw": 90,
        "spread": 1,
        "name": {},
    }
    pole, arm = scene["shapes"][:2]
    assert pole["size"] == [0.1, 3] and pole["at"] == [10, 0, -20] and pole["id"] == "first/pole"
    assert arm["size"] == [0.1, 0.1, 1] and arm["yaw"] == 90, "a box is given as x, y, z"
    assert pole["roughness"] == 0.7 and pole["material"] == "metal"
    assert scene["entities"]["first"]["alt"] == {"und": "A lamp"}


def test_equal_worlds_give_equal_scenes() -> None:
    first, second = scene_bytes(load_world(YARD)), scene_bytes(load_world(YARD))
    assert scene_hash(first) == scene_hash(second), "clients cache scenes by hash"


def test_scene_has_no_negative_zero() -> None:
    assert b"-0.0" not in scene_bytes(load_world(YARD)), "it would only make the file longer"
