"""The shape of an ADF 1.0 document, as sent.

Values stay raw strings: what a phone, a year or a price means is decided later. Text is clean (no control
characters, no blank edges), absent is None, and enumerations are lower case but otherwise untouched.
"""

from msgspec import Struct


class AdfId(Struct, frozen=True):
    """An identifier given by ``source``; ``sequence`` orders several."""

    value: str
    source: str | None = None
    sequence: str | None = None


class Name(Struct, frozen=True):
    """A name or a part of one: first, middle, suffix, last, full; ``type`` individual or business."""

    value: str
    part: str = "full"
    type: str | None = None


class Email(Struct, frozen=True):
    """An address; ``preferred`` when the customer wants to be reached there."""

    value: str
    preferred: bool = False


class Phone(Struct, frozen=True):
    """A number as typed; ``type`` voice, fax, cellphone, pager; ``time`` morning, afternoon, evening…"""

    value: str
    type: str | None = None
    time: str | None = None
    preferred: bool = False


class Address(Struct, frozen=True):
    """A postal address; ``streets`` in the order of their line numbers."""

    streets: tuple[str, ...] = ()
    apartment: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    type: str | None = None


class Contact(Struct, frozen=True):
    """How to reach somebody."""

    names: tuple[Name, ...] = ()
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    address: Address | None = None
    primary: bool = False


class Timeframe(Struct, frozen=True):
    """When the customer means to buy, in words and as earliest and latest date."""

    description: str | None = None
    earliest: str | None = None
    latest: str | None = None


class Customer(Struct, frozen=True):
    """The person or company asking."""

    contact: Contact
    ids: tuple[AdfId, ...] = ()
    timeframe: Timeframe | None = None
    comments: str | None = None


class Odometer(Struct, frozen=True):
    """A reading; ``units`` km or mi by the standard, miles and others in the wild."""

    value: str
    units: str | None = None
    status: str | None = None


class Price(Struct, frozen=True):
    """An amount of money; ``type`` quote, offer, msrp, invoice, call, appraisal, asking."""

    value: str
    type: str | None = None
    currency: str | None = None
    delta: str | None = None
    relative_to: str | None = None
    source: str | None = None


class ColorCombination(Struct, frozen=True):
    """A wish for colours; ``preference`` 1 is the first choice."""

    interior: str | None = None
    exterior: str | None = None
    preference: str | None = None


class Option(Struct, frozen=True):
    """A piece of equipment wanted (``weighting`` above 0) or unwanted (below 0)."""

    name: str | None = None
    manufacturer_code: str | None = None
    stock: str | None = None
    weighting: str | None = None
    price: Price | None = None


class FinanceAmount(Struct, frozen=True):
    """An amount or a balance.

    ``type`` downpayment, monthly, total (of a balance: finance, residual); ``limit`` maximum, minimum, exact.
    """

    value: str
    type: str | None = None
    limit: str | None = None
    currency: str | None = None


class Finance(Struct, frozen=True):
    """How the customer means to pay: cash, finance, lease."""

    method: str | None = None
    amounts: tuple[FinanceAmount, ...] = ()
    balance: FinanceAmount | None = None


class Vehicle(Struct, frozen=True):
    """A car somebody wants, sells or trades in. ``interest`` None means the standard's default, buy."""

    interest: str | None = None
    status: str | None = None
    ids: tuple[AdfId, ...] = ()
    year: str | None = None
    make: str | None = None
    model: str | None = None
    vin: str | None = None
    stock: str | None = None
    trim: str | None = None
    doors: str | None = None
    body_style: str | None = None
    transmission: str | None = None
    odometer: Odometer | None = None
    condition: str | None = None
    colors: tuple[ColorCombination, ...] = ()
    image_url: str | None = None
    prices: tuple[Price, ...] = ()
    price_comments: str | None = None
    options: tuple[Option, ...] = ()
    finance: Finance | None = None
    comments: str | None = None


class Vendor(Struct, frozen=True):
    """The dealer the lead is meant for."""

    name: str | None = None
    ids: tuple[AdfId, ...] = ()
    url: str | None = None
    contact: Contact | None = None


class Provider(Struct, frozen=True):
    """The portal or campaign that sent the lead."""

    name: Name | None = None
    ids: tuple[AdfId, ...] = ()
    service: str | None = None
    url: str | None = None
    email: Email | None = None
    phone: Phone | None = None
    contact: Contact | None = None


class Prospect(Struct, frozen=True):
    """One enquiry; ``status`` new or resend."""

    customer: Customer
    vehicles: tuple[Vehicle, ...] = ()
    status: str | None = None
    ids: tuple[AdfId, ...] = ()
    request_date: str | None = None
    vendor: Vendor | None = None
    provider: Provider | None = None


class Problem(Struct, frozen=True):
    """A prospect left out of the document, by its position in the file counted from 1, and why."""

    position: int
    reason_code: str


class AdfDocument(Struct, frozen=True):
    """The readable prospects of a file; ``problems`` names the others, so that none is lost in silence."""

    prospects: tuple[Prospect, ...]
    problems: tuple[Problem, ...] = ()
