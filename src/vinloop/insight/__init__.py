"""Insight: what the loop did, in figures that mean the same everywhere and open the list behind them.

Managers decide by these figures, so each one is declared once, with its definition, and counted from the rows the
lists show, never from a copy that could be stale. This room owns the figures, their periods and comparisons, the
boards and their downloads. It must not change anything: it only reads, always within its reader's sight.
"""
