"""Compile the translations (.po to .mo) without gettext's programs, which a newcomer does not have."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "vinloop"


def compile_messages(package: Path = PACKAGE) -> int:
    """Compile every catalogue that is newer than its compiled form; returns how many there are."""
    sources = sorted(package.glob("**/LC_MESSAGES/*.po"))
    for source in sources:
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name, domain=source.stem, abort_invalid=True)
        draft = target.with_suffix(".mo.part")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        sys.stdout.write(f"Compiled {source.relative_to(package)}\n")
    return len(sources)


if __name__ == "__main__":
    compile_messages()
