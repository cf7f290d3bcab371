"""AdfDocument to bytes, strictly as ADF 1.0 wants: order and presence of elements, closed enumerations.

What the standard has no word for is mapped (``miles`` to ``mi``) or left out, never passed on. Required
elements without a value are written empty, which the parser reads back as absent.
"""

from collections.abc import Iterable

from lxml import etree

from vinloop.connectors.adf import document as d
from vinloop.connectors.adf.text import without_controls

_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<?adf version="1.0"?>\n'

_ALLOWED = {
    "prospect/status": {"new", "resend"},
    "vehicle/interest": {"buy", "lease", "sell", "trade-in", "test-drive"},
    "vehicle/status": {"new", "used"},
    "odometer/status": {"unknown", "rolledover", "replaced", "original"},
    "odometer/units": {"km", "mi"},
    "name/part": {"first", "middle", "suffix", "last", "full"},
    "name/type": {"individual", "business"},
    "phone/type": {"voice", "fax", "cellphone", "pager"},
    "phone/time": {"morning", "afternoon", "evening", "nopreference", "day"},
    "address/type": {"work", "home", "delivery"},
    "price/type": {"quote", "offer", "msrp", "invoice", "call", "appraisal", "asking"},
    "price/delta": {"absolute", "relative", "percentage"},
    "price/relativeto": {"msrp", "invoice"},
    "amount/type": {"downpayment", "monthly", "total"},
    "amount/limit": {"maximum", "minimum", "exact"},
    "balance/type": {"finance", "residual"},
}
_SYNONYMS = {
    "vehicle/status": {"cpo": "used", "certified": "used"},
    "vehicle/interest": {"tradein": "trade-in", "trade": "trade-in", "testdrive": "test-drive"},
    "odometer/units": {"miles": "mi", "mile": "mi", "kilometers": "km", "kilometres": "km"},
    "phone/type": {"mobile": "cellphone", "cell": "cellphone", "home": "voice", "work": "voice"},
}
Element = etree._Element


def emit_adf(document: d.AdfDocument) -> bytes:
    """Write a document as UTF-8 ADF 1.0. ``parse_adf`` reads the same document back from it."""
    root = etree.Element("adf")
    for prospect in document.prospects:
        _prospect(root, prospect)
    return _HEAD + etree.tostring(root, encoding="UTF-8")


def _prospect(parent: Element, prospect: d.Prospect) -> None:
    element = _child(parent, "prospect", status=prospect.status)
    _ids(element, prospect.ids)
    _child(element, "requestdate", prospect.request_date)
    for vehicle in prospect.vehicles or (d.Vehicle(),):
        _vehicle(element, vehicle)
    _customer(element, prospect.customer)
    _vendor(element, prospect.vendor or d.Vendor())
    if prospect.provider:
        _provider(element, prospect.provider)


def _customer(parent: Element, customer: d.Customer) -> None:
    element = _child(parent, "customer")
    _contact(element, customer.contact)
    _ids(element, customer.ids)
    if customer.timeframe:
        timeframe = _child(element, "timeframe")
        _child(timeframe, "description", customer.timeframe.description)
        _optional(timeframe, "earliestdate", customer.timeframe.earliest)
        _optional(timeframe, "latestdate", customer.timeframe.latest)
    _optional(element, "comments", customer.comments)


def _vendor(parent: Element, vendor: d.Vendor) -> None:
    element = _child(parent, "vendor")
    _ids(element, vendor.ids)
    _child(element, "vendorname", vendor.name)
    _optional(element, "url", vendor.url)
    _contact(element, vendor.contact or d.Contact())


def _provider(parent: Element, provider: d.Provider) -> None:
    element = _child(parent, "provider")
    _ids(element, provider.ids)
    _name(element, provider.name or d.Name(""))
    _optional(element, "service", provider.service)
    _optional(element, "url", provider.url)
    if provider.email:
        _email(element, provider.email)
    if provider.phone:
        _phone(element, provider.phone)
    if provider.contact:
        _contact(element, provider.contact)


def _contact(parent: Element, contact: d.Contact) -> None:
    element = _child(parent, "contact", primarycontact=_flag(contact.primary))
    for name in contact.names or (d.Name(""),):
        _name(element, name)
    for email in contact.emails:
        _email(element, email)
    for phone in contact.phones:
        _phone(element, phone)
    if contact.address:
        _address(element, contact.address)


