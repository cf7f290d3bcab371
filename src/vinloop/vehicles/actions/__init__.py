"""Writes of the vehicles room: resolving what people ask for, the catalogue, and deliveries."""

from vinloop.vehicles.actions.catalogue import BrandValues, ModelValues, save_brand, save_model
from vinloop.vehicles.actions.deliveries import DeliveryFacts, record_vehicle_delivery
from vinloop.vehicles.actions.interests import resolve_brand, resolve_interests

__all__ = [
    "BrandValues",
    "DeliveryFacts",
    "ModelValues",
    "record_vehicle_delivery",
    "resolve_brand",
    "resolve_interests",
    "save_brand",
    "save_model",
]
