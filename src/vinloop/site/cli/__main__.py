"""Runs the command as `python -m vinloop.site.cli`; the supervisor starts its children this way."""

import sys

from vinloop.site.cli.entry import main

sys.exit(main())
