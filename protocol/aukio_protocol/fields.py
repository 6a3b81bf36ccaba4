"""The types a field of a control message can have, each with its width, range and unit.

A control message is one id byte and a MessagePack array of its fields in declared order. Each
field type is an annotated Python type: msgspec checks it on the way in, codegen writes it into
SPEC.md and TypeScript. There are no floating-point fields.
"""

from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from msgspec import Meta


@dataclass(frozen=True, slots=True)
class Unit:
    """What one step of a number means, for people who read the spec."""

    text: str


U8 = Annotated[int, Meta(ge=0, le=0xFF)]
U16 = Annotated[int, Meta(ge=0, le=0xFFFF)]
U32 = Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]
I16 = Annotated[int, Meta(ge=-0x8000, le=0x7FFF)]
I32 = Annotated[int, Meta(ge=-0x8000_0000, le=0x7FFF_FFFF)]

EntityId = Annotated[U16, Unit("slot of an entity; reused only after every viewer was told")]
Generation = Annotated[U8, Unit("counts the owners of a slot, wrapping")]
TickNumber = Annotated[U16, Unit("tick, wrapping at 65,536")]
Coordinate = Annotated[I32, Unit("1/65536 m")]
Angle = Annotated[U16, Unit("1/65536 turn clockwise from north")]
Milliseconds = Annotated[U32, Unit("ms")]
Metres = Annotated[U8, Unit("m")]
Column = Annotated[I16, Unit("index of the first column: its x in cells, rounded down")]
Row = Annotated[I16, Unit("index of the first row: its z in cells, rounded down")]
Columns = Annotated[U8, Unit("columns; 0: nobody is beyond")]

Name = Annotated[str, Meta(min_length=1, max_length=96), Unit("NFKC; at most 96 bytes of UTF-8")]
WishedName = Annotated[str, Meta(max_length=96), Unit("what the person typed; may be empty")]
ChatText = Annotated[str, Meta(min_length=1, max_length=500)]
Sentence = Annotated[str, Meta(max_length=300), Unit("plain words, English")]
Language = Annotated[str, Meta(max_length=16), Unit("BCP 47 tag")]
Ident = Annotated[str, Meta(min_length=1, max_length=64)]
MaybeIdent = Annotated[str, Meta(max_length=64), Unit("empty: none")]
Digest = Annotated[str, Meta(max_length=64), Unit("lower-case hex")]
Ticket = Annotated[str, Meta(max_length=256), Unit("empty: none")]

Look = Annotated[bytes, Meta(max_length=16), Unit("one byte per choice; missing bytes are 0")]
PostureBits = Annotated[
    U8, Unit("bit 0 sitting, bit 1 hand up, bit 2 in a headset; other bits are ignored")
]
RightBits = Annotated[U8, Unit("bit 0 speak, 1 use, 2 kick, 3 silence; other bits are ignored")]
HeadCounts = Annotated[
    bytes, Meta(max_length=1024), Unit("row by row from the north; 255: 255 or more")
]
SchemaHash = Annotated[bytes, Meta(min_length=8, max_length=8)]
Secret = Annotated[bytes, Meta(min_length=32, max_length=32)]
MaybeSecret = Annotated[bytes, Meta(max_length=32), Unit("32 bytes, or 0 bytes for none")]


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What a field type says: the Python type, the bounds of its number or length, its unit."""

    base: type
    low: int | None
    high: int | None
    unit: str

    def describe(self) -> str:
        """The facts in the words of SPEC.md, without the unit."""
        if self.base is bool:
            return "bool"
        if self.base is int:
            return f"int {self.low}..{self.high}"
        noun = "characters" if self.base is str else "bytes"
        lengths = str(self.high) if self.low == self.high else f"{self.low or 0}..{self.high}"
        return f"{'text' if self.base is str else 'bytes'}, {lengths} {noun}"


def field_facts(annotation: Any) -> FieldFacts:
    """Reads the facts of a field from its annotation."""
    if get_origin(annotation) is not Annotated:
        return FieldFacts(annotation, None, None, "")
    base, *notes = get_args(annotation)
    low = high = None
    unit = ""
    for note in notes:
        if isinstance(note, Unit):
            unit = note.text
        else:
            low = note.ge if note.ge is not None else note.min_length
            high = note.le if note.le is not None else note.max_length
    return FieldFacts(base, low, high, unit)
