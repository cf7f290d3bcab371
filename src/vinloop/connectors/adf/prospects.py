"""What the capture of a lead needs, flattened out of an ADF document."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from vinloop.connectors.adf import document as d
from vinloop.connectors.adf import values

_WANTED = ("buy", "lease", "test-drive", None)
_OFFERED = ("trade-in", "tradein", "trade", "sell")
_PRICE_TRUST = ("quote", "offer", "asking", "msrp", "invoice")
_PHONE_TRUST = ("cellphone", "mobile", "cell", "voice", None)
_NOT_DIALLED = ("fax", "pager")


class TradeIn(Struct, frozen=True):
    """The car the customer gives. ``odometer_km`` is None when no unit is said; see ``odometer_text``."""

    make: str | None = None
    model: str | None = None
    year: int | None = None
    trim: str | None = None
    vin: str | None = None
    odometer_km: int | None = None
    odometer_text: str | None = None
    comments: str | None = None


class AdfLead(Struct, frozen=True):
    """One enquiry in the words of a lead; phones, names and brands still as typed.

    ``requested_at`` is in UTC, or None; ``price_amount`` is in whole units of ``price_currency`` (ISO 4217),
    not minor units. ``other_wanted`` names further wanted cars in words.
    """

    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    is_business: bool = False
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    country: str | None = None
    postal_code: str | None = None
    address: str | None = None
    interest: str | None = None
    vehicle_status: str | None = None
    year: int | None = None
    make: str | None = None
    model: str | None = None
    trim: str | None = None
    vin: str | None = None
    stock: str | None = None
    price_amount: Decimal | None = None
    price_currency: str | None = None
    other_wanted: tuple[str, ...] = ()
    trade_in: TradeIn | None = None
    timeframe: str | None = None
    earliest_date: date | None = None
    latest_date: date | None = None
    comments: str | None = None
    provider_name: str | None = None
    provider_service: str | None = None
    vendor_name: str | None = None
    external_id: str | None = None
    external_source: str | None = None
    requested_at: datetime | None = None
    is_resend: bool = False


def to_submissions(document: d.AdfDocument) -> list[AdfLead]:
    """One AdfLead per prospect, in the order of the file."""
    return [_lead(prospect) for prospect in document.prospects]


def _lead(prospect: d.Prospect) -> AdfLead:
    customer, contact = prospect.customer, prospect.customer.contact
    wanted = _by_interest(prospect.vehicles, _WANTED)
    offered = _by_interest(prospect.vehicles, _OFFERED)
    car = wanted[0] if wanted else d.Vehicle(interest=offered[0].interest if offered else None)
    price = _best_price(car.prices)
    address = contact.address or d.Address()
    timeframe = customer.timeframe or d.Timeframe()
    provider = prospect.provider or d.Provider()
    reference = prospect.ids[0] if prospect.ids else None
    return AdfLead(
        full_name=_full_name(contact.names),
        first_name=_name_part(contact.names, "first"),
        last_name=_name_part(contact.names, "last"),
        is_business=any(name.type == "business" for name in contact.names),
        phones=_dialled(contact.phones),
        emails=_unique(email.value for email in sorted(contact.emails, key=lambda one: not one.preferred)),
        city=address.city,
        region=address.region,
        country=address.country,
        postal_code=address.postal_code,
        address=_joined([*address.streets, address.apartment], " "),
        interest=_interest(car) if prospect.vehicles else None,
        vehicle_status=car.status,
        year=values.year(car.year),
        make=car.make,
        model=car.model,
        trim=car.trim,
        vin=car.vin,
        stock=car.stock,
        price_amount=values.amount(price.value) if price else None,
        price_currency=values.currency(price.currency) if price else None,
        other_wanted=tuple(text for other in wanted[1:] if (text := _in_words(other))),
        trade_in=_trade_in(offered[0]) if offered else None,
        timeframe=timeframe.description,
        earliest_date=values.day(timeframe.earliest),
        latest_date=values.day(timeframe.latest),
        comments=_joined([customer.comments, car.comments, car.price_comments], "\n"),
        provider_name=_provider_name(provider),
        provider_service=provider.service,
        vendor_name=prospect.vendor.name if prospect.vendor else None,
        external_id=reference.value if reference else None,
        external_source=reference.source if reference else None,
        requested_at=values.moment(prospect.request_date),
        is_resend=prospect.status == "resend",
    )


def _interest(car: d.Vehicle) -> str:
    """``buy`` is the default of the standard."""
    return car.interest or "buy"


def _by_interest(vehicles: Sequence[d.Vehicle], interests: Sequence[str | None]) -> list[d.Vehicle]:
    """Vehicles of the given interests; a word nobody knows counts as wanting the car."""
    known = {*_WANTED, *_OFFERED}
    return [
        vehicle
        for vehicle in vehicles
        if vehicle.interest in interests or (None in interests and vehicle.interest not in known)
    ]


def _best_price(prices: Sequence[d.Price]) -> d.Price | None:
    """The price closest to what the customer was told."""
    usable = [price for price in prices if values.amount(price.value) is not None]
    return min(usable, key=lambda price: _rank(price.type, _PRICE_TRUST), default=None)


def _dialled(phones: Sequence[d.Phone]) -> tuple[str, ...]:
    """Numbers a person can be called at: the preferred one first, then mobile before others; no fax."""
    usable = [phone for phone in phones if phone.type not in _NOT_DIALLED]
    usable.sort(key=lambda phone: (not phone.preferred, _rank(phone.type, _PHONE_TRUST)))
    return _unique(phone.value for phone in usable)


def _rank(word: str | None, order: Sequence[str | None]) -> int:
    return order.index(word) if word in order else len(order)


def _full_name(names: Sequence[d.Name]) -> str | None:
    """The name as sent in full, else put together: family name first and unspaced in Chinese characters."""
    written = _name_part(names, "full")
    if written:
        return written
    parts = [name for part in ("first", "middle", "last", "suffix") if (name := _name_part(names, part))]
    if parts and all(char >= "\u2e80" for part in parts for char in part):
        last = _name_part(names, "last") or ""
        return last + "".join(part for part in parts if part != last)
    return _joined(parts, " ")


def _name_part(names: Sequence[d.Name], part: str) -> str | None:
    return next((name.value for name in names if name.part == part), None)


def _provider_name(provider: d.Provider) -> str | None:
    contact_names = provider.contact.names if provider.contact else ()
    return provider.name.value if provider.name else _full_name(contact_names)


def _trade_in(car: d.Vehicle) -> TradeIn:
    reading = car.odometer or d.Odometer("")
    return TradeIn(
        make=car.make,
        model=car.model,
        year=values.year(car.year),
        trim=car.trim,
        vin=car.vin,
        odometer_km=values.kilometres(reading.value, reading.units),
        odometer_text=_joined([reading.value, reading.units], " "),
        comments=_joined([car.comments, car.condition], "\n"),
    )


def _in_words(car: d.Vehicle) -> str | None:
    return _joined([car.year, car.make, car.model, car.trim], " ")


def _joined(texts: Iterable[str | None], separator: str) -> str | None:
    return separator.join(_unique(text for text in texts if text)) or None


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
