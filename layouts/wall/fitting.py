"""What fits: how wide words are in the wall's units, and which of several wordings there is room
for. The browser's font is not read: letters are counted by their kind, a little too wide rather
than too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence

from layouts.wall.canvas import BASE_U

FULL_FROM = 0x2E7F  # Chinese and its marks, each an em wide
FULL = frozenset("·⋯…“”‘’")
ADVANCES = (
    (" \u00a0", 0.23),
    (",.:;'|ijlI!", 0.29),
    ("()[]ftr/-", 0.38),
    ("\u2002*?scxzvyJ", 0.52),
    ("ZSTAhnoubdpqEVX", 0.62),
    ("BCDGHKNOPQRU&", 0.72),
    ("mwMW%@", 0.9),
)
WIDTHS = {letter: width for letters, width in ADVANCES for letter in letters}
OTHER = 0.565  # digits, signs, and the letters between
BOLD = 1.06  # a bold face is so much wider
# Sizes of type, of the smallest, as the styles have them.
SMALL, LINE, KIND, TITLE, LEAD = 1.0, 1.23, 1.27, 1.28, 1.45
SENTENCE, ROOM_TITLE = 1.3 * BOLD, 1.36 * BOLD


def ems(words: str) -> float:
    """How wide words are, in their own size."""
    return sum(_em(letter) for letter in words)


def width(words: str, size: float = LINE) -> float:
    """How many units words take in a size."""
    return ems(words) * size * BASE_U


def first(wordings: Sequence[str], room_u: float, size: float = LINE) -> str:
    """The first wording that there is room for, else the last."""
    return next((said for said in wordings if width(said, size) <= room_u), wordings[-1])


def _em(letter: str) -> float:
    if ord(letter) > FULL_FROM or letter in FULL:
        return 1.0
    return WIDTHS.get(letter, OTHER)
