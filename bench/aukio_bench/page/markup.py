"""HTML and SVG from Python: elements whose every text and attribute is escaped as it is put in."""

import html
from collections.abc import Iterable

Child = "Markup | str | None | Iterable[Child]"

_VOID = frozenset({"meta", "br", "hr", "col"})


class Markup(str):
    """Text that is markup already. Only `element` and `raw` make it."""

    __slots__ = ()


def element(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. Children: markup, texts (escaped), None (left out) or iterables of these.

    Attributes: `class_` stands for class, `_` inside a name for `-`; None leaves one out.
    """
    told = "".join(
        f' {_attribute_name(key)}="{html.escape(_text(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{_inner(children)}</{name}>")


def raw(text: str) -> Markup:
    """Text of our own that is markup: a style sheet. Never for anything that was read."""
    return Markup(text)


def _inner(children: Iterable[object]) -> str:
    parts = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Markup):
            parts.append(str(child))
        elif isinstance(child, str | int | float):
            parts.append(html.escape(_text(child), quote=False))
        else:
            assert isinstance(child, Iterable), f"no child of an element: {child!r}"
            parts.append(_inner(child))
    return "".join(parts)


def _text(value: object) -> str:
    """Numbers as short as they can be: a picture has thousands."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _attribute_name(key: str) -> str:
    if key == "viewBox":
        return key
    return key.rstrip("_").replace("_", "-")
