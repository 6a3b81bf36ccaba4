"""What is played: the places and the people of each bench, small and readable.

A mix says where people are, how they move (their habits, or recorded clips in their place), how
they come, what is done to them, and which limits a verdict checks.
"""

from dataclasses import dataclass, replace

from aukio_bench.forwarder import Line
from aukio_bench.motion import Habits
from aukio_bench.party import Role

SPARE = 128  # places beyond the bots: parked sessions of a soak keep theirs for a minute


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure must not exceed (or, `least`, must reach). `figure` is a path in the report:
    `position_error_m.p95`; what is not among its fixed keys is looked for in `more`.
    """

    figure: str
    must: float
    moonshot: float | None = None
    least: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bench: its world, how people come to it and what is done to them."""

    name: str
    side_m: int  # of a square, plane plaza without obstacles
    habits: Habits
    spread_m: int  # people enter in a disc of this radius
    spreads_out: bool  # and run from there to places all over the plaza, before anything counts
    joins_per_s: float
    settle_s: float  # from the last join until measuring begins
    view_m: int = 300
    roles: tuple[Role, ...] = ()  # none: everybody has `habits`
    storm_per_s: float = 0.0  # so many more join while the others are measured
    churn_per_s: float = 0.0  # so many leave and come while the others are measured
    stalled: float = 0.0  # share of the clients that stop reading
    crashes: bool = False  # the server is killed and started again
    line: Line | None = None  # between clients and server
    is_encrypted: bool = False  # over TLS
    limits: tuple[Limit, ...] = ()

    def newcomers(self, seconds: float) -> int:
        """How many join in a window beside those who are in."""
        return round(self.storm_per_s * seconds)

    def world(self, users: int) -> str:
        """The world file for so many users."""
        return (
            "world: 1\n"
            "id: plaza\n"
            "name: {en: A plaza}\n"
            f"limits: {{users: {min(users + SPARE, 4000)}, individuals: 4000}}\n"
            "tick: 20\n"
            f"view: {self.view_m}\n"
            f"ground: {{size: [{self.side_m}, {self.side_m}], edge: wall}}\n"
            "spawn:\n"
            f"  middle: {{at: [0, 0], facing: 0, spread: {self.spread_m}, default: true}}\n"
        )


#: DESIGN 9 and issue 4: they hold whatever the mix.
TICKS = (
    Limit("tick_work_ms.p99", 40),
    Limit("tick_lateness_ms.p99", 5),
    Limit("missed_share", 0.001),
)
QUALITY = (
    Limit("position_error_m.p95", 0.04, 0.025),
    Limit("error_movers_m.p99", 0.08, 0.04),
    Limit("error_events_m.p95", 0.10, 0.08),
    Limit("waiting", 0.02, 0.01),
    Limit("ghosts_all", 0.002, 0.0002),
    Limit("longest_ghost_ms", 500, 250),
    Limit("angle_mrad.p99", 10, 6),
    Limit("coverage", 0.995, least=True),
    Limit("motion_age_near_ms.p95", 75, 60),
    Limit("motion_age_ms.p95", 200, 125),
)
URGENT = (Limit("heard_first_ms.p99", 5), Limit("heard_last_ms.p99", 20))
CPU = Limit("cpu_us_per_client_s", 350, 250)
MEMORY = Limit("rss_bytes_per_client", 40_000, 16_000)
#: How a walk begins and ends on lines of this length is late by nature: these say what is left.
REMOTE = (Limit("coverage", 0.995, least=True), Limit("longest_ghost_ms", 500, 250))


def payload(must_kb_s: float, moonshot_kb_s: float) -> Limit:
    """A limit of the payload of a client, in kB a second."""
    return Limit("payload_bytes_per_client_s", must_kb_s * 1000, moonshot_kb_s * 1000)


