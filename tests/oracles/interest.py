"""Interest, slow and obvious: who is in view, near by rank, or at middle distance."""

NEAREST, PROMPT, CLOSEST = 60, 24, 8


def interest_sets(
    own: int,
    places: dict[int, tuple[int, int]],
    was: tuple[set[int], ...],
    view_squared: int,
    middle_squared: int,
    individuals: int,
) -> tuple[set[int], ...]:
    """Interest, near, middle, prompt and closest of one viewer.

    Args:
        places: slot → (x, z) in 1/256 m of everybody alive, ascending. was: the sets before.
    """
    x, z = places[own]
    away_of = [(px - x) ** 2 + (pz - z) ** 2 for px, pz in places.values()]
    if individuals < len(away_of):
        view_squared = min(view_squared, sorted(away_of)[individuals])
    old_interest, old_near, old_middle, *_ = was
    ranks = []
    interest, middle = set(), set()
    for slot, (px, pz) in places.items():
        away = (px - x) ** 2 + (pz - z) ** 2
        limit = view_squared * 1.21 if slot in old_interest else view_squared
        if slot == own or away > limit:
            continue
        interest.add(slot)
        if away <= (middle_squared * 1.21 if slot in old_middle else middle_squared):
            middle.add(slot)
        ranks.append((away / 1.21 if slot in old_near else away, slot))
    ranked = [slot for _, slot in sorted(ranks)]
    near = set(ranked[:NEAREST])
    return interest, near, middle - near, set(ranked[:PROMPT]), set(ranked[:CLOSEST])
