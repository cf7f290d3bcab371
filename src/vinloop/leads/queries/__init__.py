"""Reads of the leads room, scoped to an actor."""
