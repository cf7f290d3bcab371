"""Asking: a dealer asks headquarters for a customer it has no relation to, and headquarters decides.

This corner owns the requests and their queue. It must never tell a dealer whether a number, VIN or reference is known
before headquarters has granted the customer: the answer to asking is the same either way (decision 0010).
"""
