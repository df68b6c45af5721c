"""A page as a browser would see it: what in it could act?"""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would find in a page: elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def active(self) -> list[object]:
        """Whatever could run, load or lead somewhere odd."""
        harmful = {
            "script",
            "iframe",
            "object",
            "embed",
            "form",
            "base",
            "img",
            "svg",
            "math",
            "link",
        }
        return [
            (tag, attributes)
            for tag, attributes in self.elements
            if tag in harmful
            or any(name.startswith("on") for name in attributes)
            or not attributes.get("href", "https:").startswith(("http:", "https:"))
            or "src" in attributes
            or "url(" in attributes.get("style", "")
        ]
