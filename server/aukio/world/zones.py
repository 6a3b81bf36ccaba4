"""Zones: parts of a world, seen from above, that people enter and leave.

zones:
  stage: {box: [-4, 10, 4, 14], enter: [teacher], says: {fi: Lava, en: The stage}}
  pond: {circle: [12, 3, 2.5], walk: false}
  meadow: {polygon: [[0, 0], [8, 1], [6, 9]], up: [0, 3]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aukio.world import frame, terms
from aukio.world.document import Document
from aukio.world.model import Entity, Spawn, Zone, text_by_language
from aukio.world.outline import outline_fault
from aukio.world.problems import Path, Problem, did_you_mean, problem_at, quoted
from aukio.world.roles import GUEST, MOST_ROLES, Role
from aukio.world.terms import Schema

MOST_ZONES: Final = 64
MOST_CORNERS: Final = 64
AREAS: Final = ("box", "circle", "polygon")
ANY_HEIGHT: Final = (-1000.0, 1000.0)

Floats = NDArray[np.float64]


def zones_schema() -> Schema:
    """Return the schema of `zones`."""
    far = terms.FURTHEST_M
    metres = terms.number(-far, far, f"a number of metres up to {far:.0f}")
    corner = terms.listing(metres, 2, 2, "[east, north] in metres")
    zone = terms.closed(
        f"a zone: one of {', '.join(AREAS)}, and more",
        {
            "box": terms.listing(metres, 4, 4, "[west, south, east, north] in metres"),
            "circle": terms.listing(metres, 3, 3, "[east, north, radius] in metres"),
            "polygon": terms.listing(corner, 3, MOST_CORNERS, f"3 to {MOST_CORNERS} corners"),
            "up": terms.listing(metres, 2, 2, "[from, to], heights in metres"),
            "name": terms.text(),
            "says": terms.text(),
            "enter": terms.one_or_more(
                terms.identifier("a role"), MOST_ROLES, "a role that may enter, or a list of roles"
            ),
            "walk": {"type": "boolean", "x-expected": "true or false"},
        },
    )
    return terms.mapping(zone, "zones by name", MOST_ZONES)


def read_zone(name: str, raw: Mapping[str, Any], document: Document) -> Zone:
    """Return a zone as it stands in its document."""
    west, south, east, north = raw.get("box", (0, 0, 0, 0))
    middle_east, middle_north, radius = raw.get("circle", (0, 0, 0))
    low, high = raw.get("up", ANY_HEIGHT)
    corners = raw.get("polygon") or [[west, south], [east, south], [east, north], [west, north]]
    return Zone(
        id=name,
        centre=(float(middle_east), float(middle_north)),
        radius=float(radius),
        corners=() if radius else tuple((float(a), float(b)) for a, b in corners),
        heights=(float(low), float(high)),
        name=text_by_language(raw["name"]) if "name" in raw else {},
        says=text_by_language(raw["says"]) if "says" in raw else {},
        roles=frozenset(terms.listed(raw.get("enter", []))),
        walk=raw.get("walk", True),
        place=document.key_place(("zones", name)),
    )


def zone_problems(
    zones: Mapping[str, Zone],
    entities: Mapping[str, Entity],
    roles: Mapping[str, Role],
    spawns: Mapping[str, Spawn],
    default: str,
    document: Document,
) -> Iterator[Problem]:
    """Yield zones that are no area, let in a role that is none, or are called like a thing."""
    for name, zone in zones.items():
        raw, path = document.values["zones"][name], ("zones", name)
        told = [each for each in AREAS if each in raw]
        if len(told) != 1:
            got = " and ".join(told) if told else "none"
            yield problem_at(zone.place, path, f"one of {', '.join(AREAS)}", got, "keep one")
            continue
        fault = "" if zone.radius > 0 else outline_fault(zone.corners) if zone.corners else "none"
        if "circle" in raw and zone.radius <= 0:
            fault = "a radius of nothing"
        if fault:
            at: Path = (*path, told[0])
            yield problem_at(document.place(at), at, "an area with an inside", fault)
        if not zone.walk and "polygon" in raw:
            at = (*path, "walk")
            hint = "use boxes or circles, or put solid things there"
            yield problem_at(document.place(at), at, "walk only with box or circle", "it", hint)
        if zone.heights[0] >= zone.heights[1]:
            at = (*path, "up")
            yield problem_at(document.place(at), at, "[lower, higher]", quoted(raw["up"]))
        for role in sorted(zone.roles - roles.keys()):
            at = (*path, "enter")
            hint = did_you_mean(role, roles) or f"known: {', '.join(sorted(roles))}"
            yield problem_at(document.place(at), at, "a role of this world", quoted(role), hint)
        spawn = spawns.get(default)
        if zone.roles and GUEST not in zone.roles and spawn is not None:
            x, y, z = (np.array([value]) for value in (spawn.x, spawn.y, spawn.z))
            if inside(zone, x, y, z)[0]:
                expected = f'a zone for some roles that the default spawn "{default}" is not in'
                yield problem_at(zone.place, path, expected, "one that it is in", "move one")
        if name in entities:
            expected = "a name that no entity has"
            yield problem_at(zone.place, path, expected, quoted(name), "rename it")


def inside(zone: Zone, x: Floats, y: Floats, z: Floats) -> NDArray[np.bool_]:
    """Say which places are in a zone. Shapes (N,); engine metres.

    Source: W. R. Franklin, PNPOLY, point inclusion in polygon test.
    """
    level: NDArray[np.bool_] = (y >= zone.heights[0]) & (y <= zone.heights[1])
    if zone.radius:
        at_x, _, at_z = frame.engine_point((*zone.centre, 0.0))
        return level & ((x - at_x) ** 2 + (z - at_z) ** 2 <= zone.radius**2)
    north = -z
    within: NDArray[np.bool_] = np.zeros(x.shape, bool)
    for (east_a, north_a), (east_b, north_b) in zip(
        zone.corners, (*zone.corners[1:], zone.corners[0]), strict=True
    ):
        if north_a == north_b:
            continue
        crosses = (north_a > north) != (north_b > north)
        within ^= crosses & (
            x < (east_b - east_a) * (north - north_a) / (north_b - north_a) + east_a
        )
    return level & within
