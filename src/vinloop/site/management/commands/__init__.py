"""Run with ``python -m django NAME`` or ``vinloop manage NAME``."""
