"""The network: what headquarters knows about its dealers and stations beyond their place in the tree.

It owns addresses, brands a dealer may sell, territories, capacity, and finds the dealers near a place. It must
not decide who gets a lead: that is the leads room's rule.
"""
