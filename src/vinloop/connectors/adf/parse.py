"""Bytes of a lead file to an AdfDocument: lenient about form, strict about hostility."""

from collections.abc import Iterator

from lxml import etree

from vinloop.connectors.adf import document as d
from vinloop.connectors.adf.decode import decode_adf
from vinloop.connectors.adf.locate import locate
from vinloop.connectors.adf.markup import build_tree
from vinloop.connectors.adf.refusal import AdfRefused
from vinloop.connectors.adf.text import clean_block, clean_line, clean_word

MAX_BYTES = 2 * 1024 * 1024
Element = etree._Element

# Parts of a name that arrive as elements of their own, inside ``name`` or in its place.
_NAME_PARTS = {
    "first": "first",
    "firstname": "first",
    "middle": "middle",
    "middlename": "middle",
    "last": "last",
    "lastname": "last",
    "surname": "last",
    "full": "full",
    "fullname": "full",
    "suffix": "suffix",
}
_CONTACT_TAGS = {"name", "email", "phone", "address", *_NAME_PARTS}


def parse_adf(data: bytes, *, max_bytes: int = MAX_BYTES) -> d.AdfDocument:
    """Read every prospect of a lead file (source: ADF 1.0; DOMAIN.md §4 for the known breakages).

    Raises AdfRefused and nothing else, whatever the bytes. A prospect nobody could answer is left out and
    named in ``problems``; when none is left the file is refused.
    """
    if len(data) > max_bytes:
        raise AdfRefused("too_large", size=len(data), limit=max_bytes)
    root = build_tree(locate(decode_adf(data).text))
    elements = list(_prospect_elements(root))
    if not elements:
        raise AdfRefused("no_prospect")
    read = [_prospect(element) for element in elements]
    problems = [d.Problem(position, "no_customer") for position, one in enumerate(read, 1) if one is None]
    if len(problems) == len(read):
        raise AdfRefused("no_customer")
    return d.AdfDocument(prospects=tuple(one for one in read if one), problems=tuple(problems))


def _prospect_elements(parent: Element) -> Iterator[Element]:
    """Prospects at any depth, but none inside another."""
    for child in parent:
        if child.tag == "prospect":
            yield child
        else:
            yield from _prospect_elements(child)


def _prospect(element: Element) -> d.Prospect | None:
    customer = _customer(_first(element, "customer"))
    if customer is None:
        return None
    vehicles = (_vehicle(one) for one in _all(element, "vehicle"))
    return d.Prospect(
        status=_word(element, "status"),
        ids=_ids(element),
        request_date=_line(element, "requestdate"),
        vehicles=tuple(one for one in vehicles if one != d.Vehicle()),
        customer=customer,
        vendor=_vendor(_first(element, "vendor")),
        provider=_provider(_first(element, "provider")),
    )


def _customer(element: Element | None) -> d.Customer | None:
    contact = _contact(element)
    if element is None or contact is None or not (contact.names or contact.phones or contact.emails):
        return None
    return d.Customer(
        contact=contact,
        ids=_ids(element),
        timeframe=_timeframe(_first(element, "timeframe")),
        comments=_block(element, "comments"),
    )


def _timeframe(element: Element | None) -> d.Timeframe | None:
    if element is None:
        return None
    described = _line(element, "description")
    own_text = clean_line(element.text) if len(element) == 0 else None
    timeframe = d.Timeframe(
        description=described or own_text,
        earliest=_line(element, "earliestdate"),
        latest=_line(element, "latestdate"),
    )
    return timeframe if timeframe != d.Timeframe() else None


def _contact(owner: Element | None) -> d.Contact | None:
    """The contact of a customer, vendor or provider; some senders leave out ``contact`` itself."""
    if owner is None:
        return None
    element = _first(owner, "contact")
    if element is None and owner.tag == "customer" and any(child.tag in _CONTACT_TAGS for child in owner):
        element = owner
    if element is None:
        return None
    contact = d.Contact(
        names=tuple(_names(element)),
        emails=tuple(email for each in _all(element, "email") if (email := _email(each))),
        phones=tuple(phone for each in _all(element, "phone") if (phone := _phone(each))),
        address=_address(_first(element, "address")),
        primary=_flag(element, "primarycontact"),
    )
    return contact if contact != d.Contact(primary=contact.primary) else None


def _names(contact: Element) -> Iterator[d.Name]:
    for child in contact:
        part = _NAME_PARTS.get(str(child.tag))
        if child.tag == "name" and any(str(one.tag) in _NAME_PARTS for one in child):
            yield from _names(child)
        elif child.tag == "name" or part:
            name = _name(child, part)
            if name:
                yield name


def _name(element: Element | None, part: str | None = None) -> d.Name | None:
    value = _own_line(element)
    if element is None or value is None:
        return None
    written = part or _word(element, "part") or "full"
    return d.Name(value=value, part=_NAME_PARTS.get(written, written), type=_word(element, "type"))


def _email(element: Element | None) -> d.Email | None:
    value = _own_line(element)
    if element is None or value is None:
        return None
    return d.Email(value=value, preferred=_flag(element, "preferredcontact"))


def _phone(element: Element | None) -> d.Phone | None:
    value = _own_line(element)
    if element is None or value is None:
        return None
    return d.Phone(
        value=value,
        type=_word(element, "type"),
        time=_word(element, "time"),
        preferred=_flag(element, "preferredcontact"),
    )


