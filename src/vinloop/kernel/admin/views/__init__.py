"""The administration's screens, one file per subject. No rule lives here: parse, call one action or query, render."""
