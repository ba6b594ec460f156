"""Pictures of pages, kept small and compared roughly: a moved block or a missing chart is seen, another font rasteriser is not.

A picture is kept at half its size. Both pictures are averaged over blocks of 8 × 8 pixels of the page; a block differs where a
colour is off by more than :data:`LEVELS`. They are the same where few blocks differ (:data:`SHARE` of all) and nowhere many
together (:data:`CROWD` of those in a window), and where the page's height is about the same (:data:`HEIGHT`).
The browser itself decodes and encodes, so that no library for pictures is needed.
"""

import base64
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BLOCK = 8  # pixels of the page
SCALE = 2  # of the page to the picture kept
LEVELS = 22  # of 255
SHARE = 0.02
WINDOW = (5, 16)  # blocks, down and across: 40 × 128 pixels
CROWD = 0.35
HEIGHT = 0.02


@dataclass(frozen=True)
class Difference:
    """How far a picture is from the one kept; ``places`` are the blocks that differ, as rows and columns."""

    height: float
    share: float
    crowd: float
    places: np.ndarray

    @property
    def fault(self):
        """What differs too much, in words; empty where nothing does."""
        faults = []
        if abs(self.height) > HEIGHT:
            faults.append(f"its height is {self.height:+.1%} off")
        if self.share > SHARE:
            faults.append(f"{self.share:.1%} of it looks different")
        if self.crowd > CROWD:
            faults.append(f"at one place {self.crowd:.0%} looks different")
        return ", ".join(faults)


def compare(kept, found):
    """Compare the blocks of two pictures, arrays of shape (down, across, 3)."""
    if kept.shape[1] != found.shape[1]:
        return Difference(0.0, 1.0, 1.0, np.zeros((0, 2), int))
    rows = min(len(kept), len(found))
    differs = (np.abs(kept[:rows].astype(int) - found[:rows]) > LEVELS).any(axis=2)
    sums = np.pad(differs, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    down, across = (min(window, size) for window, size in zip(WINDOW, differs.shape, strict=True))
    windows = sums[down:, across:] - sums[:-down, across:] - sums[down:, :-across] + sums[:-down, :-across]
    return Difference(
        len(found) / len(kept) - 1, float(differs.mean()), windows.max() / (down * across), np.argwhere(differs)
    )


class Pictures:
    """Decodes and encodes pictures in a blank page of a browser."""

    def __init__(self, page):
        self.page = page
        page.add_script_tag(path=Path(__file__).with_suffix(".js"))

    def blocks(self, picture, size=BLOCK):
        """Return the mean colours of a picture's blocks, shape (down, across, 3)."""
        down, across, text = self._call("blocks", picture, size)
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(down, across, 3)

    def small(self, picture, quality=0.4):
        """Return a picture as it is kept."""
        return base64.b64decode(self._call("small", picture, SCALE, quality))

    def marked(self, picture, places):
        """Return a picture with blocks marked."""
        return base64.b64decode(self._call("marked", picture, BLOCK, places.tolist()))

    def _call(self, name, picture, *values):
        return self.page.evaluate(f"(given) => window.{name}(given)", [base64.b64encode(picture).decode(), *values])
