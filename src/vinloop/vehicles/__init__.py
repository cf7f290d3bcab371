"""Vehicles: the catalogue of brands and models, the cars that were built, and who has which.

It owns brands, models, cars by VIN, and ownership over time. It must not know how a car was sold or repaired.
"""
