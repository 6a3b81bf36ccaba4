"""What people may call themselves."""

import unicodedata

import regex

MOST_GRAPHEMES = 24
MOST_BYTES = 96

#: Control, format (direction overrides among them), private-use, surrogate and unassigned
#: characters, and those that show nothing; the joiners and the selector that emoji and some
#: scripts need are let through.
_FORBIDDEN = regex.compile(
    r"[[\p{C}\p{Default_Ignorable_Code_Point}\u2800]--[\u200c\u200d\ufe0f]]|\p{Zl}|\p{Zp}", regex.V1
)
_VISIBLE = regex.compile(r"[\p{L}\p{N}\p{S}\p{P}]")
_JOINERS = "\u200c\u200d "
_GRAPHEME = regex.compile(r"\X")


def clean_name(wished: str) -> str | None:
    """The name as it will be shown, or None when nothing usable is left.

    Normalises to NFKC, folds white space, drops forbidden characters, and cuts at a whole
    grapheme to 24 graphemes and 96 bytes of UTF-8.
    """
    text = unicodedata.normalize("NFKC", wished)
    text = " ".join(_FORBIDDEN.sub(" ", text).split()).strip(_JOINERS)
    if not _VISIBLE.search(text):
        return None
    kept, size = [], 0
    for grapheme in _GRAPHEME.findall(text)[:MOST_GRAPHEMES]:
        size += len(grapheme.encode())
        if size > MOST_BYTES:
            break
        kept.append(grapheme)
    return unicodedata.normalize("NFC", "".join(kept).strip()) or None


def clean_text(text: str) -> str | None:
    """A chat line without control characters, or None when nothing is left to say."""
    text = _FORBIDDEN.sub(" ", text).strip()
    return unicodedata.normalize("NFC", text) or None
