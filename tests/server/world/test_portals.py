"""Portals as written: where they lead, what is wrong with one, and who stands in it."""

import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aukio.world import WorldProblems, load_world
from aukio.world.portals import inside, reaches

WORLD = """\
world: 1
id: yard
name: Yard
ground: {{size: [40, 40]}}
spawn:
  gate: {{at: [0, 0], spread: 1}}
  far: {{at: [12, 12], spread: 1}}
prefabs:
  arch:
    alt: {{en: An arch}}
    portal: {portal}
    parts: {{top: {{shape: box, at: [0, 0, 2.5], size: [2, 0.4, 0.3], colour: "#888888"}}}}
  ring: {{extends: arch}}
entities:
  way: {{{entity}}}
"""

Write = Callable[[str], Path]


def text(
    to: str = '"#far"', at: str = "[5, 0]", portal: str = "{circle: 1.2}", more: str = ""
) -> str:
    entity = f"use: ring, at: {at}, to: {to}{more}" if to else f"use: ring, at: {at}{more}"
    return WORLD.format(portal=portal, entity=entity)


def problem(write: Write, written: str) -> str:
    with pytest.raises(WorldProblems) as refused:
        load_world(write(written))
    (found,) = refused.value.problems
    return str(found)


@pytest.mark.parametrize(
    "to", ['"#far"', "yard2", '"yard2#gate"', '"https://other.example/w/quay#pier"']
)
def test_a_portal_leads_to_a_spot_a_world_or_another_server(write: Write, to: str) -> None:
    world = load_world(write(text(to)))
    assert world.portals["way"].to == to.strip('"')
    assert world.portals["way"].spot == ("far" if "#far" in to else "")


@pytest.mark.parametrize(
    "to",
    ['"http://other.example"', "../yard", '"javascript:alert(1)"', '"#"', '"#Far"', '"a b"', "5"],
)
def test_what_leads_nowhere_is_refused(write: Write, to: str) -> None:
    assert "to: expected where it leads" in problem(write, text(to))


def test_a_portal_must_say_where_it_leads(write: Write) -> None:
    assert 'the key "to"' in problem(write, text(""))


def test_a_thing_that_is_no_portal_leads_nowhere(write: Write) -> None:
    written = text().replace("    portal: {circle: 1.2}\n", "")
    assert 'unknown key "to"' in problem(write, written)


def test_an_unknown_spot_is_told_with_the_nearest(write: Write) -> None:
    found = problem(write, text('"#fra"'))
    assert "entities/way/to: expected a spot of this world" in found
    assert 'did you mean "far"?' in found


def test_nobody_begins_in_a_portal(write: Write) -> None:
    found = problem(write, text(at="[1.8, 0]"))
    assert 'spawn/gate: expected a spawn outside of the portal "way"' in found
    assert load_world(write(text(at="[2.4, 0]"))).portals


def test_a_turned_box_takes_in_who_stands_in_it(write: Write) -> None:
    portal = load_world(
        write(text(at="[5, 3, 1]", portal="{box: [4, 1]}", more=", facing: 90"))
    ).portals["way"]
    # East is x, north is -z; facing east, "across" runs north and south.
    x = np.array([5.0, 5.0, 5.4, 5.6, 5.0, 5.0])
    z = np.array([-3.0, -1.1, -3.0, -3.0, -0.9, -3.0])
    y = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 3.1])
    assert inside(portal, x, y, z).tolist() == [True, True, True, False, False, False]


def test_a_disc_reaches_a_portal_when_a_point_of_it_is_inside(write: Write) -> None:
    chance = random.Random(7)
    portal = load_world(
        write(text(at="[5, 3]", portal="{box: [4, 1]}", more=", facing: 30"))
    ).portals["way"]
    for _ in range(300):
        at = (chance.uniform(-2, 12), chance.uniform(-4, 10), 0.0)
        spread = chance.uniform(0, 3)
        angles = [chance.uniform(0, 2 * math.pi) for _ in range(300)]
        away = [spread * math.sqrt(chance.random()) * 0.98 for _ in angles]
        x = np.array([at[0] + r * math.sin(a) for r, a in zip(away, angles, strict=True)])
        z = np.array([-at[1] - r * math.cos(a) for r, a in zip(away, angles, strict=True)])
        if inside(portal, x, np.zeros(len(x)), z).sum() > 6:  # more than a grazed corner
            assert reaches(portal, at, spread)
