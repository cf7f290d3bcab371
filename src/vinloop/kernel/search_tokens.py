"""Search tokens: what a person may type to find somebody, as keyed hashes for one GIN column.

Each searchable object carries an array of 64-bit integers; a search is "contains all of these". That needs no
extension, works for Chinese, and the index gives away neither names nor numbers without the key. The price:
only fragments foreseen here are found, and a hit may be a coincidence, so callers re-check what they show.

Found are: any fragment of a Chinese name; beginnings (two letters or more) of its pinyin from any syllable, of
its initials, and of Latin words; the last 4-11 digits of a telephone number; the last 4-8 characters of a VIN;
plates with and without province; e-mail addresses and the words before the @; reference numbers. All share one
vocabulary, so ``8000`` finds a telephone, a VIN or a plate that ends so.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice, pairwise
from typing import TypedDict, Unpack

from vinloop.kernel.identifiers.email import normalise_email
from vinloop.kernel.identifiers.names import parse_name
from vinloop.kernel.identifiers.phone import parse_phone
from vinloop.kernel.identifiers.pinyin import name_spellings, surname_length
from vinloop.kernel.identifiers.plate import parse_plate
from vinloop.kernel.identifiers.refs import parse_ref
from vinloop.kernel.identifiers.text import fold, has_cjk, is_cjk
from vinloop.kernel.identifiers.vin import parse_vin, suggest_vin

MAX_TOKENS = 96
"""Tokens per object. A customer has about 34 with a phone, 46 with car, plate and mail besides."""
MAX_QUERY_TOKENS = 16
MIN_FRAGMENT = 2

_LONGEST_PREFIX = 14  # letters of a word that tell; longer words are cut here on both sides
_LONGEST_TEXT = 120
_EACH = 3  # phones, cars and plates per object which are found by their tails
_MOST_SPELLINGS = 3
_PERSON_LENGTH = 4  # a longer Chinese name is a company or a transcription: fewer pinyin beginnings
_PHONE_TAILS = range(4, 12)
_VIN_TAILS = range(4, 9)

_RUNS = re.compile(r"\+\d+|[^\W_]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-().]+(?=\d)")
_APOSTROPHES = re.compile(r"['’`´]")
_CJK_GLUE = re.compile(r"[\s·•・]+")
_NON_DIGITS = re.compile(r"\D+")


class SearchTerms(TypedDict, total=False):
    """What one object can be found by. ``phones`` are E.164; ``extra`` are further words (model, city)."""

    names: Iterable[str]
    phones: Iterable[str]
    vins: Iterable[str]
    plates: Iterable[str]
    emails: Iterable[str]
    refs: Iterable[str]
    extra: Iterable[str]


def index_tokens(key: bytes, kind: str, **terms: Unpack[SearchTerms]) -> list[int]:
    """The sorted tokens to store with one object; at most :data:`MAX_TOKENS`, likeliest first.

    ``key`` is secret and at most 64 bytes long, ``kind`` names the sort of object (customer, vehicle).
    """
    hasher = _hasher(key, kind)
    own = dict.fromkeys(_hash(hasher, token) for token in islice(_own_tokens(terms), MAX_TOKENS))
    named = [_name_hashes(key, kind, name) for name in terms.get("names", ())]
    further = [_name_hashes(key, kind, text, False) for text in terms.get("extra", ())]
    by_likelihood = chain(*(likely for likely, _ in (*named, *further)), *(spare for _, spare in named))
    for number in by_likelihood:
        if len(own) >= MAX_TOKENS:
            break
        own[number] = None
    return sorted(own)


def query_tokens(key: bytes, kind: str, text: str) -> list[int]:
    """Tokens an object must all contain to match what was typed; empty when the text is too short to search."""
    words = dict.fromkeys(_query_words(fold(text)[:_LONGEST_TEXT]))
    hasher = _hasher(key, kind)
    return sorted({_hash(hasher, word) for word in islice(words, MAX_QUERY_TOKENS)})


def scope_token(key: bytes, kind: str, organisation_id: object) -> int:
    """The token that says "visible to this organisation": nothing a person types can produce it."""
    return _hash(_hasher(key, kind), f"@{organisation_id}")


# --- hashing --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _hasher(key: bytes, kind: str) -> blake2b:
    return blake2b(f"{kind}|".encode(), digest_size=8, key=key)


def _hash(hasher: blake2b, token: str) -> int:
    own = hasher.copy()
    own.update(token.encode("utf-8", "replace"))
    return int.from_bytes(own.digest(), "big", signed=True)


@lru_cache(maxsize=50_000)  # given names, syllables and initials recur in every second person
def _prefix_hashes(key: bytes, kind: str, word: str) -> tuple[int, ...]:
    """Every beginning of the word, the longest first."""
    hasher = _hasher(key, kind)
    longest = min(len(word), _LONGEST_PREFIX)
    return tuple(_hash(hasher, word[:length]) for length in range(longest, MIN_FRAGMENT - 1, -1))


@lru_cache(maxsize=20_000)
def _fragment_hash(key: bytes, kind: str, fragment: str) -> int:
    return _hash(_hasher(key, kind), fragment)


# --- what is stored -------------------------------------------------------------------------------------------


def _own_tokens(terms: SearchTerms) -> Iterator[str]:
    """References, numbers and addresses, which belong to this object alone."""
    phones = list(terms.get("phones", ()))
    yield from chain.from_iterable(map(_ref_tokens, terms.get("refs", ())))
    yield from chain.from_iterable(map(_phone_tokens, phones[:_EACH]))
    yield from chain.from_iterable(map(_vin_tokens, islice(terms.get("vins", ()), _EACH)))
    yield from chain.from_iterable(map(_plate_tokens, islice(terms.get("plates", ()), _EACH)))
    yield from chain.from_iterable(map(_email_tokens, terms.get("emails", ())))
    yield from phones[_EACH:]


@lru_cache(maxsize=20_000)
def _name_hashes(key: bytes, kind: str, name: str, with_pinyin: bool = True) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What everybody expects to find a name by, and what is dropped first when there is too much."""
    written = fold(name)[:_LONGEST_TEXT]
    likely_words, spare_words = _pinyin_words(written) if with_pinyin else ([], [])
    words = _latin_words(written)
    if len(words) > 1:
        spare_words.append("".join(words))
    fragments = (_fragment_hash(key, kind, fragment) for fragment in _cjk_tokens(written))
    likely = chain(fragments, *(_prefix_hashes(key, kind, word) for word in (*likely_words, *words)))
    spare = chain(*(_prefix_hashes(key, kind, word) for word in spare_words))
    return tuple(dict.fromkeys(likely)), tuple(dict.fromkeys(spare))


