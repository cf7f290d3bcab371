"""Orders: what a dealer sold and handed over.

It owns orders and deliveries, and at a delivery makes the car, its owner and the customer link exist at headquarters.
It moves the lead on through the leads room's actions. Stock, configuration and the plant will live here too.
"""
