"""Slots and generations."""

from aukio.sim.entities import Entities


def test_a_slot_is_reused_only_after_release_and_with_another_generation() -> None:
    entities = Entities(64)
    first = entities.claim(0)
    assert first is not None
    entities.retire(first.slot)
    others = [entities.claim(0) for _ in range(63)]
    assert None not in others
    assert entities.claim(0) is None, "a retired slot is not free yet"
    entities.release(first.slot)
    again = entities.claim(0)
    assert again is not None
    assert (again.slot, again.generation) == (first.slot, first.generation + 1)


def test_live_slots_are_ascending() -> None:
    entities = Entities(64)
    refs = [entities.claim(0) for _ in range(5)]
    assert refs[2] is not None
    entities.retire(refs[2].slot)
    assert entities.live.tolist() == [0, 1, 3, 4]
