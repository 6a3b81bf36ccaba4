"""Reading a document: strict YAML 1.2 text to plain values, with the place of every key and
value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

import yaml

from aukio.world.problems import Path, Place, Problem, problem_at, quoted
from aukio.world.scalars import ScalarError, read_plain

LARGEST_BYTES: Final = 2_000_000
DEEPEST: Final = 32
MOST_NODES: Final = 200_000
MOST_PROBLEMS: Final = 100
"""A file of nothing but faults stops being read after this many."""

# The last ones break lines in YAML 1.1 and in the parser, but not in 1.2 nor in editors.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029]")
_LEADING_TAB: Final = re.compile(r"(?m)^ *\t")


@dataclass(slots=True)
class Document:
    """Plain values of one file and where they stand.

    `values` holds dict, list, str, int, float, bool and None only. `places` gives the place of each
    value, `keys` that of each key, both by path. `problems` holds what the text itself did wrong;
    the values are still usable for finding further problems unless `values` is None.
    """

    file: str
    values: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    quotes: set[Path] = field(default_factory=set)
    """Paths of the texts that stand in quotes."""
    digest: bytes = b""

    def place(self, path: Path) -> Place:
        """Return the place of the value at a path, or of its nearest ancestor that stands in the
        text."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file))

    def key_place(self, path: Path) -> Place:
        """Return the place of the key at a path; a list item has none, so its value's place."""
        return self.keys.get(path) or self.place(path)

    def place_inside(self, path: Path, column: int) -> Place:
        """Return the place of a character, from 0, of the text of one line at a path."""
        place = self.place(path)
        return Place(place.file, place.line, place.column + column + (path in self.quotes))

    def refuse(self, path: Path, expected: str, got: str, hint: str = "") -> None:
        """Note a problem of the value at a path."""
        self.problems.append(problem_at(self.place(path), path, expected, got, hint))


