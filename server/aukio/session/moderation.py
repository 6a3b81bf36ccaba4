"""Who was put out or has lost their word, and whether a newcomer is one of them."""

from dataclasses import dataclass, field

BARRED_S = 600.0
SILENCED_S = 3600.0
MOST = 1000  # marks kept; the oldest are forgotten


@dataclass(frozen=True, slots=True)
class _Mark:
    address: str
    name: str
    until: float


@dataclass(slots=True)
class Moderation:
    """Marks of people by what is known of them: an address, and the name they had.

    There are no accounts, so a newcomer is known again by their address. Where others are here from
    the same address, as in a class behind one router, the name has to be the same, too: nobody is
    put out for somebody else. Nothing of it is stored.
    """

    _barred: list[_Mark] = field(default_factory=list)
    _silenced: list[_Mark] = field(default_factory=list)

    def bar(self, address: str, name: str, now: float) -> None:
        """Somebody was put out."""
        _note(self._barred, _Mark(address, name.casefold(), now + BARRED_S))

    def silence(self, address: str, name: str, now: float) -> None:
        """Somebody has lost their word."""
        _note(self._silenced, _Mark(address, name.casefold(), now + SILENCED_S))

    def pardon(self, address: str, name: str, *, is_shared: bool) -> None:
        """Somebody has their word again, by whatever name they came unless others share their
        address."""
        known = name.casefold()
        self._silenced = [
            one
            for one in self._silenced
            if one.address != address or (is_shared and one.name != known)
        ]

    def is_barred(self, address: str, name: str, now: float, *, is_shared: bool) -> bool:
        """Whether a newcomer was put out; `is_shared`: others are here from their address."""
        return _is_among(self._barred, address, name, now, is_shared=is_shared)

    def is_silenced(self, address: str, name: str, now: float, *, is_shared: bool) -> bool:
        """Whether a newcomer has lost their word."""
        return _is_among(self._silenced, address, name, now, is_shared=is_shared)


def _note(marks: list[_Mark], mark: _Mark) -> None:
    marks.append(mark)
    del marks[:-MOST]


def _is_among(marks: list[_Mark], address: str, name: str, now: float, *, is_shared: bool) -> bool:
    known = name.casefold()
    return any(
        one.address == address and now < one.until and (not is_shared or one.name == known)
        for one in marks
    )
