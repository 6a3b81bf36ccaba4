"""Worlds written for one test, and a slow walker that follows the rules every mover shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from aukio.world import WalkField, World, compile_walk_field, load_world

RADIUS = 0.3

HEAD = """\
world: 1
id: test
name: Test
ground: {{size: [{size}, {size}], edge: {edge}}}
spawn: {{here: {{at: [0, 0], spread: 0.5}}}}
prefabs:
  box:
    params:
      w: {{type: number, default: 1}}
      d: {{type: number, default: 1}}
      h: {{type: number, default: 1}}
    parts: {{body: {{shape: box, size: ["{{w}}", "{{d}}", "{{h}}"]}}}}
  ramp:
    params: {{w: {{type: number}}, d: {{type: number}}, h: {{type: number}}}}
    parts: {{body: {{shape: wedge, size: ["{{w}}", "{{d}}", "{{h}}"]}}}}
  post:
    params: {{r: {{type: number}}, h: {{type: number}}}}
    parts: {{body: {{shape: cylinder, size: ["{{r}}", "{{h}}"]}}}}
entities:
"""

BRIDGE = """\
  south: {use: ramp, at: [6, -6], w: 2, d: 6, h: 2.2}
  north: {use: ramp, at: [6, 6], w: 2, d: 6, h: 2.2, facing: 180}
  deck: {use: box, at: [6, 0, 2.0], w: 2, d: 6, h: 0.2}
"""

Write = Callable[[str], Path]
Compile = Callable[..., WalkField]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a world document and return its folder."""

    def write_document(text: str) -> Path:
        folder = tmp_path / "worlds" / "yard"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "world.yaml").write_text(text, encoding="utf-8")
        return folder

    return write_document


@pytest.fixture
def make_world(write: Write) -> Callable[..., World]:
    """Build a world with a square ground from lines of entities."""

    def make(entities: str, size: float = 40, edge: str = "wall") -> World:
        return load_world(write(HEAD.format(size=size, edge=edge) + (entities or "  {}\n")))

    return make


@pytest.fixture
def make_field(make_world: Callable[..., World]) -> Compile:
    """Compile a world with a square ground from lines of entities."""

    def make(entities: str, size: float = 40, edge: str = "wall") -> WalkField:
        return compile_walk_field(make_world(entities, size, edge))

    return make


@dataclass
class Walker:
    """A point on a walk field: on the floor in reach farthest from walls, or falling."""

    field: WalkField
    x: float
    y: float
    z: float
    layer: int = 0

    def floor(self, x: float, z: float) -> tuple[int, float, float] | None:
        """Return layer, height and wall distance of the floor it would stand on."""
        floors = []
        for layer in range(self.field.layers):
            height = self.field.height_at(x, z, layer)
            if height is not None:
                floors.append((layer, height, self.field.distance_at(x, z, layer)))
        step = self.field.step / 64
        near = [floor for floor in floors if abs(floor[1] - self.y) <= step]
        if near:
            return max(near, key=lambda floor: floor[2])
        below = [floor for floor in floors if floor[1] < self.y]
        return max(below, key=lambda floor: floor[1], default=None)

    def go(self, x: float, z: float, pace: float = 0.05) -> bool:
        """Walk straight to a place; stop and return False before a wall or the void."""
        steps = math.ceil(math.hypot(x - self.x, z - self.z) / pace)
        x0, z0 = self.x, self.z
        for number in range(1, steps + 1):
            share = number / steps
            floor = self.floor(x0 + (x - x0) * share, z0 + (z - z0) * share)
            if floor is None or floor[2] < RADIUS:
                return False
            self.x, self.z = x0 + (x - x0) * share, z0 + (z - z0) * share
            self.layer, self.y, _ = floor
        return True

    def go_all(self, places: Iterable[tuple[float, float]]) -> bool:
        """Walk from place to place."""
        return all(self.go(x, z) for x, z in places)
