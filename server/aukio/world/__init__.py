"""A world as written: read, checked, compiled, immutable."""

from aukio.world.compile import compile_walk_field
from aukio.world.gltf import served_stem
from aukio.world.model import Action, Counter, Portal, Rule, Script, Spawn, Thing, World, Zone
from aukio.world.problems import Problem, WorldProblems
from aukio.world.reader import load_world
from aukio.world.roles import Role
from aukio.world.scene import scene_bytes
from aukio.world.walkfield import WalkField, WalkFieldError

__all__ = [
    "Action",
    "Counter",
    "Portal",
    "Problem",
    "Role",
    "Rule",
    "Script",
    "Spawn",
    "Thing",
    "WalkField",
    "WalkFieldError",
    "World",
    "WorldProblems",
    "Zone",
    "compile_walk_field",
    "load_world",
    "scene_bytes",
    "served_stem",
]
