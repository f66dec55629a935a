"""Reads a tagged PDF the way a checker of PDF/UA-1 does (ISO 14289-1, Matterhorn protocol)."""

from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.generic import ContentStream

PAINTING = {b"Tj", b"TJ", b"'", b'"', b"Do", b"sh", b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}


@dataclass(frozen=True, slots=True)
class Tag:
    """One structure element: its kind, its dictionary and the kinds above it."""

    kind: str
    element: dict
    parents: tuple[str, ...]


def tags(reader: PdfReader) -> list[Tag]:
    """All structure elements in reading order."""
    found = []
    waiting = [(kid, ()) for kid in reversed(reader.root_object["/StructTreeRoot"]["/K"])]
    while waiting:
        kid, parents = waiting.pop()
        element = kid.get_object()
        if not isinstance(element, dict) or "/S" not in element:
            continue
        found.append(Tag(element["/S"], element, parents))
        waiting += [(inner, (*parents, element["/S"])) for inner in reversed(element.get("/K", []))]
    return found


def marks_in_tree(reader: PdfReader) -> dict[int, set[int]]:
    """The numbers of marked content that the structure tree names, by the page's place."""
    places = {page.indirect_reference.idnum: place for place, page in enumerate(reader.pages)}
    marks = {place: set() for place in places.values()}
    for tag in tags(reader):
        if "/Pg" in tag.element:
            place = places[tag.element.raw_get("/Pg").idnum]
            marks[place].update(kid for kid in tag.element.get("/K", []) if isinstance(kid, int))
    return marks


def unmarked_painting(reader: PdfReader, page, in_tree: set[int]) -> list[str]:
    """Everything painted on ``page`` that is neither an artifact nor tagged content of the tree."""
    stack, loose = [], []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            stack.append(operands[0] == "/Artifact" or operands[1]["/MCID"] in in_tree)
        elif operator == b"EMC":
            stack.pop()
        elif operator in PAINTING and not (stack and all(stack)):
            loose.append(operator.decode())
    assert stack == []
    return loose


def fonts(reader: PdfReader) -> dict[str, bool]:
    """Whether each font's file is embedded, by the font's name."""
    found = {}
    for page in reader.pages:
        for reference in page["/Resources"]["/Font"].values():
            font = reference.get_object()
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            found[font["/BaseFont"].partition("+")[2]] = any(key.startswith("/FontFile") for key in descriptor)
    return found
