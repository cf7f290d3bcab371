"""Screens of the insight room."""
