"""What is played: the places and the people of each bench, small and readable."""

from dataclasses import dataclass

from aukio_bench.motion import Habits

SPARE = 128  # places beyond the bots: parked sessions of a soak keep theirs for a minute


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bench: its world and how people come to it."""

    name: str
    side_m: int  # of a square, plane plaza without obstacles
    habits: Habits
    spread_m: int  # people enter in a square reaching this far from the centre
    stretch: float  # then run to this many times their place of entry, so that they are spread
    joins_per_s: float
    settle_s: float  # from the last join until measuring begins

    def world(self, users: int) -> str:
        """The world file for so many users; everybody is in everybody's view."""
        return (
            "world: 1\n"
            "id: plaza\n"
            "name: {en: A plaza}\n"
            f"limits: {{users: {min(users + SPARE, 4000)}}}\n"
            "tick: 20\n"
            "view: 300\n"
            f"ground: {{size: [{self.side_m}, {self.side_m}], edge: wall}}\n"
            "spawn:\n"
            f"  middle: {{at: [0, 0], facing: 0, spread: {self.spread_m}, default: true}}\n"
        )


#: A world's spawn spreads at most 50 m, so bots run to 1.9 times their place of entry: uniform
#: over 100 x 100 m becomes uniform over 190 x 190 m after at most 16 s at 4 m/s.
CROWD = Scenario(
    name="crowd",
    side_m=200,
    habits=Habits(half_m=100),
    spread_m=50,
    stretch=1.9,
    joins_per_s=50,
    settle_s=20,
)

SOAK = Scenario(
    name="soak",
    side_m=200,
    habits=Habits(half_m=100),
    spread_m=50,
    stretch=1,
    joins_per_s=50,
    settle_s=5,
)
