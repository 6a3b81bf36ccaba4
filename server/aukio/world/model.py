"""A world as the reader hands it on: immutable, every prefab expanded, in the frame of the
document.

Units: metres `(east, north, up)`, compass degrees (0 = north, clockwise). `Spawn` alone also gives
engine values (`aukio.world.frame`), because whoever places an avatar needs nothing else of the
frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from aukio.world import frame
from aukio.world.problems import Place
from aukio.world.roles import ADMIN, BUILT_IN, Role

ShapeKind = Literal[
    "box",
    "cylinder",
    "sphere",
    "capsule",
    "cone",
    "wedge",
    "plane",
    "extrusion",
    "text",
    "light",
    "model",
]
Axis = Literal["up", "north", "east"]
Edge = Literal["wall", "open"]
Side = Literal["north", "east", "south", "west"]
Text = Mapping[str, str]
"""A text by language code; a text written without languages has the single key `und`."""
Point = tuple[float, float, float]


def text_by_language(raw: str | Mapping[str, str]) -> Text:
    """Return a text as a map by language code; one without a language gets `und`."""
    return {"und": raw} if isinstance(raw, str) else dict(raw)


@dataclass(frozen=True, slots=True)
class Spawn:
    """A place where avatars enter, facing a direction; they appear within `spread` metres of it."""

    id: str
    at: Point
    facing: float
    spread: float
    place: Place
    name: Text = field(default_factory=dict)

    @property
    def x(self) -> float:
        """Metres east."""
        return frame.engine_point(self.at)[0]

    @property
    def y(self) -> float:
        """Metres up."""
        return frame.engine_point(self.at)[1]

    @property
    def z(self) -> float:
        """Metres south."""
        return frame.engine_point(self.at)[2]

    @property
    def yaw(self) -> int:
        """Facing in 1/65536 turn, 0 = north, clockwise seen from above."""
        return frame.engine_yaw(self.facing)


@dataclass(frozen=True, slots=True)
class Sky:
    """Time of day as hours, weather, where the sun stands (compass degrees, degrees of height),
    and whence the wind blows how fast (compass degrees, metres per second)."""

    hours: float
    weather: str
    sun: tuple[float, float]
    wind: tuple[float, float] = (240.0, 3.0)


@dataclass(frozen=True, slots=True)
class Ground:
    """A flat rectangle at height 0: `size` east and north, `at` its centre; each side of its border
    blocks or is open."""

    size: tuple[float, float]
    at: tuple[float, float]
    edge: Mapping[Side, Edge]
    colour: str
    material: str


@dataclass(frozen=True, slots=True)
class Scenery:
    """What surrounds and enlivens a world but is never met: each side's horizon, small life."""

    horizon: Mapping[Side, str]
    birds: int = 0
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walker can do: the highest step in metres, the steepest slope in degrees."""

    step: float
    slope: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of an entity, in the world's frame.

    `at` is the centre of its base (a sphere's lowest point), `turn` its compass turn. `size` in
    metres:

    | kind     | size                                                              |
    |----------|-------------------------------------------------------------------|
    | box      | east, north, up                                                   |
    | wedge    | east, north, up; rises from 0 at its south end to up at its north |
    | plane    | east, north; horizontal                                           |
    | cylinder | radius, height                                                    |
    | cone     | radius, height                                                    |
    | capsule  | radius, height over all                                           |
    | sphere   | radius                                                            |
    | extrusion| length along its axis                                             |
    | text     | greatest width, height of the letters                             |
    | light    | range                                                             |
    | model    | scale                                                             |

    East, north and south are the shape's own before it is turned. `tilt` leans it back about its
    own east axis, degrees. `top` is the size at the top of a box or cylinder that narrows.
    `points` is the outline of an extrusion: [east, north] along `up`, from its base; [east, up]
    along `north` and [north, up] along `east`, half its length to either side. `body` is what a
    model is to a walker: (east, north, up) or (radius, height). None or empty: not given.
    """

    id: str
    entity: str
    kind: ShapeKind
    size: tuple[float, ...]
    at: Point
    turn: float
    colour: str
    material: str
    solid: bool
    tilt: float = 0.0
    top: tuple[float, ...] = ()
    sides: int | None = None
    points: tuple[tuple[float, float], ...] = ()
    axis: Axis = "up"
    text: Text = field(default_factory=dict)
    file: str = ""
    body: tuple[float, ...] = ()
    bevel: float | None = None
    glow: float | None = None
    sway: float | None = None
    states: tuple[str, ...] = ()
    """Those of its entity in which it is like this; none: it is always."""


@dataclass(frozen=True, slots=True)
class Prefab:
    """A named, parametric set of shapes; `alt` tells what it is to who cannot see it."""

    name: str
    alt: Text
    params: Mapping[str, float | str | bool | Text]
    place: Place


