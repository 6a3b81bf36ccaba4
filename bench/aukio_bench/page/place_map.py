"""Where everybody was, seen from above: dots in one path each, which keeps 3,000 people small."""

from typing import Any

from aukio_bench.page.axes import axis
from aukio_bench.page.markup import Markup, element

SIDE = 600.0


def place_map(places: dict[str, Any]) -> Markup:
    """The picture; places as a report has them (metres, x to the east, z to the south)."""
    half, count = float(places["half_m"]), len(places["x_m"])
    scale = SIDE / (2 * half)
    rows = list(zip(places["x_m"], places["z_m"], places["moves"], places["sampled"], strict=True))
    spots = [
        ((x + half) * scale, (z + half) * scale, moves, sampled) for x, z, moves, sampled in rows
    ]
    size = max(3.2, min(9.0, 170 / max(1.0, count) ** 0.5))
    step = axis(2 * half, 4).step
    lines = _grid(step * scale)
    still = "".join(f"M{x:.1f} {z:.1f}h0" for x, z, moves, _ in spots if not moves)
    walks = "".join(f"M{x:.1f} {z:.1f}h0" for x, z, moves, _ in spots if moves)
    rings = [
        element("circle", cx=round(x, 1), cy=round(z, 1), r=round(size / 2 + 3, 1), class_="ring")
        for x, z, _, sampled in spots
        if sampled
    ]
    moving = sum(1 for _, _, moves, _ in spots if moves)
    words = f"{count:,} people, {moving:,} of them walking, {len(rings):,} compared with the truth"
    picture = element(
        "svg",
        element("rect", x=0, y=0, width=SIDE, height=SIDE, rx=10, class_="ground"),
        lines,
        element("path", d=still, class_="dots still", stroke_width=round(size, 1)),
        element("path", d=walks, class_="dots walks", stroke_width=round(size, 1)),
        rings,
        _scale(step, scale),
        viewBox=f"-2 -2 {SIDE + 4:g} {SIDE + 4:g}",
        role="img",
        aria_label=f"The place from above: {words}",
        class_="map",
    )
    key = element(
        "ul",
        element("li", element("i", class_="dot walks"), f"walking {moving:,}"),
        element("li", element("i", class_="dot still"), f"standing {count - moving:,}"),
        element("li", element("i", class_="dot ringed"), f"compared with the truth {len(rings):,}"),
        class_="key",
    )
    return element("figure", picture, element("figcaption", key), class_="place")


def _grid(step: float) -> list[Markup]:
    count = int(SIDE / step - 1e-9)
    lines = []
    for n in range(1, count + 1):
        at = round(n * step, 1)
        lines.append(element("line", x1=at, x2=at, y1=0, y2=SIDE, class_="grid"))
        lines.append(element("line", x1=0, x2=SIDE, y1=at, y2=at, class_="grid"))
    return lines


def _scale(step_m: float, scale: float) -> list[Markup]:
    """A bar as long as a square of the grid."""
    wide, low = step_m * scale, SIDE - 16
    return [
        element(
            "rect", x=10, y=low - 24, width=round(wide + 12, 1), height=32, rx=6, class_="plate"
        ),
        element("line", x1=16, x2=round(16 + wide, 1), y1=low, y2=low, class_="scale"),
        element("text", f"{step_m:g} m", x=round(16 + wide / 2, 1), y=low - 6, class_="middle"),
    ]
