"""The far crowd, slow and obvious: heads by cell of those a viewer does not know one by one."""

from collections import Counter

CELLS = 1024


def beyond(places: list[tuple[int, int]]) -> tuple[int, Counter[tuple[int, int]]]:
    """The cell's side in metres and the heads of each cell (column, row), of these places (x, z in
    1/65536 m)."""
    side = 16
    while True:
        heads = Counter((x // (side * 65536), z // (side * 65536)) for x, z in places)
        columns = max(x for x, _ in heads) - min(x for x, _ in heads) + 1
        rows = max(z for _, z in heads) - min(z for _, z in heads) + 1
        if (columns <= 255 and columns * rows <= CELLS) or side >= 128:
            return side, heads
        side *= 2
