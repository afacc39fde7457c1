"""Small charts as inline SVG, each with a text that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from segcore.reports.display import visible

_HEIGHT = 150
_WIDTH = 440


def safe(text: object) -> str:
    """Return text for HTML, in content or in quoted attributes.

    Args:
        text: Anything; what would not be seen, or changes the direction of text, or UTF-8 cannot encode,
            is shown as its escape.

    Example:
        >>> safe('<b "x">')
        '&lt;b &quot;x&quot;&gt;'
    """
    return escape(visible(str(text)), quote=True)


def bar(part: float, whole: float, name: str, kind: str = "gsm7") -> str:
    """Return a bar that is filled in part.

    Args:
        part: How much is filled.
        whole: How much is all.
        name: What it says.
        kind: The class of its colour.
    """
    width = _percent(part, whole)
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img">'
        f"<title>{safe(name)}</title>"
        f'<rect class="track" width="100" height="8"/><rect class="{kind}" width="{width}" height="8"/></svg>'
    )


def shares(parts: Sequence[tuple[str, str, int]]) -> str:
    """Return one bar that is made up of parts.

    Args:
        parts: The name, the class of the colour and the number of each.
    """
    whole = sum(number for *_, number in parts)
    title = ", ".join(f"{name} {number:,}" for name, _, number in parts)
    drawn, left = [], 0
    for name, kind, number in parts:
        start, end = _percent(left, whole), _percent(left + number, whole)
        left += number
        if number:
            drawn.append(
                f'<rect class="{kind}" x="{start}" width="{end - start:.2f}" height="18">'
                f"<title>{safe(name)}: {number:,}</title></rect>"
            )
    return (
        '<svg class="shares" viewBox="0 0 100 18" preserveAspectRatio="none" role="img">'
        f'<title>Messages: {safe(title)}</title><rect class="track" width="100" height="18"/>'
        f"{''.join(drawn)}</svg>"
    )


def histogram(columns: Sequence[tuple[str, int, int]]) -> str:
    """Return columns of two parts, one on the other.

    Args:
        columns: What is below each column, and how many messages in GSM-7 and in UCS-2 it has.
    """
    title = "; ".join(f"{name} segments: {gsm7:,} GSM-7, {ucs2:,} UCS-2" for name, gsm7, ucs2 in columns)
    most = max((gsm7 + ucs2 for _, gsm7, ucs2 in columns), default=0)
    step = _WIDTH / max(len(columns), 4)
    drawn = "".join(_column(index, each, step, most) for index, each in enumerate(columns))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + 40}" role="img"><title>{safe(title)}</title>{drawn}'
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_HEIGHT + 18}" y2="{_HEIGHT + 18}"/></svg>'
    )


def _column(index: int, column: tuple[str, int, int], step: float, most: int) -> str:
    name, gsm7, ucs2 = column
    x, width = index * step + step * 0.14, step * 0.72
    middle, bottom, drawn = index * step + step / 2, _HEIGHT + 18.0, ""
    for kind, number in (("gsm7", gsm7), ("ucs2", ucs2)):
        # A column that is not empty can be seen.
        height = max(1.5, _HEIGHT * number / most) if number else 0
        bottom -= height
        if number:
            drawn += f'<rect class="{kind}" x="{x:.1f}" y="{bottom:.1f}" width="{width:.1f}" '
            drawn += f'height="{height:.1f}"/>'
    count = f'<text x="{middle:.1f}" y="{bottom - 5:.1f}" text-anchor="middle">{gsm7 + ucs2:,}</text>'
    label = f'<text x="{middle:.1f}" y="{_HEIGHT + 35}" text-anchor="middle">{safe(name)}</text>'
    return drawn + count + label


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
