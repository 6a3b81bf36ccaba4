"""All viewers of one world: whom each should know, knows, and still has to be told of."""

import numpy as np


class Viewers:
    """A viewer is known by the slot of its own avatar.

    Shapes (S slots, W = S/64): every set is (S, W) uint64, bit `slot & 63` of word `slot >> 6`;
    `waited` (S, S) uint8, ticks that a pending change has waited;
    fresh, answers, corrects (S,) uint8, whether a viewer is owed its first snapshot, the margin of
    its last input and the truth about its own avatar; margins (S,) int8; corrections (S, 24)
    uint8; tokens, changes, strangers (S,) float64, bytes it may be sent, and of them in changed
    identities and in who comes in beyond the nearest;
    unsent (S,) int64, bytes that its connection still holds; turns (S,) int32, the word of slots
    that is looked at next where there is much more to be told than fits.
    """

    SETS = (
        "interest",  # whom the viewer should know
        "near",  # of them the nearest, told finely
        "prompt",  # of these the nearer half, told in the tick it happens
        "closest",  # of these the very nearest, whose head and hands are followed at the full rate
        "middle",  # of the others those within middle distance
        "known",  # whom its client has been told of and not been told to forget
        "introduced",  # whose identity its client has
        "pending",  # of whom it still has to be told something
        "whole",  # of these, whose position is not told by its low bits alone
        "focus",  # who always comes first
        "poses_pending",  # whose head and hands it still has to be told
    )

    def __init__(self, capacity: int) -> None:
        if capacity % 64:
            raise ValueError(f"capacity {capacity} is not a multiple of 64")
        shape = (capacity, capacity // 64)
        self.interest = np.zeros(shape, np.uint64)
        self.near = np.zeros(shape, np.uint64)
        self.prompt = np.zeros(shape, np.uint64)
        self.closest = np.zeros(shape, np.uint64)
        self.middle = np.zeros(shape, np.uint64)
        self.known = np.zeros(shape, np.uint64)
        self.introduced = np.zeros(shape, np.uint64)
        self.pending = np.zeros(shape, np.uint64)
        self.whole = np.zeros(shape, np.uint64)
        self.focus = np.zeros(shape, np.uint64)
        self.poses_pending = np.zeros(shape, np.uint64)
        self.waited = np.zeros((capacity, capacity), np.uint8)
        self.fresh = np.zeros(capacity, np.uint8)
        self.answers = np.zeros(capacity, np.uint8)
        self.margins = np.zeros(capacity, np.int8)
        self.corrects = np.zeros(capacity, np.uint8)
        self.corrections = np.zeros((capacity, 24), np.uint8)
        self.tokens = np.zeros(capacity)
        self.changes = np.zeros(capacity)
        self.strangers = np.zeros(capacity)
        self.turns = np.zeros(capacity, np.int32)
        self.unsent = np.zeros(capacity, np.int64)

    def clear_viewer(self, viewer: int, tokens: float = 0, changes: float = 0) -> None:
        """Forgets everything about a viewer: its next client knows nothing and has saved this."""
        self.strangers[viewer] = 0
        for name in self.SETS:
            getattr(self, name)[viewer] = 0
        self.waited[viewer] = 0
        self.answers[viewer] = self.corrects[viewer] = self.unsent[viewer] = 0
        self.tokens[viewer], self.changes[viewer] = tokens, changes

    def clear_entity(self, slot: int) -> None:
        """Takes an entity that ended out of all sets but `known`: leaves are still to be told."""
        word, bit = slot >> 6, np.uint64(1 << (slot & 63))
        for name in self.SETS:
            if name != "known":
                getattr(self, name)[:, word] &= ~bit
        self.waited[:, slot] = 0

    def forget_identity(self, slot: int) -> None:
        """The identity of an entity has changed: whoever knows it is to be told again."""
        self.introduced[:, slot >> 6] &= ~np.uint64(1 << (slot & 63))

    def is_known(self, slot: int) -> bool:
        """Whether some client has not yet been told to forget this slot."""
        return bool((self.known[:, slot >> 6] & np.uint64(1 << (slot & 63))).any())