@dataclass(frozen=True, slots=True)
class Entity:
    """A prefab put into the world."""

    id: str
    use: str
    at: Point
    facing: float
    params: Mapping[str, float | str | bool | Text]
    shapes: tuple[Shape, ...]
    place: Place
    name: Text = field(default_factory=dict)
    """Which one it is, for people; without it, its prefab's description says what it is."""


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity that changes or that people act on.

    `states` are all it can be in, of which it begins in `start`; none: it is always the same.
    `on_use` is "next" when using it makes it the next one of them. Who comes within `collect`
    metres collects it while it is as it began; 0: nobody does. Only `roles` may use or collect
    it; none: whoever may use things. `radius` metres is how far its parts reach from its place.
    """

    entity: str
    prefab: str
    at: Point
    states: tuple[str, ...]
    start: str
    on_use: str
    collect: float
    roles: frozenset[str]
    radius: float
    place: Place


ARM_M: Final = 2.5
"""One uses what is this near, beyond its own radius."""
TALL_M: Final = 3.0
"""So far above and below its place a thing is used and collected."""


def may_act(role: Role, thing: Thing) -> bool:
    """Says whether people in a role may use or collect a thing."""
    return role.name in {*thing.roles, ADMIN} if thing.roles else role.can("use")


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that the world counts, `least` to `most`."""

    id: str
    start: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the world seen from above, between two heights: a circle, or where its radius is 0
    the inside of `corners`.

    Only `roles` may enter; none: everybody. What it `says` is told to who enters. Where `walk` is
    false nobody walks.
    """

    id: str
    centre: tuple[float, float]
    radius: float
    corners: tuple[tuple[float, float], ...]
    heights: tuple[float, float]
    name: Text
    says: Text
    roles: frozenset[str]
    walk: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a world: its things by entity, and the rules in the order they were
    written."""

    things: Mapping[str, Thing] = field(default_factory=dict)
    counters: Mapping[str, Counter] = field(default_factory=dict)
    zones: Mapping[str, Zone] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=lambda: BUILT_IN)

    def usable(self) -> frozenset[str]:
        """The things that using does something to."""
        watched = {each for rule in self.rules if rule.event == "use" for each in rule.subjects}
        return frozenset({*watched, *(name for name, one in self.things.items() if one.on_use)})


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a rule does, `after_s` seconds after it fired (0: at once).

    | kind   | target              | value               | text          |
    |--------|---------------------|---------------------|---------------|
    | set    | a thing or counter  | a state or a number |               |
    | count  | a counter           | what is added to it |               |
    | say    |                     |                     | what is said  |
    | move   |                     | the spot            |               |

    `everyone`: it is said to everybody, not only to who made the rule fire.
    """

    kind: Literal["set", "count", "say", "move"]
    target: str = ""
    value: str | float = ""
    text: Text = field(default_factory=dict)
    everyone: bool = False
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """When `event` happens to one of the `subjects` and the condition holds, the actions follow.

    `becomes` is the state that a thing must have come to; "": any. `condition` is an expression
    (see `expression`); "": always. A rule that fired rests for `cooldown_s`.
    """

    id: str
    event: Literal["use", "collect", "enter", "leave", "state", "count", "start"]
    subjects: tuple[str, ...]
    becomes: str
    condition: str
    cooldown_s: float
    actions: tuple[Action, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Portal:
    """Where one who steps in is sent on: a circle of `radius`, or where that is 0 a box of `half`
    extents (across, along) turned as its entity; `to` is `#spot`, `world`, `world#spot` or an
    https address."""

    entity: str
    at: Point
    facing: float
    radius: float
    half: tuple[float, float]
    to: str
    place: Place

    @property
    def spot(self) -> str:
        """The spot of this world that it leads to; empty when it leads elsewhere."""
        return self.to[1:] if self.to.startswith("#") else ""


@dataclass(frozen=True, slots=True)
class World:
    """A checked world. `hash` is the hex SHA-256 of the documents it was read from."""

    id: str
    name: Text
    tick_hz: int
    users: int
    individuals: int  # told one by one, the nearest; who stands beyond is counted
    view_m: float
    sky: Sky
    ground: Ground
    walk: Walk
    spawns: Mapping[str, Spawn]
    default_spawn: str
    prefabs: Mapping[str, Prefab]
    entities: Mapping[str, Entity]
    hash: str
    scenery: Scenery = field(default_factory=lambda: Scenery({}))
    models: Mapping[str, bytes] = field(default_factory=dict)
    """Binary glTF by the path its parts name."""
    portals: Mapping[str, Portal] = field(default_factory=dict)
    script: Script = field(default_factory=Script)
    sources: tuple[Path, ...] = ()
    """The files it was read from, but models."""

    def title(self, lang: str) -> str:
        """Return the name in a language, or in the first language it was written in."""
        return self.name.get(lang) or next(iter(self.name.values()))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """All shapes of all entities, in document order."""
        return tuple(shape for entity in self.entities.values() for shape in entity.shapes)

    @property
    def shapes_at_start(self) -> tuple[Shape, ...]:
        """Those that are there while nothing has changed."""
        starts = {name: thing.start for name, thing in self.script.things.items()}
        return tuple(
            shape
            for shape in self.shapes
            if not shape.states or starts.get(shape.entity) in shape.states
        )
