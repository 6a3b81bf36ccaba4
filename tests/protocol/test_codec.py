"""Control messages: any legal value survives, any other byte string is refused."""

import unicodedata
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from aukio_protocol.errors import ProtocolError
from aukio_protocol.fields import FieldFacts


def values(facts: FieldFacts) -> st.SearchStrategy[Any]:
    """Everything a field may hold."""
    low, high = facts.low or 0, facts.high or 0
    if facts.base is bool:
        return st.booleans()
    if facts.base is int:
        return st.integers(facts.low, facts.high)
    if facts.base is bytes:
        return st.binary(min_size=low, max_size=high)
    letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    texts = st.text(letters, min_size=low, max_size=min(high, 40))
    return texts.map(lambda text: unicodedata.normalize("NFC", text)).filter(
        lambda text: low <= len(text) <= high
    )


def messages() -> st.SearchStrategy[m.Message]:
    """Any control message with legal fields."""
    return st.one_of(
        st.builds(kind, **{name: values(facts) for name, facts in m.message_fields(kind).items()})
        for kind in m.MESSAGES
    )


@given(messages())
def test_CM1_any_message_survives_its_own_bytes(message: m.Message) -> None:
    assert decode(encode(message), message.SENDER) == message


@given(st.binary(max_size=200), st.sampled_from(m.Sender))
def test_CM4_any_bytes_are_decoded_to_the_same_bytes_or_refused(
    data: bytes, sender: m.Sender
) -> None:
    try:
        message = decode(data, sender)
    except ProtocolError:
        return
    assert encode(message) == data, "one legal encoding"


@given(messages(), st.data())
def test_CM4_a_changed_byte_never_passes_as_something_else(
    message: m.Message, data: st.DataObject
) -> None:
    raw = bytearray(encode(message))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        other = decode(bytes(raw), message.SENDER)
    except ProtocolError:
        return
    assert encode(other) == bytes(raw)


def test_CM3_a_sender_cannot_break_its_own_field_types() -> None:
    with pytest.raises(ValueError, match="Say"):
        encode(m.Say(""))
