"""Template tags of the web kit: one library, ``{% load kit %}``.

They exist so that a time, an amount, a phone or a form field looks and behaves the same on every screen.
They format what they are given and decide nothing.
"""
