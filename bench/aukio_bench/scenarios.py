"""What is played: the places and the people of each bench, small and readable.

A mix says where people are, how they move (their habits, or recorded clips in their place), how
they come and what is done to them. The limits a verdict checks stand in `gates.toml`.
"""

from dataclasses import dataclass, replace

from aukio_bench.forwarder import Line
from aukio_bench.motion import Habits
from aukio_bench.party import Role

SPARE = 128  # places beyond the bots: parked sessions of a soak keep theirs for a minute


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bench: its world, how people come to it and what is done to them."""

    name: str
    words: str  # "1,000 people ...": where they are
    story: str  # what is played, a sentence
    side_m: int  # of a square, plane plaza without obstacles
    habits: Habits
    spread_m: int  # people enter in a disc of this radius
    spreads_out: bool  # and run from there to places all over the plaza, before anything counts
    joins_per_s: float
    settle_s: float  # from the last join until measuring begins
    clients: int = 100  # unless asked for otherwise
    during: str = ""  # "1,000 people in one place ...": what was done meanwhile
    view_m: int = 300
    roles: tuple[Role, ...] = ()  # none: everybody has `habits`
    storm_per_s: float = 0.0  # so many more join while the others are measured
    churn_per_s: float = 0.0  # so many leave and come while the others are measured
    stalled: float = 0.0  # share of the clients that stop reading
    crashes: bool = False  # the server is killed and started again
    line: Line | None = None  # between clients and server
    is_encrypted: bool = False  # over TLS
    individuals: int = 4000  # whom the server tells of one by one, the nearest
    is_silent: bool = False  # nobody chats or makes emotes

    def newcomers(self, seconds: float) -> int:
        """How many join in a window beside those who are in."""
        return round(self.storm_per_s * seconds)

    def world(self, users: int) -> str:
        """The world file for so many users."""
        return (
            "world: 1\n"
            "id: plaza\n"
            "name: {en: A plaza}\n"
            f"limits: {{users: {min(users + SPARE, 4000)}, individuals: {self.individuals}}}\n"
            "tick: 20\n"
            f"view: {self.view_m}\n"
            f"ground: {{size: [{self.side_m}, {self.side_m}], edge: wall}}\n"
            "spawn:\n"
            f"  middle: {{at: [0, 0], facing: 0, spread: {self.spread_m}, default: true}}\n"
        )


#: A world's spawn spreads at most 50 m, so bots run from their place in that disc to the place in
#: the square that an even map gives them: at most 80 m, 20 s at 4 m/s.
CROWD = Scenario(
    name="crowd",
    words="in one place",
    story="People wander and chat on a plaza of 200 x 200 m; everybody sees everybody.",
    side_m=200,
    habits=Habits(half_m=100),
    spread_m=50,
    spreads_out=True,
    joins_per_s=50,
    settle_s=22,
)

HALL = Scenario(
    name="hall",
    words="in one hall",
    story="The same people within 30 x 30 m: everybody is near.",
    side_m=30,
    habits=Habits(half_m=15),
    spread_m=12,
    spreads_out=True,
    joins_per_s=50,
    settle_s=8,
)

_SEATED = Habits(sits=True, look_share=1.0, glance_s=(2.0, 8.0), half_m=6)
_STILL = Habits(sits=True, look_share=0.0, half_m=6)
_TEACHER = Habits(half_m=8, run_share=0.0)

CLASS = Scenario(
    name="class",
    words="in a class",
    story="A class of 30 at desktops: one teaches and walks, all others sit and glance about.",
    side_m=16,
    habits=_SEATED,
    spread_m=4,
    spreads_out=False,
    joins_per_s=30,
    settle_s=4,
    clients=31,
    roles=(Role(0.0, _TEACHER, most=1), Role(1.0, _SEATED)),
)
CLASS_IDLE = replace(
    CLASS,
    name="class-idle",
    words="in a class that sits still",
    story="The same class with nobody moving: what silence costs.",
    roles=(Role(1.0, _STILL),),
)
VR = replace(
    CLASS,
    name="vr",
    words="in a class, half of it in headsets",
    story="The same class with every second person in a headset: head and hands in motion.",
    roles=(
        Role(0.0, _TEACHER, most=1),
        Role(0.5, _SEATED, headset=True),
        Role(1.0, _SEATED),
    ),
)
VR_ALL = replace(
    VR,
    name="vr-all",
    words="in a class, all of it in headsets",
    story="The same class with everybody in a headset.",
    roles=(Role(0.0, _TEACHER, headset=True, most=1), Role(1.0, _SEATED, headset=True)),
)
CROWD_VR = replace(
    CROWD,
    name="crowd-vr",
    words="in one place, a tenth of them in headsets",
    story="The crowd with a tenth of the people in headsets.",
    roles=(Role(0.1, Habits(half_m=100), headset=True), Role(1.0, Habits(half_m=100))),
)

STORM = replace(
    CROWD,
    name="storm",
    during="while 200 more came every second",
    story="A school comes through the door: 200 join a second while the others are measured.",
    storm_per_s=200,
)
RESUME = replace(
    CROWD,
    name="resume",
    during="when the server was killed",
    story="The server is killed with everybody in and started again on the same data.",
    crashes=True,
)
LAG = replace(
    CROWD,
    name="lag",
    during="over bad lines",
    story="Lines of 20-200 ms there and back, uneven, with stalls of a second.",
    line=Line(delay_s=(0.01, 0.1), jitter_s=0.02, stall_s=1.0, every_s=15.0),
)
CHURN = replace(
    CROWD,
    name="churn",
    during="while ten left and ten came every second",
    story="Ten leave and ten come every second while the others are measured.",
    churn_per_s=10,
)
TLS = replace(
    CROWD,
    name="tls",
    during="over TLS",
    story="The crowd over TLS in the server itself, without a proxy: no descriptor is lent.",
    is_encrypted=True,
)
STALL = replace(
    CROWD,
    name="stall",
    during="with one in twenty not reading",
    story="One in twenty stops reading; the figures are those of the others.",
    stalled=0.05,
)
SOAK = replace(
    CROWD,
    name="soak",
    during="coming and leaving for long",
    story="Ten joins and ten leaves a second for minutes: memory, descriptors and threads.",
    spreads_out=False,
    settle_s=5,
    churn_per_s=10,
)

MIXES = {
    mix.name: mix
    for mix in (
        *(CROWD, HALL, CLASS, CLASS_IDLE, VR, VR_ALL, CROWD_VR),
        *(STORM, RESUME, LAG, CHURN, STALL, TLS, SOAK),
    )
}
