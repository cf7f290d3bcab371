"""Reads of the insight room: one statement per block of a board, within the reader's sight."""
