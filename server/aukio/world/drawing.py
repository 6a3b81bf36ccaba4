"""A drawing of areas, lines and labels in layers, written as SVG or PNG.

Coordinates are pixels, x to the right and y down. What lies in one layer is painted solid and the
layer as a whole is seen through: shadows that overlap are not darker there.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw, ImageFont

Pixel = tuple[float, float]

FINENESS: Final = 2
"""A PNG is painted so many times as large and made smaller: that smooths edges."""
_FONT: Final = "system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: Sequence[Pixel]
    fill: str
    edge: str = ""  # the colour of a thin outline


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: Sequence[Pixel]
    colour: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text whose left end, middle or right end stands at a point, `size` pixels high."""

    at: Pixel
    text: str
    size: float
    colour: str = "#22262b"
    anchor: str = "middle"  # or start, end
    halo: str = ""  # a colour around the letters
    bold: bool = False


Item = Area | Line | Label


@dataclass(slots=True)
class Layer:
    """Items in the order they are painted."""

    opacity: float = 1.0
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Drawing:
    """Layers in the order they are painted, on paper of one colour."""

    width: int
    height: int
    paper: str
    title: str
    layers: list[Layer] = field(default_factory=list)

    def layer(self, opacity: float = 1.0) -> list[Item]:
        """Begins a layer; what is added to the list is painted."""
        self.layers.append(Layer(opacity))
        return self.layers[-1].items


def to_svg(drawing: Drawing) -> str:
    """Writes a drawing as a self-contained SVG."""
    width, height = drawing.width, drawing.height
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="{_FONT}">',
        f"<title>{escape(drawing.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="{drawing.paper}"/>',
    ]
    for layer in drawing.layers:
        opacity = f' opacity="{layer.opacity:g}"' if layer.opacity < 1 else ""
        lines.append(f"<g{opacity}>")
        lines += [_svg_item(item) for item in layer.items]
        lines.append("</g>")
    return "\n".join([*lines, "</svg>\n"])


def to_png(drawing: Drawing) -> bytes:
    """Paints a drawing as a PNG."""
    size = (drawing.width * FINENESS, drawing.height * FINENESS)
    image = Image.new("RGBA", size, drawing.paper)
    for layer in drawing.layers:
        sheet = image
        if layer.opacity < 1:
            sheet = Image.new("RGBA", size)
        pen = ImageDraw.Draw(sheet)
        for item in layer.items:
            _paint(pen, item)
        if sheet is not image:
            alpha = sheet.getchannel("A").point([round(a * layer.opacity) for a in range(256)])
            sheet.putalpha(alpha)
            image.alpha_composite(sheet)
    small = image.convert("RGB").resize((drawing.width, drawing.height), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "PNG", optimize=True)
    return data.getvalue()


def _svg_item(item: Item) -> str:
    match item:
        case Area(points, fill, edge):
            stroke = f' stroke="{edge}" stroke-width="0.6" stroke-linejoin="round"' if edge else ""
            return f'<polygon points="{_svg_points(points)}" fill="{fill}"{stroke}/>'
        case Line(points, colour, width):
            return (
                f'<polyline points="{_svg_points(points)}" fill="none" stroke="{colour}" '
                f'stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"/>'
            )
        case Label((x, y), text, size, colour, anchor, halo, bold):
            around = f' stroke="{halo}" stroke-width="3" paint-order="stroke"' if halo else ""
            weight = ' font-weight="600"' if bold else ""
            return (
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" '
                f"text-anchor={quoteattr(anchor)}{weight}{around} "
                f'stroke-linejoin="round">{escape(text)}</text>'
            )


def _svg_points(points: Sequence[Pixel]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _paint(pen: ImageDraw.ImageDraw, item: Item) -> None:
    match item:
        case Area(points, fill, edge):
            pen.polygon(_fine(points), fill=fill, outline=edge or None)
        case Line(points, colour, width):
            pen.line(_fine(points), fill=colour, width=round(width * FINENESS), joint="curve")
        case Label((x, y), text, size, colour, anchor, halo, bold):
            font = ImageFont.load_default(size * FINENESS)
            side = {"start": "l", "middle": "m", "end": "r"}[anchor]
            stroke = 3 if halo else 1 if bold else 0
            pen.text(
                (x * FINENESS, y * FINENESS),
                text,
                fill=colour,
                font=font,
                anchor=f"{side}s",
                stroke_width=stroke,
                stroke_fill=halo or colour,
            )


def _fine(points: Sequence[Pixel]) -> list[Pixel]:
    return [(x * FINENESS, y * FINENESS) for x, y in points]
