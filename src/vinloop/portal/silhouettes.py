"""Drawings of cars: one side view per body type, in a box of 640 by 250 with the nose on the left.

They stand where photographs will. A drawing is a handful of curves; paint, glass, light and wheels are the template's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Shape:
    """The curves of one body. ``radius`` is the wheel's; ``pillars`` are painted over the glass."""

    body: str
    glass: str
    pillars: tuple[str, ...]
    seams: str
    crease: str
    lamp: str
    tail: str
    sill: str
    handles: tuple[tuple[int, int], ...]
    front_x: int
    rear_x: int
    wheel_y: int
    radius: int
    arch: int
    rails: str = ""
    is_rugged: bool = False

    @property
    def wheels(self) -> tuple[tuple[int, int, float], ...]:
        """Centre and size of both wheels; the wheel is drawn with a radius of 40."""
        size = round(self.radius / 40, 3)
        return (self.front_x, self.wheel_y, size), (self.rear_x, self.wheel_y, size)

    @property
    def shadow(self) -> tuple[float, int]:
        """Middle and half width of the shadow."""
        return (self.front_x + self.rear_x) / 2, (self.rear_x - self.front_x) // 2 + 126

    @property
    def ground_y(self) -> int:
        """Where the tyres stand."""
        return self.wheel_y + self.radius


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour the site shows; its value is in the style sheet."""

    code: str
    label: StrOrPromise


PAINTS = (
    Paint("jade", _("Jade green")),
    Paint("ink", _("Ink blue")),
    Paint("crimson", _("Crimson")),
    Paint("silver", _("Silver")),
    Paint("graphite", _("Graphite")),
    Paint("pearl", _("Pearl white")),
)


def paint_for(position: int) -> Paint:
    """The colour a model is shown in first: neighbours differ."""
    return PAINTS[position % len(PAINTS)]


def paint_named(code: str) -> Paint | None:
    """The colour with this code."""
    return next((paint for paint in PAINTS if paint.code == code), None)


SHAPES = {
    "sedan": Shape(
        body="M54 188C44 182 40 168 42 152C43 138 58 129 82 124C120 116 162 109 208 104C244 80 278 63 314 57"
        "C356 51 402 53 436 63C466 73 496 89 520 102C548 105 576 110 590 117C600 126 602 146 599 166"
        "C598 178 592 187 582 188L535 188A47 47 0 0 0 441 188L197 188A47 47 0 0 0 103 188Z",
        glass="M226 104C256 84 286 70 318 65C356 60 394 61 425 70C450 77 476 90 498 103C410 106 320 107 226 104Z",
        pillars=("M348 60L359 60L364 108L352 108Z", "M452 76L461 80L476 108L466 108Z"),
        seams="M230 106C224 140 226 168 234 186M358 108C361 140 360 168 356 187M470 107C468 128 456 140 446 152",
        crease="M66 142C200 122 420 120 596 132",
        lamp="M46 146C56 135 84 127 116 123C106 136 78 144 47 152Z",
        tail="M599 132C584 124 566 120 548 119C556 130 580 137 601 143Z",
        sill="M197 188L441 188L436 180C360 176 280 176 202 180Z",
        handles=((318, 124), (428, 124)),
        front_x=150,
        rear_x=488,
        wheel_y=184,
        radius=38,
        arch=47,
    ),
    "suv": Shape(
        body="M58 188C46 180 42 156 46 136C50 121 66 113 94 107C130 100 164 95 202 92C228 67 252 50 286 44"
        "C340 36 442 36 502 42C532 46 554 62 568 86C584 94 592 106 594 124C597 146 596 168 590 180"
        "C586 187 580 188 570 188L538 188A51 51 0 0 0 436 188L206 188A51 51 0 0 0 104 188Z",
        glass="M222 92C242 72 264 57 292 52C350 45 440 45 494 50C516 53 534 66 546 86C440 93 320 95 222 92Z",
        pillars=("M340 46L353 46L356 96L343 96Z", "M448 46L462 47L474 94L460 95Z"),
        seams="M224 94C218 130 220 168 228 186M349 96C352 136 351 168 348 187M467 95C470 122 456 140 444 150",
        crease="M62 130C200 112 430 110 592 124",
        lamp="M50 132C60 121 88 113 122 108C114 121 84 130 50 140Z",
        tail="M595 126C590 112 582 102 570 96C568 110 570 128 597 140Z",
        sill="M206 188L436 188L430 176C360 172 280 172 212 176Z",
        handles=((306, 116), (424, 114)),
        front_x=155,
        rear_x=487,
        wheel_y=180,
        radius=43,
        arch=51,
        rails="M276 45C340 34 446 34 516 46",
        is_rugged=True,
    ),
    "hatchback": Shape(
        body="M90 188C80 182 76 164 80 148C84 132 100 124 124 118C154 110 184 106 216 102C248 76 278 60 312 54"
        "C368 46 432 50 472 58C502 66 526 84 542 106C556 118 562 132 562 150C562 168 560 184 546 188"
        "L500 188A47 47 0 0 0 406 188L224 188A47 47 0 0 0 130 188Z",
        glass="M234 103C260 80 286 67 316 62C370 55 426 57 462 64C488 70 506 84 520 100C430 105 320 106 234 103Z",
        pillars=("M356 56L367 56L372 107L360 107Z", "M452 60L464 62L484 103L470 104Z"),
        seams="M236 105C230 140 232 168 240 186M366 107C369 140 368 168 364 187M476 104C474 124 430 140 412 156",
        crease="M100 140C220 118 420 118 558 136",
        lamp="M82 146C92 134 118 125 148 118C140 133 112 143 82 153Z",
        tail="M562 140C556 124 544 112 530 108C530 122 542 138 563 150Z",
        sill="M224 188L406 188L400 180C350 176 280 176 230 180Z",
        handles=((326, 124), (430, 122)),
        front_x=177,
        rear_x=453,
        wheel_y=184,
        radius=38,
        arch=47,
    ),
    "mpv": Shape(
        body="M58 190C46 182 42 156 48 140C54 124 70 114 96 106C128 96 154 90 176 82C210 57 242 42 288 38"
        "C370 29 472 29 538 37C564 41 578 58 586 84C594 106 599 130 599 152C599 172 596 188 582 190"
        "L544 190A48 48 0 0 0 448 190L194 190A48 48 0 0 0 98 190Z",
        glass="M192 90C224 65 252 51 296 47C372 40 464 40 530 46C548 49 558 63 562 86C440 95 300 97 192 90Z",
        pillars=("M300 43L312 43L310 97L297 97Z", "M424 39L436 39L444 96L431 96Z", "M222 64L228 60L234 94L227 94Z"),
        seams="M212 96C208 132 210 170 218 188M304 97C308 136 308 170 304 189M438 96C444 126 442 150 440 158"
        "M312 122L560 116",
        crease="M62 136C200 120 430 118 597 130",
        lamp="M50 138C58 125 88 113 122 104C116 119 84 132 50 146Z",
        tail="M598 142C596 112 588 92 578 80C572 96 574 128 599 156Z",
        sill="M194 190L448 190L442 182C370 178 270 178 200 182Z",
        handles=((272, 118), (326, 112)),
        front_x=146,
        rear_x=496,
        wheel_y=184,
        radius=40,
        arch=48,
    ),
    "coupe": Shape(
        body="M46 188C36 182 33 168 38 156C42 146 62 138 90 131C130 121 178 114 228 109C262 87 302 71 348 67"
        "C398 63 442 73 480 90C514 104 550 112 582 116C596 122 604 136 602 154C601 172 597 187 584 188"
        "L542 188A48 48 0 0 0 446 188L196 188A48 48 0 0 0 100 188Z",
        glass="M246 110C278 92 312 79 352 76C394 73 428 81 458 93C472 99 480 105 478 110C400 114 312 114 246 110Z",
        pillars=("M404 70L414 72L440 114L426 115Z",),
        seams="M250 112C240 146 244 170 252 186M424 114C432 146 426 168 416 186",
        crease="M60 152C200 126 420 122 600 140",
        lamp="M40 156C54 144 88 134 124 128C112 142 74 150 41 160Z",
        tail="M603 142C580 130 552 126 528 126C546 136 578 144 603 150Z",
        sill="M196 188L446 188L440 181C360 178 280 178 202 181Z",
        handles=((372, 128),),
        front_x=148,
        rear_x=494,
        wheel_y=182,
        radius=40,
        arch=48,
    ),
    "wagon": Shape(
        body="M54 188C44 182 40 168 42 152C43 138 58 129 82 124C120 116 162 109 208 104C242 79 276 62 312 56"
        "C380 46 486 48 540 58C562 64 576 86 586 110C598 122 602 146 599 166C598 178 592 187 582 188"
        "L535 188A47 47 0 0 0 441 188L197 188A47 47 0 0 0 103 188Z",
        glass="M226 104C254 83 284 69 316 64C380 56 478 57 530 65C546 70 556 84 562 102C440 107 320 108 226 104Z",
        pillars=("M348 58L359 58L364 109L352 109Z", "M452 56L463 56L474 107L463 107Z"),
        seams="M230 106C224 140 226 168 234 186M358 108C361 140 360 168 356 187M469 107C468 128 456 140 446 152",
        crease="M66 142C200 122 420 120 596 130",
        lamp="M46 146C56 135 84 127 116 123C106 136 78 144 47 152Z",
        tail="M599 138C594 118 586 106 574 98C568 112 574 132 601 150Z",
        sill="M197 188L441 188L436 180C360 176 280 176 202 180Z",
        handles=((318, 124), (428, 124)),
        front_x=150,
        rear_x=488,
        wheel_y=184,
        radius=38,
        arch=47,
        rails="M306 57C380 48 486 49 544 60",
    ),
}
