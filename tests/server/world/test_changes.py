"""What is different between two states of a world, in words."""

from collections.abc import Callable

from aukio.world import World, load_world
from aukio.world.changes import Changes, changes_between, details, prints_of

from .conftest import Write

Make = Callable[..., World]


def test_nothing_changed_when_only_a_comment_did(make_world: Make) -> None:
    old = prints_of(make_world("  a: {use: box, at: [4, 4]}\n"))
    new = prints_of(make_world("  # a box\n  a: {use: box, at: [4, 4]}\n"))
    assert not changes_between(old, new)
    assert str(changes_between(old, new)) == "nothing changed"


def test_what_came_went_or_moved_is_told_by_its_id(make_world: Make) -> None:
    old = prints_of(make_world("  a: {use: box, at: [4, 4]}\n  b: {use: box, at: [-4, 4]}\n"))
    new = prints_of(make_world("  a: {use: box, at: [4, 5]}\n  c: {use: box, at: [-4, 4]}\n"))
    found = changes_between(old, new)
    assert found == Changes(("entities/c",), ("entities/b",), ("entities/a",))
    assert str(found) == "1 added (entities/c), 1 removed (entities/b), 1 changed (entities/a)"


def test_a_prefab_changes_what_is_made_of_it(make_world: Make) -> None:
    old = prints_of(make_world("  a: {use: post, at: [4, 4], r: 1, h: 2}\n"))
    new = prints_of(make_world("  a: {use: post, at: [4, 4], r: 1, h: 3}\n"))
    assert changes_between(old, new).changed == ("entities/a",)


def test_a_sentence_names_a_few_and_counts_the_rest() -> None:
    paths = tuple(f"entities/e{n}" for n in range(9))
    told = str(Changes(paths, (), ()))
    assert told == "9 added (entities/e0, entities/e1, entities/e2, entities/e3, …)"


def test_the_ground_and_the_way_one_walks_are_settings(make_world: Make) -> None:
    found = changes_between(prints_of(make_world("")), prints_of(make_world("", size=50)))
    assert found.changed == ("ground",)


PORTAL = """\
world: 1
id: yard
name: Yard
ground: {{size: [40, 40]}}
spawn: {{here: {{at: [0, 0]}}}}
prefabs: {{ring: {{portal: {portal}, parts: {{band: {{shape: cylinder, size: [1, 0.1]}}}}}}}}
entities: {{way: {{use: ring, at: [8, 0], to: {to}}}}}
"""


def test_a_portal_that_grows_or_leads_elsewhere_is_another(write: Write) -> None:
    def world(portal: str, to: str) -> World:
        return load_world(write(PORTAL.format(portal=portal, to=to)))

    old = world("{circle: 1}", "hall")
    for new, words in (
        (world("{circle: 2}", "hall"), "portal radius 1.0 → 2.0"),
        (world("{box: [2, 1]}", "hall"), "portal half [0.0, 0.0] → [1.0, 0.5]"),
        (world("{circle: 1}", "quay"), 'to "hall" → "quay"'),
    ):
        assert changes_between(prints_of(old), prints_of(new)).changed == ("entities/way",)
        assert words in details("entities/way", old, new)
