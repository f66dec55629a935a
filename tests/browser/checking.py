"""What every page keeps to: WCAG by axe, one heading, nothing that sticks out."""

from tests.services import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RUN_AXE = """async () => {
    const found = await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
    });
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}`));
}"""
_WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page):
    """What axe finds against WCAG 2.1 A and AA, as sentences."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(_RUN_AXE)


def overflow(page, width):
    """By how many pixels the page is wider than a window of ``width``."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate(_WIDTH)


def problems_of(page, where, *, widths=(1280, 360)):
    """Everything the open page does wrong: by axe at ``widths`` in pixels, by its width at 360 and 320."""
    problems = []
    if (headings := page.locator("h1").count()) != 1:
        problems.append(f"{where}: {headings} h1")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        problems += [f"{where} at {width}: {violation}" for violation in violations(page)]
    problems += [f"{where} at {width}: {px} px too wide" for width in (360, 320) if (px := overflow(page, width)) > 0]
    return problems
