"""The frame of every page: one file, its style inside, no request to anywhere."""

from pathlib import Path

from aukio_bench.page.markup import Markup, element, raw

_STYLE = Path(__file__).with_name("page.css")
#: Nothing may be loaded, whatever a text on the page says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(title: str, *body: object) -> str:
    """A whole page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", raw(_STYLE.read_text("utf-8"))),
    )
    return "<!doctype html>\n" + element("html", head, element("body", *body), lang="en") + "\n"


def section(title: str, *content: object, note: str = "", **attributes: object) -> Markup:
    """A part of a page under its heading."""
    about = element("p", note, class_="note") if note else None
    return element("section", element("h2", title), about, *content, **attributes)


def write_page(text: str, file: Path) -> None:
    """Writes a page."""
    file.write_text(text, encoding="utf-8")
