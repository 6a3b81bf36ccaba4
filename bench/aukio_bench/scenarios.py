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
    spread_m: int  # people enter in a disc of this radius
    spreads_out: bool  # and run from there to places all over the plaza, before anything counts
    joins_per_s: float
    settle_s: float  # from the last join until measuring begins

    def world(self, users: int) -> str:
        """The world file for so many users; everybody is in everybody's view."""
        return (
            "world: 1\n"
            "id: plaza\n"
            "name: {en: A plaza}\n"
            f"limits: {{users: {min(users + SPARE, 4000)}, individuals: 4000}}\n"
            "tick: 20\n"
            "view: 300\n"
            f"ground: {{size: [{self.side_m}, {self.side_m}], edge: wall}}\n"
            "spawn:\n"
            f"  middle: {{at: [0, 0], facing: 0, spread: {self.spread_m}, default: true}}\n"
        )


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
)

SOAK = Scenario(
    name="soak",
    side_m=200,
    habits=Habits(half_m=100),
    spread_m=50,
    spreads_out=False,
    joins_per_s=50,
    settle_s=5,
)
