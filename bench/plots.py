"""Draws a few lines as an SVG file, by hand: no library for two pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 60, 190, 48, 48
COLORS = ("#0b5cad", "#b3400f", "#2e6b30", "#6a3d9a", "#555555", "#8a6d00")


@dataclass(frozen=True)
class Line:
    """A name and its points (x above 0, y)."""

    name: str
    points: list[tuple[float, float]]


def plot(path: Path, title: str, across: str, up: str, lines: list[Line]) -> None:
    """Writes the picture; x grows by powers, y from a round number under the lowest point."""
    xs = sorted({x for line in lines for x, _ in line.points})
    ys = [y for line in lines for _, y in line.points]
    floor = min(ys) if min(ys) > max(ys) / 2 else 0.0
    step = _step(max(ys) - floor)
    low, high = math.floor(floor / step) * step, math.ceil(max(ys) / step) * step

    def place(x: float, y: float) -> tuple[float, float]:
        share = (math.log(x) - math.log(xs[0])) / ((math.log(xs[-1]) - math.log(xs[0])) or 1.0)
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return LEFT + share * wide, TOP + (high - y) / ((high - low) or 1.0) * tall

    parts = [_text(LEFT, 26, title, "start", 16), _text(LEFT - 44, TOP - 8, up, "start")]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across))
    for number in range(round((high - low) / step) + 1):
        y = place(xs[0], low + number * step)[1]
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d0d0"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{low + number * step:g}", "end"))
    parts += [_text(place(x, low)[0], HEIGHT - BOTTOM + 18, f"{x:g}") for x in xs]
    for number, line in enumerate(lines):
        parts += _drawn(line.name, [place(x, y) for x, y in line.points], COLORS[number % len(COLORS)], number)
    body = "\n".join(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" '
        f'font-size="12">\n<title>{escape(title)}</title>\n<path d="M0 0H{WIDTH}V{HEIGHT}H0z" fill="#fff"/>\n{body}\n'
        "</svg>\n",
        encoding="utf-8",
    )


def _drawn(name: str, places: list[tuple[float, float]], color: str, number: int) -> list[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in places]
    key = TOP + 16 + 22 * number
    mark = f'<path d="M{WIDTH - RIGHT + 14} {key - 4}h18" stroke="{color}" stroke-width="3"/>'
    words = _text(WIDTH - RIGHT + 38, key, name, "start")
    return [f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>', *dots, mark, words]


def _step(span: float) -> float:
    """A round one that makes about five parts."""
    rough = (span or 1.0) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    return min((one * power for one in (1, 2, 5, 10)), key=lambda one: abs(one - rough))


def _text(x: float, y: float, words: str, anchor: str = "middle", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="#222">{escape(words)}</text>'