def read_document(path: FilePath, file: str) -> Document:
    """Read a YAML file; every fault ends in the document's `problems`, none is raised.

    Args:
        path: the file.
        file: its name as shown to people and kept in places.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        document = Document(file)
        document.refuse((), "a readable file", error.strerror or "an error", f"add {file}")
        return document
    return read_text(data, file)


def read_text(data: bytes, file: str) -> Document:
    """Read the bytes of a YAML file; see `read_document`."""
    document = Document(file, digest=hashlib.sha256(data).digest())
    text = _decode(data, document)
    if text is None:
        return document
    try:
        document.values = _Builder(document, yaml.parse(text, Loader=yaml.CLoader)).build()
    except _Stop:
        document.values = None
    except yaml.YAMLError as error:
        document.values = None
        document.problems.append(_syntax_problem(error, text, file))
    return document


class _Stop(Exception):
    """Reading cannot go on; the reason is already among the problems."""


def _decode(data: bytes, document: Document) -> str | None:
    if len(data) > LARGEST_BYTES:
        document.refuse(
            (), f"at most {LARGEST_BYTES // 1_000_000} MB", "a larger file", "split it by include"
        )
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        document.refuse(
            (), "UTF-8 without a byte order mark", "one", 'save as "UTF-8", not "UTF-8 with BOM"'
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = Place(document.file, line, error.start - data.rfind(b"\n", 0, error.start))
        got = f"byte 0x{data[error.start]:02x}"
        document.problems.append(problem_at(place, (), "UTF-8 text", got, "save the file as UTF-8"))
        return None
    text = text.replace("\r\n", "\n")
    control = _CONTROL.search(text)
    if control:
        place = _text_place(text, control.start(), document.file)
        got = f"control character U+{ord(control.group()):04X}"
        document.problems.append(problem_at(place, (), "printable text", got, "delete it"))
        return None
    return text


def _text_place(text: str, offset: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    reason = str(getattr(error, "problem", None) or error)
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if _LEADING_TAB.match(line) or r"'\t'" in reason:
        return problem_at(place, (), "spaces for indentation", "a tab", "replace tabs by spaces")
    context = getattr(error, "context", None)
    got = f"{reason} {context}" if context else reason
    return problem_at(place, (), "YAML", got, "check indentation, colons, quotes and brackets")


class _Builder:
    """Builds plain values from parser events without recursion, so that depth is bounded before it
    costs stack.

    PyYAML's own composer would recurse once per level and expand nothing we could limit on the way.
    """

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self._document = document
        self._events = events
        self._nodes = 0
        self._root: Any = None
        self._stack: list[_Frame] = []

    def build(self) -> Any:
        for event in self._events:
            if isinstance(event, yaml.ScalarEvent):
                self._check_node(event)
                self._scalar(event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._check_node(event)
                self._open(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._stack.pop()
                self._end_value()
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(
                    event,
                    "the value itself",
                    f"alias *{event.anchor}",
                    "aliases are not read; repeat it",
                )
                self._count(event)
                self._add(None, self._place(event))
            elif isinstance(event, yaml.DocumentStartEvent):
                self._check_start(event)
        if self._root is None and not self._document.problems:
            self._document.refuse((), "a mapping of keys", "an empty file", 'begin with "world: 1"')
        return self._root

    def _check_start(self, event: yaml.DocumentStartEvent) -> None:
        if event.version or event.tags:
            self._refuse(event, "no % directives", "one", "delete the line")
        if self._nodes:
            self._refuse(
                event, "one document", "a second one after ---", "put it in a file of its own"
            )
            raise _Stop

    def _check_node(self, event: Any) -> None:
        self._count(event)
        if event.anchor is not None:
            self._refuse(
                event,
                "a value without an anchor",
                f"&{event.anchor}",
                "anchors are not read; delete it",
            )
        if event.tag is not None:
            self._refuse(
                event, "a value without a tag", quoted(event.tag), "tags are not read; delete it"
            )

    def _count(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._refuse(
                event, f"at most {MOST_NODES} values in a file", "more", "split it by include"
            )
            raise _Stop

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame and frame.wants_key:
            self._key(event, frame)
            return
        value: Any = event.value
        if not event.style:
            try:
                value = read_plain(event.value)
            except ScalarError as error:
                self._refuse(event, error.expected, quoted(event.value), error.hint)
        elif _CONTROL.search(value):
            self._refuse(event, "printable text", quoted(value), "delete the escape")
        if event.style in ("'", '"'):
            self._document.quotes.add(self._next_path())
        self._add(value, self._place(event))

    def _key(self, event: yaml.ScalarEvent, frame: _Frame) -> None:
        key = event.value
        path = (*frame.path, key)
        if not event.style and (key == "<<" or not _is_text(key)):
            hint = (
                "merge keys are not read; repeat the keys"
                if key == "<<"
                else "put it in quotes or rename it"
            )
            self._refuse(event, "a key that is a text", quoted(key), hint, frame.path)
            frame.skips = True
        elif key in frame.container:
            first = self._document.key_place(path)
            self._refuse(
                event,
                "each key once",
                f"{quoted(key)} again",
                f"it stands in line {first.line} already",
                path,
            )
            frame.skips = True
        elif not frame.quiet:
            self._document.keys[path] = self._place(event)
        frame.key = key
        frame.wants_key = False

    def _open(self, event: Any) -> None:
        if len(self._stack) >= DEEPEST:
            self._refuse(event, f"at most {DEEPEST} levels", "more", "flatten it")
            raise _Stop
        mapping = isinstance(event, yaml.MappingStartEvent)
        frame = self._stack[-1] if self._stack else None
        if frame and frame.wants_key:
            self._refuse(
                event,
                "a key that is a text",
                "a collection",
                'put braces in quotes: "{name}"',
                frame.path,
            )
            raise _Stop
        container: Any = {} if mapping else []
        path = self._next_path()
        quiet = frame is not None and (frame.quiet or frame.skips)
        self._store(container, self._place(event))
        self._stack.append(_Frame(container, path, mapping, quiet))

    def _next_path(self) -> Path:
        if not self._stack:
            return ()
        frame = self._stack[-1]
        return (*frame.path, frame.key if frame.mapping else len(frame.container))

    def _add(self, value: Any, place: Place) -> None:
        if self._stack and self._stack[-1].wants_key:
            # Only an alias gets here as a key; it is refused already, so its value is skipped.
            self._stack[-1].wants_key = False
            self._stack[-1].skips = True
            return
        self._store(value, place)
        self._end_value()

    def _store(self, value: Any, place: Place) -> None:
        if not self._stack:
            self._root = value
            self._document.places[()] = place
            return
        frame = self._stack[-1]
        if frame.skips:
            return
        if not frame.quiet:
            self._document.places[self._next_path()] = place
        if frame.mapping:
            frame.container[frame.key] = value
        else:
            frame.container.append(value)

    def _end_value(self) -> None:
        if self._stack and self._stack[-1].mapping:
            self._stack[-1].wants_key = True
            self._stack[-1].skips = False

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._document.file, mark.line + 1, mark.column + 1)

    def _refuse(
        self, event: Any, expected: str, got: str, hint: str, path: Path | None = None
    ) -> None:
        problems = self._document.problems
        path = self._next_path() if path is None else path
        problems.append(problem_at(self._place(event), path, expected, got, hint))
        if len(problems) >= MOST_PROBLEMS:
            raise _Stop


@dataclass(slots=True)
class _Frame:
    """A mapping or list being filled; `skips` while the value of a repeated key passes by
    unread."""

    container: Any
    path: Path
    mapping: bool
    quiet: bool = False
    key: str = ""
    wants_key: bool = False
    skips: bool = False

    def __post_init__(self) -> None:
        self.wants_key = self.mapping


def _is_text(plain: str) -> bool:
    try:
        return isinstance(read_plain(plain), str)
    except ScalarError:
        return False
