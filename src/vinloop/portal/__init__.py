"""The public site: what somebody who wants a car sees before and after they say so.

This room owns the pages without log-in: models, the "I want to buy" form, the dealer finder and the buyer's own page
behind a signed link. It holds no tables and no sales rules: it calls actions and queries of the rooms below. It must
not show anybody more than the one enquiry their link stands for. Whoever types a phone number that is known already
gets a link that only says "received": knowing a neighbour's number must not open the neighbour's enquiry.
"""