def _pinyin_words(written: str) -> tuple[list[str], list[str]]:
    """Words of the likeliest reading, and those of the others."""
    likely: list[str] = []
    spare: list[str] = []
    for run in _chinese_runs(parse_name(written).text):
        first, *others = name_spellings(run)[:_MOST_SPELLINGS]
        likely += _words_of_reading(first, run)
        spare += chain.from_iterable(_words_of_reading(spelling, run) for spelling in others)
    return likely, spare


def _cjk_tokens(text: str) -> Iterator[str]:
    """Single characters and bigrams: any fragment consists of these."""
    for run in _chinese_runs(text):
        yield from map("".join, pairwise(run))
        yield from run


def _chinese_runs(text: str) -> list[str]:
    """The stretches of Han characters; the dot and the space inside a name do not part it."""
    glued = "".join(char if is_cjk(char) else " " for char in _CJK_GLUE.sub("", text))
    return glued.split()


def _words_of_reading(syllables: tuple[str, ...], run: str) -> Iterator[str]:
    """From every syllable on (王小明: wangxiaoming, xiaoming, ming; wxm, xm), and the short form wangxm."""
    initials = "".join(syllable[:1] for syllable in syllables)
    length = surname_length(run)
    for start in range(len(syllables) if len(run) <= _PERSON_LENGTH else 1):
        yield from _spelt("".join(syllables[start:]))
        yield initials[start:]
    yield from _spelt("".join(syllables[:length]) + initials[length:])


