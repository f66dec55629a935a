"""The picture of the region: each municipality a tile in about its place, darker the more companies it has."""

from dataclasses import dataclass

from companies.classification import tile_places

SIZE, GAP = 100, 8
# From light to dark; none is the first. Text on the last two is white.
FILLS = ("#f3f5f6", "#e1eee8", "#b9d6c9", "#86b5a2", "#35735f", "#1d4c3f")
STEPS = len(FILLS) - 1
LIGHT_TEXT = 4
LINE = 17


@dataclass(frozen=True, slots=True)
class Tile:
    """One municipality: where it is drawn, in which colour, and its name in lines that fit."""

    label: str
    companies: int
    url: str
    x: int
    y: int
    fill: str
    ink: str
    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the legend: from ``least`` to ``most`` companies."""

    fill: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Picture:
    tiles: tuple[Tile, ...]
    legend: tuple[Step, ...]
    width: int
    height: int


def tile_picture(rows):
    """``Picture`` of rows with ``ags``, ``label``, ``companies`` and ``url``, one for each municipality."""
    most = max((row["companies"] for row in rows), default=0)
    width = max(1, -(-most // STEPS))
    places = tile_places()
    tiles = tuple(_tile(row, *places[row["ags"]], width) for row in rows)
    return Picture(
        # In the order of reading, for those who go from tile to tile.
        tiles=tuple(sorted(tiles, key=lambda tile: (tile.y, tile.x))),
        legend=_legend(width, most),
        width=max(tile.x for tile in tiles) + SIZE,
        height=max(tile.y for tile in tiles) + SIZE,
    )


def _legend(width, most):
    """Up to the largest number there is."""
    steps = (Step(FILLS[step], (step - 1) * width + 1, min(step * width, most)) for step in range(1, STEPS + 1))
    return (Step(FILLS[0], 0, 0), *(step for step in steps if step.least <= most))


def _tile(row, line, column, width):
    step = -(-row["companies"] // width)
    return Tile(
        label=row["label"],
        companies=row["companies"],
        url=row["url"],
        x=column * (SIZE + GAP),
        y=line * (SIZE + GAP),
        fill=FILLS[step],
        ink="#ffffff" if step >= LIGHT_TEXT else "#17212a",
        lines=_lines(row["label"]),
    )


def _lines(label):
    """ "Nachrodt-Wiblingwerde" in two lines, "Altena" in one, each with its place from the top."""
    words = label.replace("-", "- ").split()
    return tuple((24 + number * LINE, word) for number, word in enumerate(words))
