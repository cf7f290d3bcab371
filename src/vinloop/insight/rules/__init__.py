"""Pure rules of the insight room: periods, figures, attribution."""
