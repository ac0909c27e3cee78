"""Two small pictures as SVG: how true the probabilities are, and how early darkness is seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analytics.evaluate.foresight import OURS
from analytics.evaluate.weeks import LEAD_WEEKS

WIDTH, HEIGHT, MARGIN = 480, 360, 56
_COLOURS = ("#0b5fa5", "#b35c00", "#666666")
_SHOWN = (OURS, "simple regression", "ceiling")
_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
    'font-family="sans-serif" font-size="12">'
)

Points = Sequence[tuple[float, float]]


def write_charts(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write reliability.svg and lead-time.svg. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"reliability.svg": reliability_chart(figures), "lead-time.svg": lead_chart(figures)}
    for name, picture in drawn.items():
        (folder / name).write_text(picture, encoding="utf-8")
    return [folder / name for name in drawn]


def reliability_chart(figures: Mapping[str, Any]) -> str:
    """Share that went dark over the probability told, for both horizons; the diagonal is truth."""
    lines = {}
    for weeks, at in figures["horizon"].items():
        bins = at.get(OURS, {}).get("reliability", [])
        lines[f"within {weeks} weeks"] = [(told, came) for told, came, _ in bins]
    lines["as told = as came"] = [(0.0, 0.0), (1.0, 1.0)]
    labels = ("probability told", "share that went dark")
    return _chart("How true the probabilities are", labels, (0, 1), lines, 1.0)


def lead_chart(figures: Mapping[str, Any]) -> str:
    """Balanced accuracy over the weeks ahead, gradual failures: ours, baseline, ceiling."""
    lines = {}
    for name in _SHOWN:
        points = []
        for lead in LEAD_WEEKS:
            figure = figures["lead"][str(lead)]["gradual"].get(name, {})
            value = figure.get("balanced_accuracy", {}).get("value")
            if value is not None:
                points.append((float(lead), float(value)))
        if points:
            lines[name] = points
    labels = ("weeks before going dark", "balanced accuracy, gradual failures")
    # Nobody is below one half for long: the names stand there.
    return _chart("How early darkness is seen", labels, (0, max(LEAD_WEEKS)), lines, 0.3)


def _chart(
    title: str,
    labels: tuple[str, str],
    x_range: tuple[float, float],
    lines: Mapping[str, Points],
    names_at: float,
) -> str:
    """Lines over a grid from 0 to 1; their names begin at the height ``names_at``."""
    low, high = x_range
    wide, tall = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN

    def place(x: float, y: float) -> tuple[float, float]:
        return MARGIN + wide * (x - low) / (high - low), HEIGHT - MARGIN - tall * y

    parts = [
        _HEAD,
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(WIDTH / 2, 24, title, "middle"),
        _text(WIDTH / 2, HEIGHT - 12, labels[0], "middle"),
        f'<g transform="rotate(-90 16 {HEIGHT / 2})">',
        _text(16, HEIGHT / 2, labels[1], "middle"),
        "</g>",
    ]
    for step in range(5):
        x, y = place(low + (high - low) * step / 4, step / 4)
        parts.append(_line([(MARGIN, y), (WIDTH - MARGIN, y)], "#dddddd"))
        parts.append(_text(MARGIN - 6, y + 4, f"{step / 4:.2f}", "end"))
        parts.append(_text(x, HEIGHT - MARGIN + 18, f"{low + (high - low) * step / 4:g}", "middle"))
    names_y = place(low, names_at)[1] + 14
    for number, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        placed = [place(x, y) for x, y in points]
        parts.append(_line(placed, colour, 2.0))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        parts.append(_text(MARGIN + 8, names_y + 16 * number, name, "start", colour))
    return "\n".join([*parts, "</svg>", ""])


def _line(points: Points, colour: str, width: float = 1.0) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222222") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(text)}</text>"
    )
