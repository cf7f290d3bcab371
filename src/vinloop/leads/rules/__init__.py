"""Pure decisions about leads: states, levels, clocks, scores. No Django, no database."""
