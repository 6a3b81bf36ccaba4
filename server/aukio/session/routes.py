"""Which message of a client is legal in which state, and the rate it is held to."""

from dataclasses import dataclass

from aukio.session import limits
from aukio.session.limits import Rate
from aukio.session.states import SessionState
from aukio_protocol import messages as m


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message may come, and how often (None: by its state alone)."""

    states: frozenset[SessionState]
    rate: Rate | None


_GREETING = frozenset({SessionState.GREETING})
_JOINED = frozenset({SessionState.JOINED})

ROUTES: dict[int, Route] = {
    m.Hello.ID: Route(_GREETING, None),
    m.INPUT_ID: Route(_JOINED, None),  # its rate is held by the inbox
    m.ClockPing.ID: Route(_JOINED, limits.CLOCK),
    m.Say.ID: Route(_JOINED, limits.CHAT),
    m.Gesture.ID: Route(_JOINED, limits.GESTURES),
    m.Hold.ID: Route(_JOINED, limits.POSTURES),
    m.Dress.ID: Route(_JOINED, limits.LOOKS),
    m.Go.ID: Route(_JOINED, limits.WAYS),
    m.Use.ID: Route(_JOINED, limits.USES),
    m.Kick.ID: Route(_JOINED, limits.MODERATION),
    m.Silence.ID: Route(_JOINED, limits.MODERATION),
    m.Leave.ID: Route(_JOINED, None),
}
