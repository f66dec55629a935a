"""Every page a person can reach by its links, once for each kind of page."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

# Answers that are no page: files, and what is only ever sent by a form.
NO_PAGES = {"documents:document_download", "reports:edition_pdf", "account_logout", "workshops:company_options"}


def name_of(path):
    """The url name of ``path``; "" for what is no page of ours."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    return "" if name in NO_PAGES else name


def pages_from(visitor, *starts, without=()):
    """Open the ``starts`` and, link by link, one page of each name; yields (name, path) while the page is open.

    ``without``: names that are left out.
    """
    waiting, seen = list(starts), set(without)
    while waiting:
        path = waiting.pop(0)
        name = name_of(urlsplit(path).path)
        if not name or name in seen:
            continue
        seen.add(name)
        visitor.go(path)
        waiting += links_of(visitor.page)
        yield name, path


def links_of(page):
    """Addresses of the open page's links, in their order."""
    found = page.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    return list(dict.fromkeys(found))
