"""How long people take: the distributions that the scripted person is drawn from.

Sources, and what is taken from each:

- Walking bouts: Orendurff et al., "How humans walk: bout duration, steps per bout, and rest
  duration", J. Rehabil. Res. Dev. 45(7), 2008: 40 % of the bouts have fewer than 12 steps, 75 %
  fewer than 40. At two steps a second that is a lognormal with a median of 8.3 s and a sigma of
  1.3; longer than 8 s is cut, for a clip lasts a minute. Their rests (half up to 20 s) are too
  long for that, too: rests here are lognormal with a median of 1.5 s, an assumption.
- Reactions: ex-Gaussian (Luce, "Response times", 1986), normal 0.30 ± 0.05 s and an exponential
  tail of 0.10 s, the usual size in choice tasks.
- Turning with the mouse: minimum jerk (Flash and Hogan, J. Neurosci. 5(7), 1985); its time follows
  Fitts's law, 0.1 s + 0.15 s per bit (MacKenzie, Human-Computer Interaction 7, 1992).
- Typing: intervals between keys lognormal round 0.24 s, the mean of Dhakal et al., "Observations on
  typing from 136 million keystrokes", CHI 2018, with a sigma of 0.4.
"""

import math
import random

LONGEST_BOUT_S = 8.0


class Timing:
    """Draws times, in seconds; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def bout(self) -> float:
        """How long somebody walks before they stop."""
        return min(LONGEST_BOUT_S, max(0.4, self.random.lognormvariate(math.log(8.3), 1.3)))

    def rest(self) -> float:
        """How long somebody stands before they go on."""
        return min(8.0, self.random.lognormvariate(math.log(1.5), 0.8))

    def reaction(self) -> float:
        """From seeing what to do to doing it."""
        return max(0.15, self.random.gauss(0.30, 0.05)) + self.random.expovariate(1 / 0.10)

    def between_keys(self) -> float:
        """Between two letters of a line."""
        return self.random.lognormvariate(math.log(0.24) - 0.08, 0.4)

    def turn(self, degrees: float) -> float:
        """A turn by so much, to within 10 degrees."""
        return 0.1 + 0.15 * math.log2(abs(degrees) / 10 + 1) + self.random.uniform(0, 0.1)


def minimum_jerk(share: float) -> float:
    """The share of the way after a share of the time; both 0 to 1."""
    t = min(1.0, max(0.0, share))
    return t * t * t * (10 + t * (6 * t - 15))
