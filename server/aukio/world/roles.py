"""Roles: who may do what. What no role may, nobody may but the admin.

    roles:
      teacher: {can: [speak, use, open]}
      guest: {can: [use]}

Whoever comes without a signed link is a `guest`; a world that does not say what a guest may lets
guests speak and use things. `admin` may do everything and is nobody's to define.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aukio.world import terms
from aukio.world.document import Document
from aukio.world.problems import Path, Problem, did_you_mean, problem_at, quoted
from aukio.world.terms import Schema

MOST_ROLES: Final = 32
RIGHTS: Final[Mapping[str, str]] = {
    "speak": "writes in the chat",
    "use": "uses and collects things",
    "kick": "puts people out",
    "silence": "takes and gives the word",
}
"""Rights that the server knows by itself; worlds have others, for `user.can('…')` in rules."""
GUEST: Final = "guest"
ADMIN: Final = "admin"


@dataclass(frozen=True, slots=True)
class Role:
    """A role and its rights."""

    name: str
    rights: frozenset[str]

    def can(self, right: str) -> bool:
        """Says whether somebody in this role has a right."""
        return self.name == ADMIN or right in self.rights


BUILT_IN: Final[Mapping[str, Role]] = {
    GUEST: Role(GUEST, frozenset({"speak", "use"})),
    ADMIN: Role(ADMIN, frozenset()),
}


def roles_schema() -> Schema:
    """Return the schema of `roles`."""
    right = terms.identifier("the name of a right")
    role = terms.closed(
        "a role: can",
        {"can": {**terms.listing(right, 0, 64, "a list of rights"), "uniqueItems": True}},
        required=("can",),
    )
    return terms.mapping(role, "roles by name", MOST_ROLES)


def read_roles(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Role]:
    """Return the roles of a world, the built-in ones among them."""
    written = {name: Role(name, frozenset(each["can"])) for name, each in raw.items()}
    return {**BUILT_IN, **written}


def role_problems(
    roles: Mapping[str, Role], asked: Collection[str], document: Document
) -> Iterator[Problem]:
    """Yield rights that nothing ever asks for, as misspelt ones do.

    Args:
        asked: the rights that rules ask for.
    """
    known = {*RIGHTS, *asked}
    for name in roles.keys() - BUILT_IN.keys() | ({GUEST} & _written(document)):
        for index, right in enumerate(document.values["roles"][name]["can"]):
            if right not in known:
                path: Path = ("roles", name, "can", index)
                hint = did_you_mean(right, known) or f"known: {', '.join(sorted(known))}"
                expected = "a right that the server or a rule of this world asks for"
                yield problem_at(document.place(path), path, expected, quoted(right), hint)
    if ADMIN in _written(document):
        where = ("roles", ADMIN)
        expected = "another name: admin may do everything"
        yield problem_at(document.key_place(where), where, expected, quoted(ADMIN), "leave it out")


def _written(document: Document) -> set[str]:
    raw = document.values.get("roles")
    return set(raw) if isinstance(raw, dict) else set()
