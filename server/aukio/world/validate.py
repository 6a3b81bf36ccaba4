"""What a schema cannot say: whether a world makes sense. Every problem is reported at its place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aukio.world.document import Document
from aukio.world.model import Ground, Portal, Spawn, World
from aukio.world.portals import reaches
from aukio.world.problems import Path, Problem, did_you_mean, problem_at, quoted
from aukio.world.solids import HEADROOM_M, HIGHEST_M, Solid, solids_of
from aukio.world.stairs import with_stairs

WALKER_RADIUS_M = 0.3
STAIRS_M = 2.0
"""So far from a spawn bodies still matter that make steps to one beside it."""


def world_problems(world: World, document: Document) -> Iterator[Problem]:
    """Yield what is wrong with a world that fits its schema."""
    solids = solids_of(world)
    yield from _height_problems(solids, document)
    yield from _default_problems(world, document)
    for spawn in world.spawns.values():
        yield from _spawn_problems(spawn, world, solids, document)
    for portal in world.portals.values():
        yield from _portal_problems(portal, world)


def _height_problems(solids: list[Solid], document: Document) -> Iterator[Problem]:
    for solid in solids:
        if max(abs(solid.bottom), abs(solid.top)) > HIGHEST_M:
            path = ("entities", solid.entity)
            got = f"{solid.bottom:g} to {solid.top:g}"
            place = document.key_place(path)
            expected = f"solids between -{HIGHEST_M:.0f} and {HIGHEST_M:.0f} metres of height"
            yield problem_at(place, path, expected, got)


def _default_problems(world: World, document: Document) -> Iterator[Problem]:
    marked = [name for name in world.spawns if _raw_spawn(document, name).get("default") is True]
    for name in marked[1:]:
        path: Path = ("spawn", name, "default")
        yield problem_at(
            document.place(path), path, "one default spawn", f"{quoted(marked[0])} and this"
        )


def _raw_spawn(document: Document, name: str) -> dict[str, object]:
    raw: dict[str, object] = document.values["spawn"][name]
    return raw


def _spawn_problems(
    spawn: Spawn, world: World, solids: list[Solid], document: Document
) -> Iterator[Problem]:
    path: Path = ("spawn", spawn.id, "at")
    place = document.place(path)
    reach = max(spawn.spread, WALKER_RADIUS_M)
    if _inside(world.ground, spawn) < reach:
        expected = f"a place on the ground, {reach:g} m from its border"
        got = quoted(list(_raw_spawn(document, spawn.id)["at"]))  # type: ignore[call-overload]
        yield problem_at(place, path, expected, got, _ground_text(world.ground))
    blocker = _blocker(spawn, world, solids)
    if blocker is not None:
        expected = f"a free place of {WALKER_RADIUS_M} m around and {HEADROOM_M} m above"
        hint = (
            f"move it, or stand on it with a height of {blocker.top:g}"
            if blocker.floor
            else "move it"
        )
        yield problem_at(place, path, expected, f'a place in "{blocker.entity}"', hint)


def _inside(ground: Ground, spawn: Spawn) -> float:
    """Return the distance to the nearest side that is a wall, infinite without any."""
    (width, depth), (east, north) = ground.size, ground.at
    away_east, away_north = spawn.at[0] - east, spawn.at[1] - north
    inside = {
        "north": depth / 2 - away_north,
        "east": width / 2 - away_east,
        "south": depth / 2 + away_north,
        "west": width / 2 + away_east,
    }
    return min((inside[side] for side in ground.edge if ground.edge[side] == "wall"), default=1e9)


def _ground_text(ground: Ground) -> str:
    (width, depth), (east, north) = ground.size, ground.at
    west, south = east - width / 2, north - depth / 2
    return f"it spans [{west:g}, {south:g}] to [{west + width:g}, {south + depth:g}]"


def _blocker(spawn: Spawn, world: World, solids: list[Solid]) -> Solid | None:
    x, z, height = (np.array([value]) for value in (spawn.x, spawn.z, spawn.y))
    around = [solid for solid in solids if _is_within(spawn, solid, WALKER_RADIUS_M + STAIRS_M)]
    for solid in with_stairs(around, world.walk.step):
        if not _is_within(spawn, solid, WALKER_RADIUS_M):
            continue
        if solid.wall_distance(x, z, height, world.walk.step)[0] < WALKER_RADIUS_M:
            return solid
    return None


def _portal_problems(portal: Portal, world: World) -> Iterator[Problem]:
    path: Path = ("entities", portal.entity, "to")
    if portal.spot and portal.spot not in world.spawns:
        expected = "a spot of this world"
        hint = did_you_mean(portal.spot, world.spawns)
        yield problem_at(portal.place, path, expected, quoted(portal.to), hint)
    for spawn in world.spawns.values():
        if reaches(portal, spawn.at, spawn.spread):
            expected = f'a spawn outside of the portal "{portal.entity}", by its spread'
            got = "one from which people are sent on at once"
            where: Path = ("spawn", spawn.id)
            yield problem_at(
                spawn.place, where, expected, got, "move it, or make its spread smaller"
            )


def _is_within(spawn: Spawn, solid: Solid, away: float) -> bool:
    reach_x, reach_z = solid.reach
    return abs(spawn.x - solid.x) <= reach_x + away and abs(spawn.z - solid.z) <= reach_z + away
