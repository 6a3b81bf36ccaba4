"""Every message of the wire, one definition each.

Control messages are structs: one id byte, then a MessagePack array of the fields in this order.
The three hot messages (input, snapshot, voice) have drawn layouts in `motion.py`, `snapshot.py`
and SPEC.md; only their ids stand here. Ids 0x01-0x7f are sent by clients, 0x81-0xff by the server.
"""

from enum import Enum, IntEnum, IntFlag, unique
from typing import ClassVar, get_type_hints

import msgspec

from . import fields as f

INPUT_ID = 0x01
SNAPSHOT_ID = 0x81


class Sender(Enum):
    """Which end of the connection may send a message."""

    CLIENT = "client"
    SERVER = "server"


@unique
class Kind(IntEnum):
    """Kinds of entity."""

    AVATAR = 0
    PROP = 1


@unique
class EmoteKind(IntEnum):
    """Gestures that everyone near sees once."""

    WAVE = 0
    CLAP = 1
    POINT = 2
    THUMB_UP = 3
    LAUGH = 4
    HEART = 5
    DANCE = 6
    NOD = 7


class Posture(IntFlag):
    """How somebody holds themselves until they change it; `STANDING` is none of them.

    Who walks or jumps has stood up: the server takes SITTING away.
    """

    STANDING = 0
    SITTING = 1
    HAND_UP = 2
    IN_HEADSET = 4  # its poses count; without it they are old


@unique
class NoticeCode(IntEnum):
    """What a notice is about; clients show their own sentence for codes they know."""

    INFORMATION = 0
    SLOW_DOWN = 1  # messages were dropped by a rate limit
    TIME_DROPPED = 2  # the server fell behind and dropped simulation time
    RESCUED = 3  # the avatar fell out of the world and was put back
    READ_ONLY = 4  # nothing can be saved at the moment
    NO_SPOT = 5  # the world has no spot of that name
    NOT_ALLOWED = 6  # one's role lacks the right to do that
    TOO_FAR = 7  # what one wants to use is out of reach


@unique
class SavedWhat(IntEnum):
    """What `saved` speaks of."""

    SESSION = 0  # name, look and the right to resume survive a crash of the server
    OBJECT = 1  # so does the state that a named object of the world has in this version


class Right(IntFlag):
    """What one's role may do; worlds know more rights, which only their rules ask for."""

    NONE = 0
    SPEAK = 1
    USE = 2
    KICK = 4  # put somebody out
    SILENCE = 8  # take somebody's word, and give it back


class Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of control messages: `ID`, `SENDER`, `LIMIT` (bytes, id included), then its fields."""

    ID: ClassVar[int]
    SENDER: ClassVar[Sender]
    LIMIT: ClassVar[int]


class Hello(Message, frozen=True):
    """Opens the conversation; the first message of a client, exactly once."""

    ID = 0x10
    SENDER = Sender.CLIENT
    LIMIT = 1024

    version: f.U16
    schema: f.SchemaHash
    name: f.WishedName
    look: f.Look
    language: f.Language
    ticket: f.Ticket
    secret: f.MaybeSecret
    spot: f.MaybeIdent


class ClockPing(Message, frozen=True):
    """Asks for the server's tick; answered at once."""

    ID = 0x11
    SENDER = Sender.CLIENT
    LIMIT = 16

    time: f.Milliseconds


class Say(Message, frozen=True):
    """Text for the people near."""

    ID = 0x12
    SENDER = Sender.CLIENT
    LIMIT = 2100

    text: f.ChatText


class Gesture(Message, frozen=True):
    """An emote for the people near."""

    ID = 0x13
    SENDER = Sender.CLIENT
    LIMIT = 16

    kind: f.U8


class Hold(Message, frozen=True):
    """Sits down, stands up, puts a hand up or down: how one holds oneself from now on."""

    ID = 0x14
    SENDER = Sender.CLIENT
    LIMIT = 16

    posture: f.PostureBits


class Dress(Message, frozen=True):
    """Another look."""

    ID = 0x15
    SENDER = Sender.CLIENT
    LIMIT = 32

    look: f.Look


class Go(Message, frozen=True):
    """Asks to be put on a named spot of the world."""

    ID = 0x16
    SENDER = Sender.CLIENT
    LIMIT = 80

    spot: f.Ident


class Use(Message, frozen=True):
    """Uses a thing at an arm's length: opens it, presses it."""

    ID = 0x17
    SENDER = Sender.CLIENT
    LIMIT = 80

    object: f.Ident


class Kick(Message, frozen=True):
    """Puts somebody out of the world, for some minutes."""

    ID = 0x18
    SENDER = Sender.CLIENT
    LIMIT = 16

    entity: f.EntityId
    generation: f.Generation


class Silence(Message, frozen=True):
    """Takes somebody's word, or gives it back."""

    ID = 0x19
    SENDER = Sender.CLIENT
    LIMIT = 16

    entity: f.EntityId
    generation: f.Generation
    silenced: bool


class Leave(Message, frozen=True):
    """The person leaves on purpose: the session ends now and cannot be resumed."""

    ID = 0x1F
    SENDER = Sender.CLIENT
    LIMIT = 16


