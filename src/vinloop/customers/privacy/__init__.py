"""What the law gives to the people in the book: access, correction, erasure, limits of keeping, consent by purpose.

This corner of the customers room owns the requests, their deadlines and proofs, the nightly forgetting, and the guarded
ways out of the house (a person's own data, a list of customers, an identity number). What each room keeps about people
is the room's own to give out and erase (``customers.personal_data``); nothing here knows a table of an upper room.
"""
