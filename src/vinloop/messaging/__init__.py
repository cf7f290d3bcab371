"""Messaging: what leaves for a customer or a colleague, and whether it may and did.

It owns outgoing messages, their templates, the consent check and the delivery state. Transports plug in. It must
not decide when to write: the rooms above do.
"""
