"""Telling changed identities, slow and obvious: who comes next, in turns, while there is room."""


class Turns:
    """One viewer's turns among those of whom it is to be told again."""

    def __init__(self) -> None:
        self._begin = 0

    def choose(self, due: set[int], sizes: dict[int, int], allowance: int) -> list[int]:
        """Those told now: from where the last choice ended, round, until one does not fit."""
        chosen: list[int] = []
        after = sorted(slot for slot in due if slot >= self._begin)
        for slot in [*after, *sorted(due - set(after))]:
            if sizes[slot] > allowance:
                self._begin = slot
                break
            allowance -= sizes[slot]
            chosen.append(slot)
        return chosen
