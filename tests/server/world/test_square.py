"""The square: sound, named in three languages, and walked as a visitor would."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest

from aukio.world import WalkField, World, compile_walk_field, load_world, scene_bytes

from .conftest import Walker

SQUARE = Path(__file__).parents[3] / "worlds" / "square"
LANGUAGES = {"fi", "en", "sv"}
SMALL_BYTES = 80_000


@pytest.fixture(scope="module")
def world() -> World:
    return load_world(SQUARE)


@pytest.fixture(scope="module")
def field(world: World) -> WalkField:
    return compile_walk_field(world)


def walker(world: World, field: WalkField, spawn: str) -> Walker:
    at = world.spawns[spawn]
    return Walker(field, at.x, at.y, at.z)


def test_spawns_are_places_to_go_to_with_names(world: World) -> None:
    assert list(world.spawns) == ["square", "hall", "tram", "market", "quay"]
    assert world.default_spawn == "square"
    assert all(set(spawn.name) == LANGUAGES for spawn in world.spawns.values())


def test_every_word_stands_in_three_languages(world: World) -> None:
    for shape in world.shapes:
        languages = set(shape.text)
        assert languages in (set(), {"und"}, LANGUAGES), f"{shape.id}: {dict(shape.text)}"
    for entity in world.entities.values():
        assert set(world.prefabs[entity.use].alt) == LANGUAGES, f"alt of {entity.use}"


def test_one_walks_from_the_square_round_the_fountain_up_to_the_doors(
    world: World, field: WalkField
) -> None:
    visitor = walker(world, field, "square")
    assert visitor.go_all([(9, 2), (3, 7.4), (-6, 8.5), (-22, 1), (-24, 0)])
    assert visitor.go_all([(-29.4, 0)]), "up the steps"
    assert visitor.y == pytest.approx(0.9, abs=0.03), "on the terrace"


def test_wheels_reach_the_terrace_by_the_ramp(world: World, field: WalkField) -> None:
    visitor = Walker(field, -31.2, 0, 22)
    heights = []
    for z in range(21, 6, -1):
        assert visitor.go(-31.2, z), f"the ramp is blocked at {z}"
        heights.append(visitor.y)
    steepest = max(b - a for a, b in itertools.pairwise(heights))
    assert heights[-1] == pytest.approx(0.9, abs=0.03) and steepest < 0.1, "at most one in ten"


def test_every_place_to_go_to_is_reached_on_foot(world: World, field: WalkField) -> None:
    visitor = walker(world, field, "square")
    assert visitor.go_all([(14, -4), (9, -7.6), (2, -8.4)]), "the market"
    assert visitor.go_all([(9, -7.6), (14, -4), (19, -4), (19, -24.4), (-6, -25), (-6, -27)]), (
        "the tram"
    )
    assert visitor.go_all([(19, -24.4), (22, -4), (22, 30), (4, 38)]), "the quay"


def test_one_walks_out_on_the_jetty_and_not_into_the_water(field: WalkField) -> None:
    visitor = Walker(field, 11.5, 0, 41)
    assert visitor.go(11.5, 60), "to the jetty's end"
    assert not visitor.go(11.5, 64), "where a railing stands"
    assert not Walker(field, -20, 0, 40).go(-20, 46), "and one stands along the quay"


def test_the_platform_is_reached_by_its_ramp(field: WalkField) -> None:
    visitor = Walker(field, -14, 0, -33.4)
    assert visitor.go(-8, -33.9) and visitor.y == pytest.approx(0.26, abs=0.02)


def test_the_scene_stays_small(world: World) -> None:
    data = scene_bytes(world)
    assert len(gzip.compress(data)) < SMALL_BYTES, "a phone fetches it on a school's network"
    assert json.loads(data)["horizon"]["south"] == "sea"
