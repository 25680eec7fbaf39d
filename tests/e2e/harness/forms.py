"""Reads the forms of a page, as a browser would before it submits one."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass(slots=True)
class Form:
    """Where a form goes, and what its fields hold already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page
        self._select = ""
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(urljoin(self._page, given.get("action", "")), given.get("method", "get").upper()))
        elif not self.forms:
            return
        elif tag in {"input", "button"} and "name" in given:
            if given.get("type") in {"radio", "checkbox"} or tag == "button":
                self.forms[-1].choices.setdefault(given["name"], []).append(given.get("value", ""))
            else:
                self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self.forms[-1].choices.setdefault(self._select, []).append(given.get("value", ""))


def forms(page_url: str, html: str) -> list[Form]:
    """Return the forms of the page at `page_url`."""
    reader = _Reader(page_url)
    reader.feed(html)
    return reader.forms
