"""Mail in: a listener that takes what portals send, and a pick-up that fetches from a mailbox.

It owns the two ways mail arrives. A message is answered for only after it is kept; what is in it is for the readers
other connectors register (``register_mail_reader``). It must never pass mail on.
"""
