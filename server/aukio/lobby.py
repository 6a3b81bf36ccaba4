"""Where connections arrive: gives each to the registry of the world its path names."""

from collections.abc import Callable, Mapping

from aukio.session.acts import Acts
from aukio.session.registry import Registry
from aukio.session.session import Session, Tally
from aukio.transport.connection import Connection
from aukio_protocol import messages as m
from aukio_protocol.errors import Reason

PATH = "/ws"


class Lobby:
    """Makes the handler of each new connection."""

    def __init__(
        self,
        registries: Mapping[str, Registry],
        tally: Tally,
        timer: Callable[[], float],
    ) -> None:
        self._registries = registries
        self._nowhere = Nowhere()
        self._tally = tally
        self._timer = timer

    def accept(self, connection: Connection) -> "Guide":
        """Begins a session in the world that the path names: `/ws/<world>`, or `/ws` for the
        only one."""
        now = self._timer()
        head, _, world = connection.path.rstrip("/").rpartition("/")
        registry = self._registries.get(world) if head == PATH else None
        if connection.path.rstrip("/") == PATH and len(self._registries) == 1:
            registry = next(iter(self._registries.values()))
        if registry is None:
            return Guide(Session(self._nowhere, connection, now, self._tally), None, self._timer)
        return Guide(registry.open(connection, now), registry, self._timer)


class Guide:
    """Carries what a connection brings to its session, with the time it came."""

    __slots__ = ("_registry", "_session", "_timer")

    def __init__(
        self, session: Session, registry: Registry | None, timer: Callable[[], float]
    ) -> None:
        self._session = session
        self._registry = registry
        self._timer = timer

    def message(self, data: bytes) -> None:
        """Takes one complete binary message."""
        self._session.receive(data, self._timer())

    def closed(self, code: int) -> None:
        """Learns that the connection has ended."""
        if self._registry is not None:
            self._registry.closed(self._session, self._timer())


class Nowhere:
    """Stands for a world that is not here: every hello is refused (see `session.House`)."""

    def greet(self, session: Session, hello: m.Hello, now: float) -> None:
        """Refuses."""
        session.refuse(Reason.WORLD, "There is no such world here.")

    def confirm(self, session: Session) -> None: ...

    def leave(self, session: Session) -> None: ...

    @property
    def acts(self) -> Acts:
        """Nobody is in."""
        raise AssertionError("nobody acts in a world that is not here")

    def holds_back(self, session: Session) -> None: ...
