"""A page as a test reads it: its text without markup, and its links."""

from html.parser import HTMLParser


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.links: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")


def _parsed(html: str) -> _Text:
    reader = _Text()
    reader.feed(html.partition('<main id="isi">')[2].partition("</main>")[0])
    return reader


def text_of(response) -> str:
    """What stands in the main part, white space made single."""
    return " ".join(" ".join(_parsed(response.text).parts).split())


def links_of(response) -> list[str]:
    """Where the main part leads."""
    return _parsed(response.text).links
