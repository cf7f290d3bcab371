"""The manufacturer's one accent colour, made safe to read on white and under text."""

from __future__ import annotations

import re

_HEX = re.compile(r"#([0-9a-f]{6})", re.IGNORECASE)
_DEFAULT = "#0b5cad"
_AA = 4.5  # WCAG 2.2, contrast of normal text

Rgb = tuple[int, int, int]


def accent_css(colour: str) -> str:
    """Custom properties for a ``style`` attribute; anything that is no ``#rrggbb`` gives the default colour.

    The accent is darkened until it reaches WCAG AA on white, because links and buttons use it as text.
    """
    accent = _readable(_parse(colour))
    red, green, blue = accent
    dark = _hex(_darker(accent, 0.85))
    return (
        f"--vl-accent:{_hex(accent)};--vl-accent-rgb:{red},{green},{blue};--vl-accent-dark:{dark};"
        f"--tblr-primary:{_hex(accent)};--tblr-primary-rgb:{red},{green},{blue};"
        f"--tblr-link-color:{_hex(accent)};--tblr-link-color-rgb:{red},{green},{blue}"
    )


def contrast_with_white(colour: Rgb) -> float:
    """Contrast ratio of WCAG 2.2 between the colour and white, 1 to 21."""
    return 1.05 / (_luminance(colour) + 0.05)


def _parse(colour: str) -> Rgb:
    match = _HEX.fullmatch(colour.strip()) or _HEX.fullmatch(_DEFAULT)
    digits = match[1] if match else _DEFAULT[1:]
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _readable(colour: Rgb) -> Rgb:
    while contrast_with_white(colour) < _AA:
        colour = _darker(colour, 0.95)
    return colour


def _darker(colour: Rgb, factor: float) -> Rgb:
    red, green, blue = colour
    return int(red * factor), int(green * factor), int(blue * factor)


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
