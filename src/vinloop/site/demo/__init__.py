"""The demo: a believable manufacturer with its dealers and a year of closed-loop history, to try the product on.

A newcomer must see full boards and running clocks a minute after the first start, and tests and screenshots need
the same picture every time. This package owns that content. It writes rows in bulk, as the actions would have left
them, with their facts, search tokens and accesses; it must not be used on an installation that has real data, and
refuses to. Everybody in it is invented; numbers and addresses are from ranges nobody uses.
"""

from vinloop.site.demo.loading import DEMO_LOGIN, DemoRefused, list_logins, load, wait_for_loading

__all__ = ["DEMO_LOGIN", "DemoRefused", "list_logins", "load", "wait_for_loading"]