def _name(parent: Element, name: d.Name) -> None:
    part = name.part if name.part in _ALLOWED["name/part"] else "full"
    _child(parent, "name", name.value, part=part, type=name.type)


def _email(parent: Element, email: d.Email) -> None:
    _child(parent, "email", email.value, preferredcontact=_flag(email.preferred))


def _phone(parent: Element, phone: d.Phone) -> None:
    preferred = _flag(phone.preferred)
    _child(parent, "phone", phone.value, type=phone.type, time=phone.time, preferredcontact=preferred)


def _address(parent: Element, address: d.Address) -> None:
    element = _child(parent, "address", type=address.type)
    for number, street in enumerate(address.streets or ("",), 1):
        _child(element, "street", street, line=str(number))
    _optional(element, "apartment", address.apartment)
    _optional(element, "city", address.city)
    _optional(element, "regioncode", address.region)
    _optional(element, "postalcode", address.postal_code)
    _optional(element, "country", address.country)


def _vehicle(parent: Element, vehicle: d.Vehicle) -> None:
    element = _child(parent, "vehicle", interest=vehicle.interest, status=vehicle.status)
    _ids(element, vehicle.ids)
    _child(element, "year", vehicle.year)
    _child(element, "make", vehicle.make)
    _child(element, "model", vehicle.model)
    _optional(element, "vin", vehicle.vin)
    _optional(element, "stock", vehicle.stock)
    _optional(element, "trim", vehicle.trim)
    _optional(element, "doors", vehicle.doors)
    _optional(element, "bodystyle", vehicle.body_style)
    _optional(element, "transmission", vehicle.transmission)
    if vehicle.odometer:
        reading = vehicle.odometer
        _child(element, "odometer", reading.value, status=reading.status, units=reading.units)
    _optional(element, "condition", vehicle.condition)
    _wishes(element, vehicle)
    _optional(element, "comments", vehicle.comments)


def _wishes(element: Element, vehicle: d.Vehicle) -> None:
    for colors in vehicle.colors:
        combination = _child(element, "colorcombination")
        _child(combination, "interiorcolor", colors.interior)
        _child(combination, "exteriorcolor", colors.exterior)
        _child(combination, "preference", colors.preference)
    _optional(element, "imagetag", vehicle.image_url)
    for price in vehicle.prices:
        _price(element, price)
    _optional(element, "pricecomments", vehicle.price_comments)
    for option in vehicle.options:
        _option(element, option)
    if vehicle.finance:
        _finance(element, vehicle.finance)


def _price(parent: Element, price: d.Price) -> None:
    _child(
        parent,
        "price",
        price.value,
        type=price.type,
        currency=price.currency,
        delta=price.delta,
        relativeto=price.relative_to,
        source=price.source,
    )


def _option(parent: Element, option: d.Option) -> None:
    element = _child(parent, "option")
    _child(element, "optionname", option.name)
    _optional(element, "manufacturercode", option.manufacturer_code)
    _optional(element, "stock", option.stock)
    _optional(element, "weighting", option.weighting)
    if option.price:
        _price(element, option.price)


def _finance(parent: Element, finance: d.Finance) -> None:
    element = _child(parent, "finance")
    _child(element, "method", finance.method)
    for amount in finance.amounts:
        _finance_amount(element, "amount", amount)
    if finance.balance:
        _finance_amount(element, "balance", finance.balance)


def _finance_amount(parent: Element, tag: str, amount: d.FinanceAmount) -> None:
    limit = amount.limit if tag == "amount" else None
    _child(parent, tag, amount.value, type=amount.type, limit=limit, currency=amount.currency)


def _ids(parent: Element, ids: Iterable[d.AdfId]) -> None:
    for one in ids:
        _child(parent, "id", one.value, sequence=one.sequence, source=one.source)


def _child(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    element = etree.SubElement(parent, tag)
    element.text = without_controls(text) if text else None
    for name, value in attributes.items():
        strict = _strict(f"{tag}/{name}", value)
        if strict:
            element.set(name, without_controls(strict))
    return element


def _optional(parent: Element, tag: str, text: str | None) -> None:
    if text:
        _child(parent, tag, text)


def _strict(attribute: str, value: str | None) -> str | None:
    """The value as the standard spells it; None when its closed list has no such word."""
    if value is None or attribute not in _ALLOWED:
        return value
    known = _SYNONYMS.get(attribute, {}).get(value, value)
    return known if known in _ALLOWED[attribute] else None


def _flag(preferred: bool) -> str | None:
    return "1" if preferred else None
