"""Outgoing webhooks (Standard Webhooks 1.0): programs outside are told of facts their organisation may see.

It owns endpoints, their secrets, deliveries and the patience with which they are repeated. A payload carries
references and figures, never a person's data. It must not call an address inside our own network, and not decide
what is worth telling: every public fact can be subscribed to.
"""
