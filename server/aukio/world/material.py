"""What surfaces are made of; only the look, walking does not care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MATERIALS: Final[Mapping[str, float]] = {
    "plain": 0.9,
    "stone": 0.95,
    "paving": 0.95,
    "plaster": 0.92,
    "brick": 0.95,
    "tile": 0.9,
    "asphalt": 0.95,
    "sand": 0.95,
    "wood": 0.85,
    "bark": 0.95,
    "leaf": 0.95,
    "grass": 0.95,
    "cloth": 0.95,
    "metal": 0.7,
    "glass": 0.35,
    "light": 0.6,
    "water": 0.3,
}
"""Roughness by material, 0 mirror to 1 chalk. `light` also glows, with its colour, when it is
dark."""
