"""An HTML page read back as a tree, by the standard library's parser rather than by our own writer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "col"}


@dataclass
class Node:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """The text of the element and its descendants."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def every(self, name: str, class_: str | None = None) -> list[Node]:
        """Return the descendants of that name, and class when given, in page order."""
        return [
            node
            for node in self.walk()
            if node is not self and node.name == name and (class_ is None or class_ in node.classes)
        ]

    def one(self, name: str, class_: str | None = None) -> Node:
        (node,) = self.every(name, class_)
        return node

    def by_id(self, identifier: str) -> Node:
        (match,) = [node for node in self.walk() if node.attributes.get("id") == identifier]
        return match

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice on {tag}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment in the page: {data!r}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration in the page: {data!r}")


def read_page(text: str) -> Node:
    """Return the `html` element of a page. Fails on elements that do not nest."""
    reader = _Reader()
    assert text.startswith("<!DOCTYPE html>\n")
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], "something is left open"
    return reader.root.one("html")
