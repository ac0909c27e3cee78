"""Line plots as small SVG files, drawn without a library: the same lines are the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from device_sim.arrays import Array

_WIDTH, _HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 46, 40
_COLOURS = ("#1f5fa8", "#c2571a", "#2f7d3b", "#7a4a9e")


@dataclass(frozen=True, slots=True)
class Line:
    """One curve; ``dashed`` sets measured apart from simulated."""

    name: str
    x: Array
    y: Array
    colour: int = 0
    dashed: bool = False


@dataclass(slots=True)
class Picture:
    """A plot with a title and named axes; limits are (low, high)."""

    title: str
    x_name: str
    y_name: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    lines: list[Line] = field(default_factory=list)

    def svg(self) -> str:
        """The whole file. Text and lines only, on white."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
            '<g font-family="sans-serif" font-size="11">',
            f"<title>{escape(self.title)}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            _text(_LEFT, 16, self.title, 'font-weight="bold"'),
            *self._grid(),
            *(part for place, line in enumerate(self.lines) for part in self._curve(place, line)),
            "</g>\n</svg>\n",
        ]
        return "\n".join(parts)

    def _grid(self) -> list[str]:
        parts = [
            _text(_WIDTH - _RIGHT, _HEIGHT - 8, self.x_name, 'text-anchor="end"'),
            _text(4, _TOP - 6, self.y_name),
        ]
        for value in np.linspace(*self.y_limits, 6):
            y = self._y(float(value))
            parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
            parts.append(_text(_LEFT - 5, y + 4, f"{value:.4g}", 'text-anchor="end"'))
        for value in np.linspace(*self.x_limits, 7):
            x = self._x(float(value))
            parts.append(_text(x, _HEIGHT - _BOTTOM + 14, f"{value:.4g}", 'text-anchor="middle"'))
        return parts

    def _curve(self, place: int, line: Line) -> list[str]:
        colour = _COLOURS[line.colour % len(_COLOURS)]
        dash = ' stroke-dasharray="5 3"' if line.dashed else ""
        points = " ".join(
            f"{self._x(float(x)):.1f},{self._y(float(y)):.1f}"
            for x, y in zip(line.x, line.y, strict=True)
        )
        x = _LEFT + 145 * place
        return [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"{dash}/>',
            f'<path d="M{x} 28h18" stroke="{colour}" stroke-width="2"{dash}/>',
            _text(x + 22, 32, line.name),
        ]

    def _x(self, value: float) -> float:
        low, high = self.x_limits
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        low, high = self.y_limits
        share = (min(max(value, low), high) - low) / (high - low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def quantile_line(name: str, quantiles: Sequence[float], values: Array, colour: int = 0) -> Line:
    """A population as its cumulative curve: share of systems (%) against value."""
    return Line(name, np.percentile(values, quantiles), np.asarray(quantiles, float), colour)


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#333" {more}>{escape(words)}</text>'
