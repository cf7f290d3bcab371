"""Customers: one golden record per person or organisation, and who may see it.

This room owns golden records, the source records they come from, contact points, consents and the relations
through which a dealer may see a customer. It ties incoming people to known ones (``actions.identify``). It must
not know what customers buy, ask or drive: rooms above say that through events and panels.
"""
