"""What the renderer leaves open for PDF/UA-1, completed on the finished file just before it is written.

ISO 14289-1 wants all content either tagged or marked as an artifact, table headers with a scope, and a figure's box in
the page's own coordinates.
"""

import pydyf

POINTS_PER_PIXEL = 0.75


def complete(document, pdf):
    """Finisher for WeasyPrint: ``pdf`` is changed in place."""
    objects = {item.reference: item for item in pdf.objects}
    _complete_tags(document, pdf, objects)
    _relate_attachments(pdf, objects)


def _complete_tags(document, pdf, objects):
    heights = {reference: page.height for reference, page in zip(pdf.page_references, document.pages, strict=True)}
    tagged = {reference: set() for reference in heights}
    for element, parents in _elements(objects[pdf.catalog["StructTreeRoot"]], objects):
        tagged[element["Pg"]].update(kid for kid in element["K"] if isinstance(kid, int))
        _complete_element(element, parents, heights)
    for reference, used in tagged.items():
        _mark_rest_as_artifact(objects[objects[reference]["Contents"]].stream, used)
    _drop_unused(objects[objects[pdf.catalog["StructTreeRoot"]]["ParentTree"]], list(tagged.values()))


def _elements(root, objects):
    """Every structure element below ``root`` with the kinds above it, without recursion: annexes are long."""
    waiting = [(objects[reference], ()) for reference in root["K"]]
    while waiting:
        element, parents = waiting.pop()
        if "Pg" in element:
            yield element, parents
        inside = (*parents[-2:], element["S"])
        kids = [objects[kid] for kid in element["K"] if isinstance(kid, bytes)]
        waiting += [(kid, inside) for kid in kids if kid.get("Type") == "/StructElem"]


def _complete_element(element, parents, heights):
    if element["S"] == "/TH":
        element["A"]["Scope"] = "/Column" if "/THead" in parents else "/Row"
    if element["S"] == "/Figure":
        left, top, right, bottom = element["A"]["BBox"]
        height = heights[element["Pg"]]
        box = (left, height - bottom, right, height - top)
        element["A"]["BBox"] = pydyf.Array(round(side * POINTS_PER_PIXEL, 2) for side in box)


def _mark_rest_as_artifact(stream, used):
    """Running headers and footers: decoration to be skipped, not content outside the tree."""
    for place, entry in enumerate(stream):
        if entry == b"BDC" and stream[place - 1]["MCID"] not in used:
            stream[place - 2 : place + 1] = [b"/Artifact", pydyf.Dictionary({"Type": "/Pagination"}), b"BDC"]


def _drop_unused(parent_tree, tagged):
    """The tree that leads from content to its tag must not name tags that are not in the document."""
    for page, used in enumerate(tagged):
        references = parent_tree["Nums"][page * 2 + 1]
        references[:] = [reference if mcid in used else "null" for mcid, reference in enumerate(references)]


def _relate_attachments(pdf, objects):
    """Say how each attached file relates to the report; the renderer does so for PDF/A alone."""
    names = objects[pdf.catalog["Names"]["EmbeddedFiles"]]["Names"]
    files = [objects[reference] for reference in names[1::2]]
    for file in files:
        file["AFRelationship"] = "/Data"
    pdf.catalog["AF"] = pydyf.Array(file.reference for file in files)
