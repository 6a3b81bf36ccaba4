"""Where one gets to on foot, one place after the other, by the readable walk field."""

from collections import deque

from aukio.world import WalkField
from aukio.world.walkfield import CELL_M, CELLS

Place = tuple[int, int, int]  # layer, row, column
Found = tuple[Place, float, float]  # with height and room


def layer_at(
    field: WalkField, x: float, z: float, y: float, step: float
) -> tuple[int, float, float] | None:
    """Layer, height and room of where a walker at height y stands at a place, or falls to."""
    within, below = [], []
    for layer in range(field.layers):
        height = field.height_at(x, z, layer)
        if height is None:
            continue
        room = field.distance_at(x, z, layer)
        if abs(height - y) <= step:
            within.append((-room, layer, height))
        elif height < y:
            below.append((-height, layer, room))
    if within:
        room, layer, height = min(within)
        return layer, height, -room
    if below:
        height, layer, room = min(below)
        return layer, -height, room
    return None


def flood(
    field: WalkField, parts: int, step: float, room: float, starts: list[tuple[int, int, float]]
) -> set[Place]:
    """All places reached; metres."""
    pitch = CELL_M / parts
    rows, columns = (count * CELLS * parts for count in field.table.shape[:2])

    def look(row: int, column: int, y: float, before: float) -> Found | None:
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        x = column * pitch + field.tile_x0 * CELLS * CELL_M
        z = row * pitch + field.tile_z0 * CELLS * CELL_M
        found = layer_at(field, x, z, y, step)
        if found is None:
            return None
        layer, height, here = found
        if here < room and not (here >= 0 and (height < y - step or here > before)):
            return None
        return (layer, row, column), height, here

    waiting = deque(
        found
        for row, column, y in starts
        if (found := look(row, column, y, room)) is not None and found[2] >= room
    )
    reached = {place for place, _, _ in waiting}
    while waiting:
        (_, row, column), height, here = waiting.popleft()
        for to in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            found = look(*to, height, here)
            if found is not None and found[0] not in reached:
                reached.add(found[0])
                waiting.append(found)
    return reached
