"""Names of people: as written, as shown, and whether two of them can be the same person's."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from vinloop.kernel.identifiers.pinyin import name_spellings, name_syllables, surname_length
from vinloop.kernel.identifiers.text import fold, has_cjk, is_cjk

# 胡梓玲(车主), 胡梓玲-试驾, 姜涵/VIP
_REMARK = re.compile(r"[(\[【<][^)\]】>]*[)\]】>]|[-_/]\s*[\u4e00-\u9fff]{1,6}$|(?<=[\u4e00-\u9fff])/\s*\w{1,8}$")
_TITLE_ZH = re.compile(r"(?:先生|女士|小姐|太太|夫人|老师|师傅|医生|教授|经理|老板|同志|阿姨|总)$")
_TITLE_EN = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|mme|herr|frau)(?:\.\s*|\s+|$)", re.I)
_SUFFIX_EN = re.compile(r"[,\s]+(?:jr|sr|ii|iii|iv|esq|phd|md)\.?$", re.I)
_SPACES = re.compile(r"\s+")
_DOTS = re.compile(r"[·•・‧∙]")
_NOT_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name without titles and remarks. ``title`` keeps what stood there (先生, Mr), for the greeting."""

    text: str
    title: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def is_chinese(self) -> bool:
        """Whether it is written in Han characters."""
        return has_cjk(self.text)

    @property
    def family(self) -> str:
        """The surname: first character(s) of a Chinese name, last word of a Western one."""
        if self.is_chinese:
            return self.text[: surname_length(self.text)]
        return self.text.rpartition(" ")[2]

    @property
    def given(self) -> str:
        """All but the surname; empty when only the surname is known (王先生)."""
        if self.is_chinese:
            return self.text[surname_length(self.text) :]
        return self.text.rpartition(" ")[0]


@lru_cache(maxsize=8192)
def parse_name(text: str) -> PersonName:
    """The name in one spelling: Unicode folded, remarks and titles taken off, Chinese without spaces."""
    value = _SPACES.sub(" ", _REMARK.sub("", _DOTS.sub("·", fold(text)))).strip(" ,.、-")
    value, title = _split_title(value)
    if has_cjk(value):
        value = value.replace(" ", "")
    elif value.count(",") == 1:  # "Example, Ann"
        family, _, given = value.partition(",")
        value = f"{given.strip()} {family.strip()}"
    return PersonName(value.strip(), title)


def normalise_name(text: str) -> str:
    """The name without titles, remarks and stray spaces: ``王 建国先生（车主）`` → ``王建国``."""
    return parse_name(text).text


def display_name(first: str = "", last: str = "", full: str = "", script: str = "") -> str:
    """The name as people of its script write it: 姓名 joined, Western ``First Last``.

    ``full`` wins when given. ``script`` is ``Hans``, ``Latn`` or empty, which looks at the characters.
    """
    if full.strip():
        return _SPACES.sub(" ", fold(full))
    first, last = fold(first), fold(last)
    chinese = script == "Hans" or (not script and has_cjk(first + last))
    return f"{last}{first}" if chinese else f"{first} {last}".strip()


def mask_name(text: str) -> str:
    """What a person without the right to see the name sees: ``王**``, ``A. E.``."""
    name = parse_name(text)
    if name.is_chinese:
        return name.family + "*" * min(len(name.given), 2)
    return " ".join(f"{word[0].upper()}." for word in name.text.split())


def names_compatible(a: str, b: str) -> bool:
    """Whether both can name one person. An empty name contradicts nothing; neither does a bare surname.

    王建国 agrees with 王先生, Wang Jianguo and Jianguo Wang; ``A. Example`` with ``Ann Example``.
    Chinese names which sound alike agree too (王子艳 and 王梓艳, 黄涛 and 黃濤): the second was taken down by
    ear or in traditional characters. Any other two full given names never agree, however alike they look:
    that judgement is the matcher's.
    """
    one, two = parse_name(a), parse_name(b)
    if not one.text or not two.text or one.text.casefold() == two.text.casefold():
        return True
    if one.is_chinese and two.is_chinese:
        return _chinese_agree(one.text, two.text)
    if one.is_chinese or two.is_chinese:
        chinese, latin = (one, two) if one.is_chinese else (two, one)
        return _pinyin_agrees(_only_han(chinese.text), latin_words(latin.text))
    return _latin_agree(latin_words(one.text), latin_words(two.text))


