"""Leads: one person's intent to buy, from first interest to a disposition headquarters can see.

This room owns capture, verification, dispatch, the dealer's follow-up, showroom visits and test drives. Every way
in ends in ``actions.capture_leads``; every change of state goes through the table in ``rules.states``. It must not
know orders or deliveries: the orders room above moves a lead on through ``actions.record_order`` and
``actions.record_delivery``.
"""
