"""Intake: everything that arrives from outside is kept byte for byte before anybody tries to understand it.

It owns received documents and the quarantine. A channel (ADF by HTTP or mail, an import file) stores what came, tries
to make something of it, and says how that went; what could not be understood waits here with a reason until a person
replays or dismisses it. It must not parse: that is the channel's work.
"""
