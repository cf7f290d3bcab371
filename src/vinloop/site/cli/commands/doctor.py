"""`vinloop doctor`: looks at everything the product needs and says what to fix."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from vinloop.site.cli.output import say, say_json
from vinloop.site.runtime.checks import Finding, Level, examine
from vinloop.site.runtime.config import config

NAME = "doctor"
HELP = "check configuration, database, workers and mail, and say what to fix"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: argparse.Namespace) -> int:
    findings = examine(config())
    if options.json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _say(finding)
    return 1 if any(finding.level is Level.FAIL for finding in findings) else 0


def _say(finding: Finding) -> None:
    say(f"{finding.level:4}  {finding.subject}: {finding.text}")
    if finding.remedy:
        say(f"      → {finding.remedy}")