#: A world's spawn spreads at most 50 m, so bots run from their place in that disc to the place in
#: the square that an even map gives them: at most 80 m, 20 s at 4 m/s.
CROWD = Scenario(
    name="crowd",
    side_m=200,
    habits=Habits(half_m=100),
    spread_m=50,
    spreads_out=True,
    joins_per_s=50,
    settle_s=22,
    limits=(*TICKS, *QUALITY, *URGENT, payload(3, 2.2), CPU, MEMORY),
)

#: Everybody within 30 x 30 m.
HALL = Scenario(
    name="hall",
    side_m=30,
    habits=Habits(half_m=15),
    spread_m=12,
    spreads_out=True,
    joins_per_s=50,
    settle_s=8,
    limits=(*TICKS, *QUALITY, payload(5, 3)),
)

_SEATED = Habits(sits=True, look_share=1.0, glance_s=(2.0, 8.0), half_m=6)
_STILL = Habits(sits=True, look_share=0.0, half_m=6)
_TEACHER = Habits(half_m=8, run_share=0.0)

#: A class: one who teaches walks about, all others sit and glance every 2-8 s.
CLASS = Scenario(
    name="class",
    side_m=16,
    habits=_SEATED,
    spread_m=4,
    spreads_out=False,
    joins_per_s=30,
    settle_s=4,
    roles=(Role(0.0, _TEACHER, most=1), Role(1.0, _SEATED)),
    limits=(*TICKS, *QUALITY, payload(0.6, 0.25)),
)
CLASS_IDLE = replace(
    CLASS, name="class-idle", roles=(Role(1.0, _STILL),), limits=(*TICKS, payload(0.1, 0.02))
)
#: The same with head and hands, of every second or of everybody.
VR = replace(
    CLASS,
    name="vr",
    roles=(
        Role(0.0, _TEACHER, most=1),
        Role(0.5, _SEATED, headset=True),
        Role(1.0, _SEATED),
    ),
    limits=(*TICKS, payload(4, 3)),
)
VR_ALL = replace(
    VR,
    name="vr-all",
    roles=(Role(0.0, _TEACHER, headset=True, most=1), Role(1.0, _SEATED, headset=True)),
    limits=(*TICKS, payload(7, 5)),
)
#: A crowd with a tenth in headsets.
CROWD_VR = replace(
    CROWD,
    name="crowd-vr",
    roles=(Role(0.1, Habits(half_m=100), headset=True), Role(1.0, Habits(half_m=100))),
    limits=(*TICKS, *QUALITY),
)

#: A school comes through the door while the others are in.
STORM = replace(
    CROWD,
    name="storm",
    storm_per_s=200,
    limits=(*TICKS, Limit("join_ms.p95", 50, 20), Limit("join_bytes.p95", 14_000)),
)
#: The server is killed with everybody in, and started again on the same data.
RESUME = replace(CROWD, name="resume", crashes=True, limits=(Limit("back_s.max", 15),))
#: Lines of 20-200 ms there and back, uneven, with stalls of a second.
LAG = replace(
    CROWD,
    name="lag",
    line=Line(delay_s=(0.01, 0.1), jitter_s=0.02, stall_s=1.0, every_s=15.0),
    limits=(*TICKS, *REMOTE),
)
CHURN = replace(CROWD, name="churn", churn_per_s=10, limits=(*TICKS, *QUALITY))
#: Over TLS in the server itself, without a proxy: no descriptor is lent.
TLS = replace(CROWD, name="tls", is_encrypted=True, limits=(*TICKS, *QUALITY))
#: One in twenty stops reading; the figures are those of the others.
STALL = replace(
    CROWD, name="stall", stalled=0.05, limits=(*TICKS, *QUALITY, Limit("held_bytes_max", 65_536))
)
SOAK = replace(
    CROWD,
    name="soak",
    spreads_out=False,
    settle_s=5,
    churn_per_s=10,
    limits=(Limit("rss_bytes_per_1000_joins", 1_000_000),),
)

MIXES = {
    mix.name: mix
    for mix in (
        *(CROWD, HALL, CLASS, CLASS_IDLE, VR, VR_ALL, CROWD_VR),
        *(STORM, RESUME, LAG, CHURN, STALL, TLS, SOAK),
    )
}
