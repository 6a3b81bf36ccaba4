"""What is different between two states of a world, in words."""

from collections.abc import Callable

from aukio.world import World
from aukio.world.changes import Changes, changes_between, prints_of

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
