"""What the keys of a world mean when nobody says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TICK_HZ: Final = 20
USERS: Final = 100
INDIVIDUALS: Final = 300  # as many as a browser draws smoothly
VIEW_M: Final = 120.0
STEP_M: Final = 0.35
SLOPE: Final = 40.0
SPREAD_M: Final = 2.0
HORIZON: Final = "forest"
TIME: Final = "09:30"
WEATHER: Final = "clear"
SUN_HEIGHT: Final = 30
WIND: Final = {"from": 240, "speed": 3}
EDGE: Final = "wall"
GROUND_COLOUR: Final = "#b9ae9c"
GROUND_MATERIAL: Final = "paving"

DEFAULTS: Final[Mapping[str, Any]] = {
    "tick": TICK_HZ,
    "view": VIEW_M,
    "limits": {"users": USERS, "individuals": INDIVIDUALS},
    "walk": {"step": STEP_M, "slope": SLOPE},
    "sky": {"time": TIME, "weather": WEATHER, "wind": WIND, "sun": {"height": SUN_HEIGHT}},
    "horizon": HORIZON,
    "life": {"birds": 0, "leaves": 0},
    "ground": {
        "at": [0, 0],
        "edge": EDGE,
        "colour": GROUND_COLOUR,
        "material": GROUND_MATERIAL,
    },
}
"""By the keys of `world.yaml`; spawns have a spread of `SPREAD_M`."""
