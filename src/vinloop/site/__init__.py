"""Composition only: settings, addresses, processes, commands and menus.

This room knows every other room and joins them into one product; nobody imports it. It must not hold rules of
its own: what it does is choose, wire and start.
"""
