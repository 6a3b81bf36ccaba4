"""Control messages to bytes and back; one legal encoding for each value.

Decoding checks, in this order: id and sender, size, MessagePack within limits, types and ranges,
texts in NFC, and that encoding the result gives the same bytes again. The last check alone rules
out long forms of integers, floats, extension types, maps and trailing bytes.
"""

import unicodedata
from typing import Any

import msgpack
import msgspec

from .errors import MalformedMessage, OversizedMessage, UnknownMessage
from .messages import BY_ID, Message, Sender


def encode(message: Message) -> bytes:
    """Encodes a control message.

    Raises:
        ValueError: the message breaks its own field types or size limit (a bug of the caller).
    """
    data = bytes((message.ID,)) + _pack(message)
    if len(data) > message.LIMIT:
        raise ValueError(f"{type(message).__name__} has {len(data)} bytes, limit {message.LIMIT}")
    try:
        msgspec.convert(_values(message), type(message), strict=True)
    except msgspec.ValidationError as error:
        raise ValueError(f"{type(message).__name__}: {error}") from error
    return data


def decode(data: bytes, sender: Sender) -> Message:
    """Decodes a control message that `sender` sent.

    Raises:
        UnknownMessage: the first byte names no control message of this sender, or there is none.
        OversizedMessage: more bytes than the message may have.
        MalformedMessage: anything else that is not exactly what `encode` writes.
    """
    if not data:
        raise UnknownMessage("empty message")
    kind = BY_ID.get(data[0])
    if kind is None or kind.SENDER is not sender:
        raise UnknownMessage(f"no message 0x{data[0]:02x} from a {sender.value}")
    if len(data) > kind.LIMIT:
        raise OversizedMessage(f"{kind.__name__} has {len(data)} bytes, limit {kind.LIMIT}")
    message = _build(kind, _unpack(data[1:], kind.LIMIT))
    if _pack(message) != data[1:]:
        raise MalformedMessage(f"{kind.__name__} is not in its one legal encoding")
    return message


def _unpack(data: bytes, limit: int) -> Any:
    try:
        return msgpack.unpackb(
            data,
            raw=False,
            use_list=True,
            strict_map_key=True,
            max_str_len=limit,
            max_bin_len=limit,
            max_array_len=32,
            max_map_len=0,
            max_ext_len=0,
        )
    # RecursionError and StackError: nesting; UnicodeDecodeError is a ValueError, as is the rest.
    except (ValueError, RecursionError, msgpack.exceptions.UnpackException) as error:
        raise MalformedMessage(f"not MessagePack: {type(error).__name__}") from error


def _build(kind: type[Message], values: Any) -> Message:
    if not isinstance(values, list):
        raise MalformedMessage(f"{kind.__name__}: expected an array of its fields")
    for value in values:
        if isinstance(value, str) and not _is_clean(value):
            raise MalformedMessage(f"{kind.__name__}: a text is not in NFC, or holds a NUL")
    try:
        return msgspec.convert(values, kind, strict=True)
    except msgspec.ValidationError as error:
        raise MalformedMessage(f"{kind.__name__}: {error}") from error


def _is_clean(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text) and "\0" not in text


def _values(message: Message) -> list[Any]:
    return [getattr(message, name) for name in message.__struct_fields__]


def _pack(message: Message) -> bytes:
    packed: bytes = msgpack.packb(_values(message), use_bin_type=True)
    return packed
