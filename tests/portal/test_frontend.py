"""What every page owes: the emblem by its rules, KERN's forms, small transfers, nothing from elsewhere, no barriers."""

import math
import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django import forms
from django.template.loader import render_to_string
from playwright.sync_api import sync_playwright

from dev import frontend

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = [1280, 768, 360, 320]
PUBLIC_PAGES = ["/", "/accounts/login/", "/accounts/password/reset/", "/imprint/", "/privacy/", "/accessibility/"]
KILOBYTE = 1000


@pytest.fixture(scope="module")
def address(portal):
    return portal.url


@pytest.fixture(scope="module")
def browser(address):
    arguments = ["--no-sandbox", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, address):
    """``open_page(path, width)`` → the page; ``page.problems`` lists console errors and failed requests."""
    contexts = []

    def opened(path, *, width=1280, context=None):
        context = context or browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
        page.on("requestfailed", lambda request: page.problems.append(request.url))
        page.goto(address + path, wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()


# The emblem


def points_of(polygon):
    numbers = [float(number) for number in re.findall(r"[\d.]+", polygon.get("points"))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_emblem_is_drawn_by_the_geometric_description():
    emblem = ElementTree.parse(ROOT / "static" / "img" / "eu-emblem.svg").getroot()  # noqa: S314  (our own file)
    _, _, width, height = (float(number) for number in emblem.get("viewBox").split())
    space = "{http://www.w3.org/2000/svg}"
    stars = [points_of(polygon) for polygon in emblem.iter(f"{space}polygon")]
    centres = [(sum(x for x, _ in star) / 10, sum(y for _, y in star) / 10) for star in stars]
    hours = {
        (
            round(width / 2 + height / 3 * math.sin(math.radians(30 * hour))),
            round(height / 2 - height / 3 * math.cos(math.radians(30 * hour))),
        )
        for hour in range(12)
    }
    assert width / height == 1.5
    assert emblem.find(f"{space}rect").get("fill") == "#003399"
    assert emblem.find(f"{space}g").get("fill") == "#ffcc00"
    assert {(round(x), round(y)) for x, y in centres} == hours
    for star, (x, y) in zip(stars, centres, strict=True):
        assert star[0] == pytest.approx((x, y - height / 18), abs=0.02)  # upright: one point straight up
        assert max(math.dist(point, (x, y)) for point in star) == pytest.approx(height / 18, abs=0.02)


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_emblem_is_at_least_as_high_and_wide_as_every_other_logo(open_page, path, width):
    page = open_page(path, width=width)
    emblems = [emblem.bounding_box() for emblem in page.locator("[data-emblem]").all()]
    others = [logo.bounding_box() for logo in page.locator("[data-logo]").all()]
    assert len(others) == 6
    assert min(box["height"] for box in emblems) >= max(box["height"] for box in others)
    assert min(box["width"] for box in emblems) >= max(box["width"] for box in others)
    assert {round(box["width"] / box["height"], 2) for box in emblems} == {1.5}


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_statement_stands_written_out_beside_the_emblem(open_page, width):
    page = open_page("/accounts/login/", width=width)
    statement = page.locator(".site-footer .funding__statement")
    emblem, words = page.locator(".site-footer [data-emblem]").bounding_box(), statement.bounding_box()
    assert statement.inner_text() == "Kofinanziert von der Europäischen Union"
    assert words["x"] >= emblem["x"] + emblem["width"]
    assert words["x"] + words["width"] <= width
    assert emblem["y"] <= words["y"] + words["height"] / 2 <= emblem["y"] + emblem["height"]
    look = statement.evaluate("e => [getComputedStyle(e).fontFamily.split(',')[0], getComputedStyle(e).fontStyle]")
    assert look == ["Ubuntu", "normal"]
    assert page.evaluate("[...document.fonts].some(f => f.family.includes('Ubuntu') && f.status === 'loaded')")


# Pages


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_page_has_no_barrier_that_axe_finds(open_page, path, width):
    page = open_page(path, width=width)
    # Over the debugger, because the page's own policy rightly refuses a script put into it.
    page.context.new_cdp_session(page).send(
        "Runtime.evaluate", {"expression": (ROOT / "node_modules/axe-core/axe.min.js").read_text()}
    )
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})")
    assert [(violation["id"], violation["nodes"][0]["target"]) for violation in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []


@pytest.mark.browser
def test_visits_are_small_and_ask_nobody_else(browser, open_page, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
    first, hosts = transferred(context, address + "/")
    later, more_hosts = transferred(context, address + "/accounts/login/")
    context.close()
    assert first <= 200 * KILOBYTE
    assert later <= 30 * KILOBYTE
    assert hosts | more_hosts == {urlsplit(address).netloc}


def transferred(context, url):
    """Bytes over the wire for one page, and the hosts that were asked."""
    page, hosts, sizes = context.new_page(), set(), []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(url, wait_until="networkidle")
    page.close()
    return sum(sizes), {host for host in hosts if host}


@pytest.mark.browser
def test_keyboard_reaches_the_content_first(open_page):
    page = open_page("/accounts/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.browser
def test_failed_form_takes_the_focus_to_what_is_wrong(open_page):
    page = open_page("/accounts/login/")
    page.fill("#id_login", "nobody@example.org")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    assert page.input_value("#id_login") == "nobody@example.org"
    page.click(".error-summary a[href='#id_password']")
    assert page.evaluate("document.activeElement.id") == "id_password"


# Templates


def test_templates_carry_no_inline_style_or_script():
    forbidden = re.compile(r"""\sstyle=["']|<style\b|\son[a-z]+=["']|<script>""")
    pages = [path for path in (ROOT / "templates").rglob("*.html") if not is_for_other_programs(path)]
    assert [path.name for path in pages if forbidden.search(path.read_text())] == []


def is_for_other_programs(path):
    """Mail programs and the PDF renderer have no policy against inline styles; mail programs know nothing else.

    The cover of a dossier is a file of its own in an archive, read without us.
    """
    return (
        path.name in ("mail.html", "dossier_cover.html")
        or "mail" in path.parent.name
        or "reports/document" in path.as_posix()
    )


class CompanyForm(forms.Form):
    name = forms.CharField(label="Firma", help_text="Wie im Register")
    size = forms.ChoiceField(label="Größe", widget=forms.RadioSelect, choices=[("k", "klein"), ("m", "mittel")])
    town = forms.ChoiceField(label="Ort", required=False, choices=[("", "–"), ("al", "Altena")])
    agree = forms.BooleanField(label="Gelesen")


def printed(form):
    """The form's HTML with every run of white space as one blank, and none at the edges of tags."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", str(form)))


def test_form_prints_kern_markup_with_label_hint_and_control():
    html = printed(CompanyForm())
    assert '<label class="kern-label" for="id_name">Firma</label>' in html
    assert '<div class="kern-hint" id="id_name_helptext">Wie im Register</div>' in html
    assert re.search(r'<input class="kern-form-input__input ?" type="text" name="name"[^>]* id="id_name"', html)
    assert len(re.findall('class="kern-form-check__radio ?"', html)) == 2
    assert len(re.findall('class="kern-form-input__select ?"', html)) == 1
    assert len(re.findall('class="kern-form-check__checkbox ?"', html)) == 1
    assert html.count("kern-label__optional") == 1
    assert "error-summary" not in html


def test_form_with_problems_names_them_above_and_at_the_field():
    html = printed(CompanyForm({"name": "", "size": "x", "town": "al"}))
    assert re.findall(r'<a href="#(id_\w+)">', html) == ["id_name", "id_size", "id_agree"]
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert html.count('aria-invalid="true"') == 4  # name, both sizes, agree
    assert html.count('class="kern-error"') == 3
    assert '<option value="al" selected>' in html


def test_form_escapes_what_was_typed():
    html = printed(CompanyForm({"name": '"><script>alert(1)</script>', "size": "k", "agree": "on"}))
    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;" in html


def test_bar_chart_is_a_table_that_reads_without_the_drawing():
    rows = [{"label": "Einstieg", "value": "1.234", "share": 100}, {"label": "Erprobung", "value": "0", "share": 12.5}]
    html = render_to_string("components/chart_bars.html", {"title": "Je Stufe", "rows": rows})
    assert re.findall(r'<th scope="row">\s*(\w+)\s*</th>', html) == ["Einstieg", "Erprobung"]
    assert re.findall(r'chart__value">([\d.]+)<', html) == ["1.234", "0"]
    assert re.findall(r'chart__fill" width="([\d.,]+)"', html) == ["100", "12.5"]


def test_frontend_is_built_only_when_something_changed():
    frontend.main()
    built = (frontend.VENDOR / "kern.css").stat().st_mtime_ns
    frontend.main()
    assert (frontend.VENDOR / "kern.css").stat().st_mtime_ns == built
