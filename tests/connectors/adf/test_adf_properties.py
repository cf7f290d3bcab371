"""Whatever a document holds, writing and reading give it back; whatever bytes come, only AdfRefused is raised."""

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vinloop.connectors.adf import AdfRefused, emit_adf, extract_adf, parse_adf, to_submissions
from vinloop.connectors.adf import document as d
from vinloop.connectors.adf.text import clean_block, clean_line

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "data" / "adf").glob("*.*ml"))]
SNIPPETS = [b"<", b">", b"</adf>", b"<!--", b"<![CDATA[", b"]]>", b"&", b"&#0;", b"&#xD800;", b"\0", b"\xff"]
SNIPPETS += [b"<!DOCTYPE a [", b"<a:b c=d>", b"'", b'"', b"&lt;adf&gt;", b"<?xml", b"<name>", b"<adf xmlns:='x'>"]

T = TypeVar("T")
raw = st.text(max_size=12)
line = raw.map(clean_line)
sure = raw.map(lambda text: clean_line(text) or "x")
block = st.text(max_size=30).map(clean_block)


def some(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


def maybe(*words: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *words])


def present(strategy: st.SearchStrategy[T], empty: T) -> st.SearchStrategy[T | None]:
    """The value or None, because an element without content is read as absent."""
    return st.none() | strategy.filter(lambda value: value != empty)


ids = some(st.builds(d.AdfId, sure, line, line))
names = st.builds(d.Name, sure, st.sampled_from(["first", "middle", "suffix", "last", "full"]), maybe("business"))
emails = st.builds(d.Email, sure, st.booleans())
phones = st.builds(d.Phone, sure, maybe("voice", "fax", "cellphone"), maybe("morning", "day"), st.booleans())
addresses = st.builds(d.Address, some(sure), line, line, line, line, line, maybe("work", "home"))
placed = addresses.filter(lambda one: one != d.Address(type=one.type))
contacts = st.builds(d.Contact, some(names), some(emails), some(phones), st.none() | placed, st.booleans())
prices = st.builds(d.Price, sure, maybe("quote", "msrp"), line, maybe("absolute"), maybe("msrp"), line)
amounts = st.builds(d.FinanceAmount, sure, maybe("monthly", "total"), maybe("exact"), line)
balances = st.builds(d.FinanceAmount, sure, maybe("finance", "residual"), st.none(), line)
finances = st.builds(d.Finance, line, some(amounts), st.none() | balances)
colors = st.builds(d.ColorCombination, line, line, line).filter(lambda one: one != d.ColorCombination())
options = st.builds(d.Option, line, line, line, line, st.none() | prices).filter(lambda one: one != d.Option())
odometers = st.builds(d.Odometer, sure, maybe("km", "mi"), maybe("original"))
vehicles = st.builds(
    d.Vehicle,
    interest=maybe("buy", "lease", "sell", "trade-in", "test-drive"),
    status=maybe("new", "used"),
    ids=ids,
    year=line,
    make=line,
    model=line,
    vin=line,
    stock=line,
    trim=line,
    doors=line,
    body_style=line,
    transmission=line,
    odometer=st.none() | odometers,
    condition=line,
    colors=some(colors),
    image_url=line,
    prices=some(prices),
    price_comments=block,
    options=some(options),
    finance=present(finances, d.Finance()),
    comments=block,
).filter(lambda one: one != d.Vehicle())


def reachable(contact: d.Contact) -> bool:
    return bool(contact.names or contact.emails or contact.phones)


any_contact = contacts.filter(lambda one: one != d.Contact(primary=one.primary))
timeframes = present(st.builds(d.Timeframe, line, line, line), d.Timeframe())
customers = st.builds(d.Customer, contacts.filter(reachable), ids, timeframes, block)
vendors = st.builds(d.Vendor, line, ids, line, st.none() | any_contact)
providers = st.builds(
    d.Provider,
    st.none() | names,
    ids,
    line,
    line,
    st.none() | emails,
    st.none() | phones,
    st.none() | any_contact,
)
prospects = st.builds(
    d.Prospect,
    customers,
    some(vehicles),
    maybe("new", "resend"),
    ids,
    line,
    present(vendors, d.Vendor()),
    present(providers, d.Provider()),
)
documents = st.lists(prospects, min_size=1, max_size=2).map(lambda found: d.AdfDocument(tuple(found)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents)
def test_writing_and_reading_give_the_document_back(document: d.AdfDocument) -> None:
    assert parse_adf(emit_adf(document)) == document
    assert len(to_submissions(document)) == len(document.prospects)


@st.composite
def damaged_samples(draw: st.DrawFn) -> bytes:
    """A sample cut, with pieces overwritten, dropped or put in."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        data[start : start + length] = draw(st.sampled_from(SNIPPETS) | st.binary(max_size=6))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@settings(max_examples=300, deadline=None)
@given(damaged_samples())
def test_damaged_files_are_read_or_refused(data: bytes) -> None:
    with suppress(AdfRefused):
        to_submissions(parse_adf(data))


@settings(max_examples=150, deadline=None)
@given(damaged_samples() | st.binary(max_size=300))
def test_damaged_mail_never_raises(data: bytes) -> None:
    for lead in extract_adf(data):
        assert isinstance(lead, bytes)
