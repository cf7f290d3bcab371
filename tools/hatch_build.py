"""Called while a wheel is built: translations are compiled, and a wheel without the browser's files is refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompletenessHook(BuildHookInterface[Any]):
    """What is installed by pip must work without Node and without gettext."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del build_data
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "tools"))
        from compile_messages import compile_messages

        compile_messages(root / "src" / "vinloop")
        if not any((root / "src/vinloop/kernel/static/dist").glob("*.js")):
            raise RuntimeError("the browser's files are missing; run: make assets (or make wheel, which does it)")