def _spelt(pinyin: str) -> Iterator[str]:
    """ü is typed v by some and u by others."""
    yield pinyin
    if "v" in pinyin:
        yield pinyin.replace("v", "u")


def _phone_tokens(e164: str) -> Iterator[str]:
    digits = _NON_DIGITS.sub("", e164)
    yield f"+{digits}"
    yield from (digits[-length:] for length in _PHONE_TAILS if length <= len(digits))


def _vin_tokens(vin: str) -> Iterator[str]:
    value = str(parse_vin(vin) or fold(vin)).lower()
    yield value
    yield from (value[-length:] for length in _VIN_TAILS if length < len(value))


def _plate_tokens(plate: str) -> Iterator[str]:
    parsed = parse_plate(plate)
    if parsed is None:
        yield "".join(_latin_words(plate))
        return
    value = parsed.value.lower()
    yield from (value, value[1:], value[2:], value[-5:], value[-4:])


def _email_tokens(email: str) -> Iterator[str]:
    address = normalise_email(email)
    if address is not None:
        yield address
        yield from (word[:_LONGEST_PREFIX] for word in _latin_words(address.partition("@")[0]))


def _ref_tokens(ref: str) -> Iterator[str]:
    value = ref.lower()
    yield value.replace("-", "")
    yield value.rpartition("-")[2]


# --- what is typed --------------------------------------------------------------------------------------------


def _query_words(text: str) -> Iterator[str]:
    known = _known_identifier(text)
    if known is not None:
        yield known
        return
    for piece in _without_title(_BETWEEN_DIGITS.sub("", text)).split():
        address = normalise_email(piece) if "@" in piece else None
        if address is not None:
            yield address
        else:
            yield from _fragment_tokens(piece.partition("@")[0])


def _known_identifier(text: str) -> str | None:
    """The whole text as one VIN, plate or reference, which may be written with spaces."""
    vin = parse_vin(text) or suggest_vin(text)
    if vin is not None:
        return str(vin).lower()
    plate = parse_plate(text)
    if plate is not None:
        return plate.value.lower()
    ref = parse_ref(text) if "-" in text else None
    return ref.replace("-", "").lower() if ref else None


def _without_title(text: str) -> str:
    """People search for 王先生 and mean everybody called 王."""
    name = parse_name(text) if has_cjk(text) else None
    return name.text if name is not None and name.title and name.text else text


def _fragment_tokens(piece: str) -> Iterator[str]:
    for run in _chinese_runs(piece):
        yield from map("".join, pairwise(run)) if len(run) > 1 else (run,)
    for word in _latin_words(piece):
        if word.lstrip("+").isdigit():
            yield _digits_token(word)
        elif len(word) >= MIN_FRAGMENT:
            yield word[:_LONGEST_PREFIX]


def _digits_token(word: str) -> str:
    """A telephone's tail as typed; with country code or trunk zero, the whole number as stored."""
    longest = _PHONE_TAILS[-1]
    if word[0] in "+0" or len(word) > longest:
        phone = parse_phone(word)
        if phone is not None:
            return phone.e164
    return word.lstrip("+")[-longest:]


def _latin_words(text: str) -> list[str]:
    """Words of anything but Han, in lower case without accents; a number may begin with +."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    bare = "".join(" " if is_cjk(char) else char for char in plain if not unicodedata.combining(char))
    return _RUNS.findall(bare.casefold())
