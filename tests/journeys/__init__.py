"""Journeys of people through the real product in a real browser.

Everything else is tested closer to its rules. This room proves that the pieces meet: an installation as a newcomer
starts it (web, worker, live updates, database, the small demo), driven only by what a person sees and presses. It
owns the docs' pictures, which are taken on the way. It must not reach into the database, and it knows no address
that a person could not click or type.
"""
