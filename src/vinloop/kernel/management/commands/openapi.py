"""Prints or writes the OpenAPI document."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand
from django.test import RequestFactory
from django.urls import resolve


class Command(BaseCommand):
    """``--write docs/openapi.json`` refreshes the committed snapshot."""

    help = "Print the OpenAPI document of the API, or write it to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One option: where to."""
        parser.add_argument("--write", type=Path, help="the file to write instead of printing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask the view, so that the file is what callers get."""
        view, args, kwargs = resolve("/api/v1/openapi.json")
        content = view(RequestFactory().get("/api/v1/openapi.json"), *args, **kwargs).content
        text = msgspec.json.format(content, indent=1).decode() + "\n"
        if options["write"]:
            options["write"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text)
