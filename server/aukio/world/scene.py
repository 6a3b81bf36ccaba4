"""The scene: what the web client draws of a world, as JSON in the engine's frame.

    {"version": 2, "id": "yard", "hash": hex, "name": {"fi": ...}, "view": metres,
     "sky": {"hours": 9.5, "weather": "clear", "sun": {"azimuth": deg, "height": deg},
             "wind": {"azimuth": deg it comes from, "speed": m/s}},
     "horizon": {"north": "forest", "east": ..., "south": ..., "west": ...},
     "life": {"birds": 9, "leaves": 30},
     "ground": {"size": [x, z], "at": [x, y, z], "edge": {"north": "wall", ...},
                "colour": "#rrggbb", "material": name, "roughness": 0..1},
     "spawns": {"square": {"at": [x, y, z], "yaw": deg, "spread": metres, "name": {"fi": ...}}},
     "defaultSpawn": "square",
     "entities": {"bench": {"prefab": name, "at": [x, y, z], "yaw": deg, "alt": {"fi": ...},
                            "name": {"fi": ...}, "to": "yard#gate", "states": ["off", "on"],
                            "state": "off", "use": true, "collect": metres, "radius": metres}},
     "counters": {"leaves": {"start": 0, "least": 0, "most": 8}},
     "shapes": [{"id": "bench/seat", "entity": "bench", "shape": "box", "at": [x, y, z],
                 "yaw": deg, "size": [...], "colour": "#rrggbb", "material": name, "roughness":
                     0..1}]}

x = east, y = up, z = south, metres. `yaw` is in degrees clockwise seen from above, 0 = facing -z
(north); in a right-handed engine with y up the rotation about y is -yaw. A text without a language
has the key "und".

`at` of a shape is the centre of its base; `size` by shape, before turning:

    box       [x, y, z]         full extents wedge     [x, y, z]         full extents; its top rises
    from y = 0 at the +z end to y at the -z end plane     [x, z]            full extents,
    horizontal, facing up cylinder  [radius, height] cone      [radius, height]  the tip is up
    capsule   [radius, height]  height over all, round ends included sphere    [radius]
    `at` is its lowest point
    extrusion [length]  with "points" and "axis": outline [x, -z] pulled along "up" from its base,
    [x, y] along "north" and [-z, y] along "east", half the length to either side
    text      [width, height]  letters of this height, facing -z, no wider than width; "text"
    light     [range]  a lamp that shines at dusk
    model     [scale]  "file": its name among the world's files

`to` of an entity says where its portal leads. One with `states` begins in `state`; one with `use`
can be used, up to an arm's length beyond `radius`; one with `collect` is collected by who comes
that near.

Only where they apply: "solid": false; "tilt" degrees by which it leans back (towards +z at its
top) about its own x axis; "top" the [x, z] or [radius] at the top of a box or cylinder; "sides" of
what is round; "states" of its entity in which the shape is there, the others with its id being
what it is in other states; "bevel" metres; "glow" 0..1 in the dark; "sway" metres.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, Final

import msgspec

from aukio.world import frame
from aukio.world.gltf import served_name
from aukio.world.material import MATERIALS
from aukio.world.model import Entity, Ground, Point, Shape, Spawn, World

VERSION: Final = 2


def scene_bytes(world: World) -> bytes:
    """Return the scene; equal worlds give equal bytes."""
    return msgspec.json.encode(scene(world))


def scene_hash(data: bytes) -> str:
    """Return the hex SHA-256 of scene bytes, by which clients cache them."""
    return hashlib.sha256(data).hexdigest()


def scene(world: World) -> dict[str, Any]:
    """Return the scene as plain values."""
    sky = world.sky
    usable = world.script.usable()
    return {
        "version": VERSION,
        "id": world.id,
        "hash": world.hash,
        "name": dict(world.name),
        "view": world.view_m,
        "sky": {
            "hours": round(sky.hours, 4),
            "weather": sky.weather,
            "sun": {"azimuth": sky.sun[0], "height": sky.sun[1]},
            "wind": {"azimuth": sky.wind[0], "speed": sky.wind[1]},
        },
        "horizon": dict(world.scenery.horizon),
        "life": {"birds": world.scenery.birds, "leaves": world.scenery.leaves},
        "ground": _ground(world.ground),
        "spawns": {name: _spawn(spawn) for name, spawn in world.spawns.items()},
        "defaultSpawn": world.default_spawn,
        "entities": {
            name: _entity(entity, world, usable) for name, entity in world.entities.items()
        },
        "counters": {
            name: {"start": one.start, "least": one.least, "most": one.most}
            for name, one in world.script.counters.items()
        },
        "shapes": [_shape(shape, world) for shape in world.shapes],
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {
        "size": list(ground.size),
        "at": _at((*ground.at, 0.0)),
        "edge": dict(ground.edge),
        "colour": ground.colour,
        "material": ground.material,
        "roughness": MATERIALS[ground.material],
    }


def _spawn(spawn: Spawn) -> dict[str, Any]:
    return {
        "at": _at(spawn.at),
        "yaw": spawn.facing % 360,
        "spread": spawn.spread,
        "name": dict(spawn.name),
    }


def _entity(entity: Entity, world: World, usable: Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "prefab": entity.use,
        "at": _at(entity.at),
        "yaw": entity.facing % 360,
        "alt": dict(world.prefabs[entity.use].alt),
    }
    if entity.name:
        told["name"] = dict(entity.name)
    if entity.id in world.portals:
        told["to"] = world.portals[entity.id].to
    thing = world.script.things.get(entity.id)
    if thing is None:
        return told
    if thing.states:
        told |= {"states": list(thing.states), "state": thing.start}
    if thing.entity in usable:
        told |= {"use": True, "radius": round(thing.radius, 2)}
    if thing.collect:
        told["collect"] = thing.collect
    return told


def _shape(shape: Shape, world: World) -> dict[str, Any]:
    size = shape.size
    if shape.kind in ("box", "wedge"):
        size = (size[0], size[2], size[1])
    return {
        "id": shape.id,
        "entity": shape.entity,
        "shape": shape.kind,
        "at": _at(shape.at),
        "yaw": round(shape.turn, 4),
        "size": [round(metres, 4) for metres in size],
        "colour": shape.colour,
        "material": shape.material,
        "roughness": MATERIALS[shape.material],
        **_extras(shape, world),
    }


def _extras(shape: Shape, world: World) -> dict[str, Any]:
    """Return what only some shapes have, so that a thousand plain boxes stay short."""
    extras: dict[str, Any] = {}
    if not shape.solid:
        extras["solid"] = False
    if shape.tilt:
        extras["tilt"] = round(shape.tilt, 4)
    if shape.top:
        extras["top"] = [round(metres, 4) for metres in shape.top]
    if shape.points:
        extras["points"] = [[round(a, 4), round(b, 4)] for a, b in shape.points]
        extras["axis"] = shape.axis
    if shape.states:
        extras["states"] = list(shape.states)
    if shape.text:
        extras["text"] = dict(shape.text)
    if shape.file:
        extras["file"] = served_name(shape.file, world.models[shape.file])
    for key in ("sides", "bevel", "glow", "sway"):
        value = getattr(shape, key)
        if value is not None:
            extras[key] = value
    return extras


def _at(point: Point) -> list[float]:
    # Tenths of a millimetre: turning leaves digits that only make the file longer.
    return [round(metres, 4) + 0.0 for metres in frame.engine_point(point)]