def _address(element: Element | None) -> d.Address | None:
    if element is None:
        return None
    streets = sorted(_all(element, "street"), key=_line_number)
    address = d.Address(
        streets=tuple(line for street in streets if (line := _own_line(street))),
        apartment=_line(element, "apartment"),
        city=_line(element, "city"),
        region=_line(element, "regioncode", "state", "province"),
        postal_code=_line(element, "postalcode", "zip"),
        country=_line(element, "country"),
        type=_word(element, "type"),
    )
    return address if address != d.Address(type=address.type) else None


def _line_number(street: Element) -> tuple[int, str]:
    """Orders line numbers as numbers without reading them as such: 2 comes before 10."""
    written = _word(street, "line") or ""
    return len(written), written


def _vendor(element: Element | None) -> d.Vendor | None:
    if element is None:
        return None
    vendor = d.Vendor(
        ids=_ids(element),
        name=_line(element, "vendorname", "name"),
        url=_line(element, "url"),
        contact=_contact(element),
    )
    return vendor if vendor != d.Vendor() else None


def _provider(element: Element | None) -> d.Provider | None:
    if element is None:
        return None
    provider = d.Provider(
        ids=_ids(element),
        name=_name(_first(element, "name")),
        service=_line(element, "service"),
        url=_line(element, "url"),
        email=_email(_first(element, "email")),
        phone=_phone(_first(element, "phone")),
        contact=_contact(element),
    )
    return provider if provider != d.Provider() else None


def _vehicle(element: Element) -> d.Vehicle:
    return d.Vehicle(
        interest=_word(element, "interest"),
        status=_word(element, "status"),
        ids=_ids(element),
        year=_line(element, "year"),
        make=_line(element, "make"),
        model=_line(element, "model"),
        vin=_line(element, "vin"),
        stock=_line(element, "stock"),
        trim=_line(element, "trim"),
        doors=_line(element, "doors"),
        body_style=_line(element, "bodystyle"),
        transmission=_line(element, "transmission"),
        odometer=_odometer(_first(element, "odometer", "mileage")),
        condition=_line(element, "condition"),
        colors=tuple(pair for each in _all(element, "colorcombination") if (pair := _colors(each))),
        image_url=_line(element, "imagetag"),
        prices=tuple(price for each in _all(element, "price") if (price := _price(each))),
        price_comments=_block(element, "pricecomments"),
        options=tuple(option for each in _all(element, "option") if (option := _option(each))),
        finance=_finance(_first(element, "finance")),
        comments=_block(element, "comments"),
    )


def _odometer(element: Element | None) -> d.Odometer | None:
    value = _own_line(element)
    if element is None or value is None:
        return None
    return d.Odometer(value=value, units=_word(element, "units"), status=_word(element, "status"))


def _colors(element: Element) -> d.ColorCombination | None:
    colors = d.ColorCombination(
        interior=_line(element, "interiorcolor"),
        exterior=_line(element, "exteriorcolor"),
        preference=_line(element, "preference"),
    )
    return colors if colors != d.ColorCombination() else None


def _price(element: Element | None) -> d.Price | None:
    value = _own_line(element)
    if element is None or value is None:
        return None
    return d.Price(
        value=value,
        type=_word(element, "type"),
        currency=clean_line(element.get("currency")),
        delta=_word(element, "delta"),
        relative_to=_word(element, "relativeto"),
        source=clean_line(element.get("source")),
    )


def _option(element: Element) -> d.Option | None:
    option = d.Option(
        name=_line(element, "optionname"),
        manufacturer_code=_line(element, "manufacturercode"),
        stock=_line(element, "stock"),
        weighting=_line(element, "weighting"),
        price=_price(_first(element, "price")),
    )
    return option if option != d.Option() else None


def _finance(element: Element | None) -> d.Finance | None:
    if element is None:
        return None
    finance = d.Finance(
        method=_line(element, "method"),
        amounts=tuple(one for each in _all(element, "amount") if (one := _finance_amount(each))),
        balance=_finance_amount(_first(element, "balance")),
    )
    return finance if finance != d.Finance() else None


def _finance_amount(element: Element | None) -> d.FinanceAmount | None:
    value = _own_line(element)
    if element is None or value is None:
        return None
    return d.FinanceAmount(
        value=value,
        type=_word(element, "type"),
        limit=_word(element, "limit"),
        currency=clean_line(element.get("currency")),
    )


def _ids(element: Element) -> tuple[d.AdfId, ...]:
    found = ((_own_line(one), one) for one in _all(element, "id"))
    return tuple(
        d.AdfId(value=value, source=clean_line(one.get("source")), sequence=clean_line(one.get("sequence")))
        for value, one in found
        if value
    )


def _all(parent: Element, *tags: str) -> list[Element]:
    return [child for child in parent if child.tag in tags]


def _first(parent: Element, *tags: str) -> Element | None:
    return next(iter(_all(parent, *tags)), None)


def _all_text(element: Element) -> str:
    return "".join(str(piece) for piece in element.itertext()) if len(element) else element.text or ""


def _own_line(element: Element | None) -> str | None:
    return clean_line(_all_text(element)) if element is not None else None


def _line(parent: Element, *tags: str) -> str | None:
    return next((line for one in _all(parent, *tags) if (line := _own_line(one))), None)


def _block(parent: Element, tag: str) -> str | None:
    return next((text for one in _all(parent, tag) if (text := clean_block(_all_text(one)))), None)


def _word(element: Element, attribute: str) -> str | None:
    return clean_word(element.get(attribute))


def _flag(element: Element, attribute: str) -> bool:
    return _word(element, attribute) in ("1", "true", "yes")
