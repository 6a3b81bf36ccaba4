"""Which of several languages somebody reads."""

from collections.abc import Mapping

FALLBACK = "en"


def in_language(text: Mapping[str, str], tag: str) -> str:
    """Returns a text in the language of a BCP 47 tag: as it is, without its region, in English, or
    in the first it was written in."""
    wished = (tag, tag.partition("-")[0], FALLBACK)
    return next((text[each] for each in wished if each in text), next(iter(text.values())))
