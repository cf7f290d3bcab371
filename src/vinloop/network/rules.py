"""Pure decisions of the network room: distances and which dealer is nearer."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
_POLE = 89.9


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees between which every point within some distance lies."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point is inside; a box over the date line reaches beyond ±180."""
        inside = any(self.west <= longitude + turn <= self.east for turn in (-360, 0, 360))
        return self.south <= latitude <= self.north and inside


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance by the haversine formula on a sphere of the Earth's mean radius (error < 0.5 %)."""
    north, south = radians(latitude), radians(other_latitude)
    across = radians(other_longitude - longitude)
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def box_around(latitude: float, longitude: float, radius_km: float) -> Box:
    """The box that holds every point within the radius; cheap to test before the distance is computed."""
    reach = degrees(radius_km / EARTH_RADIUS_KM)
    south, north = latitude - reach, latitude + reach
    if south < -_POLE or north > _POLE:
        return Box(south, north, -360, 360)
    share = sin(radians(reach)) / cos(radians(latitude))
    wide = degrees(asin(share)) if share < 1 else 180.0
    return Box(south, north, longitude - wide, longitude + wide)