def _split_title(value: str) -> tuple[str, str]:
    for pattern in (_TITLE_ZH, _TITLE_EN):
        match = pattern.search(value)
        if match:
            rest = value[: match.start()] + value[match.end() :]
            return _SUFFIX_EN.sub("", rest).strip(), match[0].strip(" .")
    return _SUFFIX_EN.sub("", value), ""


def _only_han(text: str) -> str:
    return "".join(filter(is_cjk, text))


def _chinese_agree(one: str, two: str) -> bool:
    """The same characters, a bare surname, or a given name called without the surname (建国)."""
    short, long = sorted((one.replace("·", ""), two.replace("·", "")), key=len)
    if short == long:
        return True
    if len(short) == len(long):
        return name_syllables(short) == name_syllables(long)
    bare_surname = short == long[: surname_length(long)]
    return bare_surname or (len(short) == 2 and len(long) in (3, 4) and long.endswith(short))


def latin_words(text: str) -> list[str]:
    """The words of a Western name in plain lower-case letters: ``Ann-Marie Müller`` → ann, marie, muller."""
    plain = text.casefold().replace("ü", "v").replace("ß", "ss")
    ascii_text = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii")
    return [word for word in _NOT_LETTERS.split(ascii_text.replace("'", "")) if word]


def _pinyin_agrees(chinese: str, words: list[str]) -> bool:
    if not words or not chinese:
        return True  # a script we cannot read contradicts nothing
    typed = "".join(words)
    length = surname_length(chinese)
    if len(chinese) == length:  # 李女士: all we know is the surname, which stands first or last
        return bool({words[0], words[-1], typed[: len(name_syllables(chinese)[0])]} & _surname_forms(chinese))
    return any(typed in _latin_forms(spelling, length) for spelling in name_spellings(chinese))


def _surname_forms(surname: str) -> set[str]:
    return {"".join(spelling) for spelling in name_spellings(surname)}


def _latin_forms(spelling: tuple[str, ...], surname_syllables: int) -> set[str]:
    """Everything a passport, a bank card or a chat name makes of one reading, spaces taken out."""
    family = "".join(spelling[:surname_syllables])
    given = spelling[surname_syllables:]
    called = {"".join(given), "".join(syllable[:1] for syllable in given), "".join(given)[:1], ""}
    forms = {form for part in called for form in (family + part, part + family)}
    return forms | {form.replace("v", v) for form in forms if "v" in form for v in ("u", "yu")}


def _latin_agree(one: list[str], two: list[str]) -> bool:
    if not one or not two:
        return True
    if sorted(one) == sorted(two) or "".join(one) in _rotations(two) or "".join(two) in _rotations(one):
        return True
    if len(one) == 1 or len(two) == 1:
        short, long = sorted((one, two), key=len)
        return len(short[0]) > 1 and short[0] in (long[0], long[-1])
    return _western_agree(one, two) or _western_agree(one, [*two[1:], two[0]])


def _rotations(words: list[str]) -> set[str]:
    return {"".join(words[i:] + words[:i]) for i in range(len(words))}


def _western_agree(one: list[str], two: list[str]) -> bool:
    """The same surname, and given names which agree word by word as far as both go."""
    if one[-1] != two[-1]:
        return False
    return all(_given_agrees(x, y) for x, y in zip(one[:-1], two[:-1], strict=False))


def _given_agrees(one: str, two: str) -> bool:
    return one == two or (min(len(one), len(two)) == 1 and one[0] == two[0])
