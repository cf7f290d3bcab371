"""Make the pictures of the docs: the browser journeys on a fresh installation with the whole demo.

``python tools/pictures.py [NAME …]`` writes ``docs/images/*.png``, or only those named. The data is the same on every
run as far as the calendar allows, so look at the result before you commit it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
JOURNEYS = ("tests/journeys/test_pictures.py", "tests/journeys/test_loop_journey.py")
MOST_BYTES = 200_000


def main(wanted: list[str]) -> int:
    """Take all pictures, keep the wanted ones small; the exit status of the journeys."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    from tests.site.runtime_processes import Installation

    with tempfile.TemporaryDirectory(prefix="vinloop-pictures-") as folder:
        taken = Path(folder) / "taken"
        taken.mkdir()
        here = Installation(Path(folder) / "home")
        for words in (("migrate",), ("demo",)):
            here.run(*words).check_returncode()
        with here.up() as up:
            status = walk(f"http://localhost:{here.port}", taken)
            up.send_signal(signal.SIGINT)
            up.wait(30)
        for picture in sorted(taken.glob("*.png")):
            if not wanted or picture.stem in wanted:
                shrink(picture, IMAGES / picture.name)
    return status


def walk(site: str, taken: Path) -> int:
    """Run the journeys that pass by what the docs show."""
    environment = os.environ | {"VINLOOP_JOURNEY_SITE": site, "VINLOOP_PICTURES": str(taken)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *JOURNEYS], check=False, cwd=ROOT, env=environment
    ).returncode


def shrink(picture: Path, target: Path) -> None:
    """With a palette: enough for a screen of text, and bearable for a gradient.

    Raises ``ValueError`` for one that would still make the repository heavy.
    """
    target.parent.mkdir(exist_ok=True)
    with Image.open(picture) as image:
        light = image.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, 1, dither=Image.Dither.NONE)
        light.save(target, optimize=True)
    if target.stat().st_size > MOST_BYTES:
        raise ValueError(f"{target.name} has {target.stat().st_size} bytes; show less of it")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
