"""Reading rules and counters: what happens in a world, when, and on which condition.

    counters:
      leaves: {most: 8}
    rules:
      found: {when: {collect: leaf}, do: [{count: leaves}, {say: "{leaves} of 8"}]}
      shut: {when: {state: door, is: open}, do: [{after: 20s, set: door, to: closed}]}
      all: {when: {count: leaves}, if: "leaves.count == 8", do: [{set: gate, to: open}]}

A rule names one event, and its subject by an entity's id or by a prefab, which means each entity of
it. Rules are total: they have no loops, do a bounded number of things, and what would set off
itself without any time between is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from aukio.world import terms
from aukio.world.document import Document
from aukio.world.expression import ExpressionError, Function, Kind, Names, Path, read_expression
from aukio.world.model import (
    Action,
    Counter,
    Entity,
    Rule,
    Script,
    Spawn,
    Text,
    Thing,
    Zone,
    text_by_language,
)
from aukio.world.problems import Path as Where
from aukio.world.problems import Problem, did_you_mean, problem_at, quoted
from aukio.world.roles import RIGHTS, Role
from aukio.world.terms import Schema

MOST_RULES: Final = 500
MOST_ACTIONS: Final = 20
MOST_COUNTERS: Final = 100
HIGHEST: Final = 1_000_000
EVENTS: Final = ("use", "collect", "enter", "leave", "state", "count", "start")
BY_SOMEBODY: Final = ("use", "collect", "enter", "leave")
"""Events that somebody brings about, who is then the `user` of conditions."""
VERBS: Final = ("set", "count", "say", "move")
_OF_VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "to": ("set", "say"),
    "by": ("count",),
    "after": VERBS,
}
PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def counters_schema() -> Schema:
    """Return the schema of `counters`."""
    whole = "a whole number up to a million"
    counter = terms.closed(
        "a counter: start, least, most",
        {
            key: terms.number(-HIGHEST, HIGHEST, whole, "integer")
            for key in ("start", "least", "most")
        },
    )
    return terms.mapping(counter, "counters by name", MOST_COUNTERS)


def rules_schema() -> Schema:
    """Return the schema of `rules`."""
    subject = terms.identifier("the id of an entity or the name of a prefab")
    when = terms.closed(
        f"one event: {', '.join(EVENTS)}",
        {
            "use": subject,
            "collect": subject,
            "enter": terms.identifier("a zone"),
            "leave": terms.identifier("a zone"),
            "state": subject,
            "is": terms.identifier("a state"),
            "count": terms.identifier("a counter"),
            "start": {"const": True, "x-expected": "true"},
        },
    )
    action = terms.closed(
        f"an action: {', '.join(VERBS)}",
        {
            "set": terms.identifier("an entity with states, or a counter"),
            "to": {
                "anyOf": [terms.identifier(), {"type": "integer"}],
                "x-expected": 'a state, or a whole number for a counter; of say "user" or "all"',
            },
            "count": terms.identifier("a counter"),
            "by": terms.number(-HIGHEST, HIGHEST, "a whole number", "integer"),
            "say": terms.text(),
            "move": terms.identifier("a spawn of this world"),
            "after": terms.duration(),
        },
    )
    rule = terms.closed(
        "a rule: when, if, do, cooldown",
        {
            "when": when,
            "if": {"type": "string", "x-expected": "a condition such as \"door.state == 'open'\""},
            "do": terms.listing(action, 1, MOST_ACTIONS, f"1 to {MOST_ACTIONS} actions"),
            "cooldown": terms.duration(),
        },
        required=("when", "do"),
    )
    return terms.mapping(rule, "rules by name", MOST_RULES)


@dataclass(frozen=True, slots=True)
class Around:
    """What rules can speak of."""

    entities: Mapping[str, Entity]
    things: Mapping[str, Thing]
    counters: Mapping[str, Counter]
    zones: Mapping[str, Zone]
    spawns: Mapping[str, Spawn]
    roles: Mapping[str, Role]


def read_counter(name: str, raw: Mapping[str, Any]) -> Counter:
    """Return a counter as it stands in its document."""
    least, most = raw.get("least", 0), raw.get("most", HIGHEST)
    return Counter(name, raw.get("start", least), least, most)


def counter_problems(
    counters: Mapping[str, Counter], others: Mapping[str, object], document: Document
) -> Iterator[Problem]:
    """Yield counters that cannot be what they say, or are called like something else."""
    for name, counter in counters.items():
        path: Where = ("counters", name)
        if not counter.least <= counter.start <= counter.most:
            expected = "a start between least and most"
            got = f"{counter.start} of {counter.least} to {counter.most}"
            yield problem_at(document.key_place(path), path, expected, got)
        if name in others:
            expected, got = "a name that no entity or zone has", quoted(name)
            yield problem_at(document.key_place(path), path, expected, got, "rename it")


def names_of(script: Script, *, by_somebody: bool) -> Names:
    """Return what conditions of a world may name.

    Args:
        by_somebody: whether there is a `user`.
    """
    values: dict[Path, Kind] = {("people",): "number"}
    choices: dict[Path, frozenset[str]] = {}
    for name, thing in script.things.items():
        if thing.states:
            values[name, "state"] = "text"
            choices[name, "state"] = frozenset(thing.states)
    for name in script.counters:
        values[name, "count"] = "number"
    for name in script.zones:
        values[name, "people"] = "number"
    functions: dict[Path, Function] = {}
    if by_somebody:
        values["user", "role"] = "text"
        choices["user", "role"] = frozenset(script.roles)
        functions["user", "can"] = Function(("text",), "boolean")
        rights = {right for role in script.roles.values() for right in role.rights}
        choices["user", "can"] = frozenset({*RIGHTS, *rights})
    return Names(values, functions, choices)


class RuleReader:
    """Reads the rules of a document one by one; whatever is wrong goes to `problems`."""

    def __init__(self, document: Document, around: Around, problems: list[Problem]) -> None:
        self._document = document
        self._around = around
        self._problems = problems
        self._script = Script(
            things=around.things,
            counters=around.counters,
            zones=around.zones,
            roles=around.roles,
        )

    def read(self, name: str, raw: Mapping[str, Any]) -> Rule | None:
        """Return a rule, or None if something in it is wrong."""
        path: Where = ("rules", name)
        before = len(self._problems)
        event, subjects = self._event((*path, "when"), raw["when"])
        becomes = self._becomes((*path, "when"), raw["when"], event, subjects)
        condition = raw.get("if", "")
        if condition:
            self._condition((*path, "if"), condition, by_somebody=event in BY_SOMEBODY)
        actions = [
            self._action((*path, "do", n), each, by_somebody=event in BY_SOMEBODY)
            for n, each in enumerate(raw["do"])
        ]
        if len(self._problems) > before:
            return None
        return Rule(
            id=name,
            event=cast(Any, event),
            subjects=subjects,
            becomes=becomes,
            condition=condition,
            cooldown_s=terms.seconds(raw.get("cooldown", "0s")),
            actions=tuple(actions),
            place=self._document.key_place(path),
        )

    def _event(self, path: Where, raw: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        told = [event for event in EVENTS if event in raw]
        if len(told) != 1:
            got = f"{' and '.join(told)}" if told else "none"
            hint = "write a rule for each" if told else f"add one of {', '.join(EVENTS)}"
            self._refuse(path, "one event", got, hint)
            return "", ()
        event = told[0]
        if event == "start":
            return event, ("",)
        subject, where = raw[event], (*path, event)
        if event == "count":
            known: Mapping[str, object] = self._around.counters
            return event, (subject,) if self._is_known(where, subject, known, "counter") else ()
        if event in ("enter", "leave"):
            known = self._around.zones
            return event, (subject,) if self._is_known(where, subject, known, "zone") else ()
        return event, self._subjects(where, event, subject)

    def _subjects(self, path: Where, event: str, subject: str) -> tuple[str, ...]:
        """The entities that an event of things is about, which must be able to have it."""
        around = self._around
        if subject in around.entities:
            found: tuple[str, ...] = (subject,)
        else:
            found = tuple(name for name, one in around.entities.items() if one.use == subject)
        if not found:
            uses = {one.use for one in around.entities.values()}
            hint = did_you_mean(subject, [*around.entities, *uses])
            self._refuse(path, "an entity, or a prefab that an entity uses", quoted(subject), hint)
        for name in found:
            thing = around.things.get(name)
            if event == "state" and (thing is None or not thing.states):
                self._refuse(path, "something with states", quoted(subject), "add states: to it")
                return ()
            if event == "collect" and (thing is None or not thing.collect):
                hint = "add collect: to its prefab"
                self._refuse(path, "something that is collected", quoted(subject), hint)
                return ()
        return found

    def _becomes(
        self, path: Where, raw: Mapping[str, Any], event: str, subjects: tuple[str, ...]
    ) -> str:
        if "is" not in raw:
            return ""
        becomes: str = raw["is"]
        if event != "state":
            self._refuse((*path, "is"), 'the key "is" only with state', f"it with {event}")
            return ""
        for subject in subjects:
            states = self._around.things[subject].states
            if becomes not in states:
                hint = did_you_mean(becomes, states) or f"known: {', '.join(states)}"
                self._refuse((*path, "is"), f"a state of {subject}", quoted(becomes), hint)
                break
        return becomes

    def _condition(self, path: Where, text: str, *, by_somebody: bool) -> None:
        try:
            read_expression(text, names_of(self._script, by_somebody=by_somebody), "boolean")
        except ExpressionError as error:
            hint = error.hint
            if not by_somebody and text[error.column :].startswith("user"):
                hint = f"only what somebody does has a user: when {' or '.join(BY_SOMEBODY)}"
            place = self._document.place_inside(path, error.column)
            self._problems.append(problem_at(place, path, error.expected, error.got, hint))

    def _action(self, path: Where, raw: Mapping[str, Any], *, by_somebody: bool) -> Action:
        told = [verb for verb in VERBS if verb in raw]
        if len(told) != 1:
            got = f"{' and '.join(told)}" if told else "none"
            hint = "write one after the other" if told else f"add one of {', '.join(VERBS)}"
            self._refuse(path, "one action", got, hint)
            return Action("say")
        verb = told[0]
        for key, verbs in _OF_VERBS.items():
            if key in raw and verb not in verbs:
                self._refuse(
                    (*path, key), f"{key} only with {' or '.join(verbs)}", f"it with {verb}"
                )
        after = terms.seconds(raw.get("after", "0s"))
        match verb:
            case "set":
                return self._set(path, raw, after)
            case "count":
                self._is_known((*path, "count"), raw["count"], self._around.counters, "counter")
                return Action("count", raw["count"], float(raw.get("by", 1)), after_s=after)
            case "move":
                self._is_known((*path, "move"), raw["move"], self._around.spawns, "spawn")
                if not by_somebody:
                    hint = f"only when somebody does something: {' or '.join(BY_SOMEBODY)}"
                    self._refuse((*path, "move"), "somebody to move", "nobody", hint)
                return Action("move", value=raw["move"], after_s=after)
        return self._say(path, raw, after, by_somebody=by_somebody)

    def _set(self, path: Where, raw: Mapping[str, Any], after: float) -> Action:
        target, value = raw["set"], raw.get("to")
        around = self._around
        if "to" not in raw:
            self._refuse(path, 'the key "to"', "no such key", "add to:")
        elif target in around.counters:
            if not isinstance(value, int):
                self._refuse((*path, "to"), "a whole number for a counter", quoted(value))
        elif target in around.things and around.things[target].states:
            states = around.things[target].states
            if value not in states:
                hint = did_you_mean(str(value), states) or f"known: {', '.join(states)}"
                self._refuse((*path, "to"), f"a state of {target}", quoted(value), hint)
        else:
            settable = [name for name, thing in around.things.items() if thing.states]
            hint = did_you_mean(target, [*settable, *around.counters])
            self._refuse(
                (*path, "set"), "an entity with states, or a counter", quoted(target), hint
            )
        return Action(
            "set", target, value if isinstance(value, str) else float(value or 0), after_s=after
        )

    def _say(
        self, path: Where, raw: Mapping[str, Any], after: float, *, by_somebody: bool
    ) -> Action:
        to = raw.get("to", "user" if by_somebody else "all")
        if to not in ("user", "all"):
            self._refuse(
                (*path, "to"), "user or all", quoted(to), did_you_mean(str(to), ("user", "all"))
            )
        elif to == "user" and not by_somebody:
            hint = f"only when somebody does something: {' or '.join(BY_SOMEBODY)}"
            self._refuse((*path, "to"), "all", "user", hint)
        text: Text = text_by_language(raw["say"])
        for line in text.values():
            for name in PLACEHOLDER.findall(line):
                self._is_known((*path, "say"), name, self._around.counters, "counter")
        return Action("say", text=text, everyone=to == "all", after_s=after)

    def _is_known(self, path: Where, name: str, known: Mapping[str, object], what: str) -> bool:
        if name in known:
            return True
        hint = did_you_mean(name, known)
        if not hint:
            hint = (
                f"known: {', '.join(sorted(known)[:8])}" if known else f"this world has no {what}"
            )
        self._refuse(path, f"a {what} of this world", quoted(name), hint)
        return False

    def _refuse(self, path: Where, expected: str, got: str, hint: str = "") -> None:
        self._problems.append(problem_at(self._document.place(path), path, expected, got, hint))


def asked_rights(written: object) -> set[str]:
    """Return the rights that the conditions of rules ask for, also where they are wrong
    otherwise."""
    rules = written.values() if isinstance(written, dict) else ()
    texts = (str(each.get("if", "")) for each in rules if isinstance(each, dict))
    return {right for text in texts for right in _ASKED.findall(text)}


_ASKED: Final = re.compile(r"""user\.can\(\s*['"]([a-z][a-z0-9_]*)['"]""")


def circle_problems(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """Yield the rules that set off each other in a circle without any time between."""
    watching: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        for subject in rule.subjects:
            watching.setdefault((rule.event, subject), []).append(rule)
    follows = {rule.id: sorted(_followers(rule, watching)) for rule in rules}
    told: set[str] = set()
    for rule in rules:
        circle = _circle(rule.id, follows)
        if circle and not told & set(circle):
            told |= set(circle)
            path = ("rules", rule.id)
            expected = "rules that come to an end"
            got = " → ".join([*circle, circle[0]])
            yield problem_at(
                rule.place, path, expected, got, "put an after: between, or a state in is:"
            )


def _followers(rule: Rule, watching: Mapping[tuple[str, str], list[Rule]]) -> set[str]:
    """The rules that what a rule does at once sets off."""
    found: set[str] = set()
    for action in rule.actions:
        if action.after_s:
            continue
        if action.kind == "count":
            found |= {one.id for one in watching.get(("count", action.target), ())}
        elif action.kind == "set":
            for one in watching.get(("state", action.target), ()):
                if one.becomes in ("", action.value):
                    found.add(one.id)
            found |= {one.id for one in watching.get(("count", action.target), ())}
    return found


def _circle(start: str, follows: Mapping[str, list[str]]) -> list[str]:
    """The shortest way from a rule back to itself; empty when there is none."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for after in follows[way[-1]]:
            if after == start:
                return way
            if after not in seen:
                seen.add(after)
                ways.append([*way, after])
    return []
