"""A world as written: read, checked, compiled, immutable."""

from aukio.world.compile import compile_walk_field
from aukio.world.gltf import served_stem
from aukio.world.model import Portal, Spawn, World
from aukio.world.problems import Problem, WorldProblems
from aukio.world.reader import load_world
from aukio.world.scene import scene_bytes
from aukio.world.walkfield import WalkField, WalkFieldError

__all__ = [
    "Portal",
    "Problem",
    "Spawn",
    "WalkField",
    "WalkFieldError",
    "World",
    "WorldProblems",
    "compile_walk_field",
    "load_world",
    "scene_bytes",
    "served_stem",
]
