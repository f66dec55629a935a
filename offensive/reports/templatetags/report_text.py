"""The report's German in its templates, and its bar charts."""

from dataclasses import dataclass

from django import template
from django.utils.text import Truncator

from offensive.reports import wording

register = template.Library()
for word in (wording.number, wording.money, wording.day, wording.moment, wording.share):
    register.filter(word.__name__, word)

ROW_HEIGHT = 30
LABEL_WIDTH = 214
BAR_WIDTH = 330
LABEL_LENGTH = 30


@register.filter
def size_label(code):
    return wording.SIZE_LABELS[code]


@register.filter
def size_word(code):
    return wording.SIZE_WORDS[code]


@register.filter
def evidence_label(code):
    return wording.EVIDENCE_LABELS[code]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the chart's own units; ``track`` is the length of the target behind it, 0 where there is none."""

    label: str
    text: str
    y: int
    width: str
    track: str

    @property
    def short_label(self):
        return Truncator(self.label).chars(LABEL_LENGTH)

    @property
    def target_x(self):
        """Where the target is marked, also behind a bar that went beyond it."""
        return LABEL_WIDTH + float(self.track)

    @property
    def text_x(self):
        """Where the figure begins: behind the longer of bar and target."""
        return LABEL_WIDTH + float(max(self.width, self.track, key=float)) + 8


@register.inclusion_tag("reports/document/bars.html")
def bars(title, rows, label, value, target=""):
    """Horizontal bars for ``rows``: ``label``, ``value`` and ``target`` name their attributes.

    The chart's title reads out every figure, so that it says the same to somebody who does not see it.
    """
    triples = [(getattr(row, label), getattr(row, value), getattr(row, target) if target else None) for row in rows]
    longest = max([max(figure, goal or 0) for _, figure, goal in triples] or [0]) or 1
    drawn = [_bar(place, *triple, longest) for place, triple in enumerate(triples)]
    spoken = "; ".join(f"{bar.label} {bar.text}" for bar in drawn)
    return {"title": f"{title}: {spoken}.", "bars": drawn, "height": len(drawn) * ROW_HEIGHT + 4}


def _bar(place, label, value, target, longest):
    text = f"{wording.number(value)} von {wording.number(target)}" if target else wording.number(value)
    width, track = (format(float(figure) / float(longest) * BAR_WIDTH, ".1f") for figure in (value, target or 0))
    return Bar(wording.SIZE_LABELS.get(label, label), text, place * ROW_HEIGHT + 4, width, track)