class Welcome(Message, frozen=True):
    """Answers a hello: the client is in the world as `entity`."""

    ID = 0x90
    SENDER = Sender.SERVER
    LIMIT = 1024

    entity: f.EntityId
    generation: f.Generation
    name: f.Name
    secret: f.Secret
    resumed: bool
    world: f.Ident
    scene: f.Digest
    walk: f.Digest
    tick: f.TickNumber
    tick_hz: f.U8
    x: f.Coordinate
    y: f.Coordinate
    z: f.Coordinate
    yaw: f.Angle


class Refuse(Message, frozen=True):
    """Answers a hello with no; the connection closes after it."""

    ID = 0x91
    SENDER = Sender.SERVER
    LIMIT = 512

    reason: f.U8
    detail: f.Sentence
    retry: f.Milliseconds
    version: f.U16
    schema: f.SchemaHash


class ClockPong(Message, frozen=True):
    """Answers a clock ping: the running tick and how much of it has passed (1/65536 tick)."""

    ID = 0x92
    SENDER = Sender.SERVER
    LIMIT = 32

    time: f.Milliseconds
    tick: f.TickNumber
    phase: f.U16


class Introduce(Message, frozen=True):
    """Who an entity is and how it holds itself: before its first record, and again on a change."""

    ID = 0x93
    SENDER = Sender.SERVER
    LIMIT = 512

    entity: f.EntityId
    generation: f.Generation
    kind: f.U8
    name: f.Name
    look: f.Look
    posture: f.PostureBits


class Said(Message, frozen=True):
    """Somebody near said something."""

    ID = 0x94
    SENDER = Sender.SERVER
    LIMIT = 2600

    entity: f.EntityId
    name: f.Name
    text: f.ChatText


class Gestured(Message, frozen=True):
    """Somebody near made an emote."""

    ID = 0x95
    SENDER = Sender.SERVER
    LIMIT = 32

    entity: f.EntityId
    kind: f.U8


class ObjectState(Message, frozen=True):
    """The state of a thing or the value of a counter; a lower version than a known one is ignored.

    Walls that come or go with it do so at `tick`.
    """

    ID = 0x96
    SENDER = Sender.SERVER
    LIMIT = 512

    object: f.Ident
    version: f.U32
    state: f.Ident
    tick: f.TickNumber


class People(Message, frozen=True):
    """How many have a place in the world; sent on change, at most once a second."""

    ID = 0x97
    SENDER = Sender.SERVER
    LIMIT = 16

    count: f.U16


class Saved(Message, frozen=True):
    """What is named here survives a crash of the server from now on."""

    ID = 0x98
    SENDER = Sender.SERVER
    LIMIT = 96

    what: f.U8
    version: f.U32
    object: f.MaybeIdent


class Notice(Message, frozen=True):
    """Something the person should know; changes nothing."""

    ID = 0x99
    SENDER = Sender.SERVER
    LIMIT = 1400

    code: f.U8
    text: f.Sentence


class FarCrowd(Message, frozen=True):
    """How many heads each cell holds whom this viewer is not told of one by one."""

    ID = 0x9A
    SENDER = Sender.SERVER
    LIMIT = 1040

    cell: f.Metres
    west: f.Column
    north: f.Row
    width: f.Columns
    counts: f.HeadCounts


class Rebuilt(Message, frozen=True):
    """The world has been changed: from a tick on it is the one of these files."""

    ID = 0x9B
    SENDER = Sender.SERVER
    LIMIT = 256

    scene: f.Digest
    walk: f.Digest
    tick: f.TickNumber


class Portal(Message, frozen=True):
    """One has stepped into a portal that leads out of this world."""

    ID = 0x9C
    SENDER = Sender.SERVER
    LIMIT = 1400

    to: f.Sentence


class Rights(Message, frozen=True):
    """In which role one is here, and what it may do; sent behind the welcome and on a change."""

    ID = 0x9D
    SENDER = Sender.SERVER
    LIMIT = 96

    role: f.Ident
    rights: f.RightBits


class Silenced(Message, frozen=True):
    """Whether somebody has their word; told to those who may take it."""

    ID = 0x9E
    SENDER = Sender.SERVER
    LIMIT = 16

    entity: f.EntityId
    generation: f.Generation
    silenced: bool


class Goodbye(Message, frozen=True):
    """The server ends the connection; `resumable`: the client should come back by itself."""

    ID = 0x9F
    SENDER = Sender.SERVER
    LIMIT = 512

    reason: f.U8
    resumable: bool
    retry: f.Milliseconds
    detail: f.Sentence


MESSAGES: tuple[type[Message], ...] = (
    Hello,
    ClockPing,
    Say,
    Gesture,
    Hold,
    Dress,
    Go,
    Use,
    Kick,
    Silence,
    Leave,
    Welcome,
    Refuse,
    ClockPong,
    Introduce,
    Said,
    Gestured,
    ObjectState,
    People,
    Saved,
    Notice,
    FarCrowd,
    Rebuilt,
    Portal,
    Rights,
    Silenced,
    Goodbye,
)


def message_fields(message: type[Message]) -> dict[str, f.FieldFacts]:
    """The fields of a message in wire order, with their facts."""
    hints = get_type_hints(message, include_extras=True)
    return {name: f.field_facts(hints[name]) for name in message.__struct_fields__}


BY_ID: dict[int, type[Message]] = {message.ID: message for message in MESSAGES}
