"""How Chinese names are read aloud, cached by the character, for pypinyin is slow on whole names."""

from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

from vinloop.kernel.identifiers.text import is_cjk

# As surnames these are read differently from everyday words (《通用规范汉字表》 surname readings).
_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "任": "ren", "华": "hua",
    "朴": "piao", "盖": "ge", "缪": "miao", "翟": "zhai", "尉": "wei", "乐": "yue", "覃": "qin", "召": "shao",
    "员": "yun", "折": "she", "洗": "xian", "冼": "xian", "秘": "bi", "逄": "pang", "种": "chong", "繁": "po",
    "万": "wan", "尹": "yin", "柏": "bai", "葛": "ge", "纪": "ji", "宁": "ning", "沈": "shen", "燕": "yan",
    "郇": "huan", "牟": "mou", "卜": "bu", "车": "che", "石": "shi", "盛": "sheng", "那": "na", "隗": "wei",
    "阚": "kan", "薄": "bo", "都": "du", "么": "yao", "乜": "nie",
}  # fmt: skip
_COMPOUND_LIST = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠"
    "公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁"
    "拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯"
    "西门公祖第五公乘贯丘公皙南荣东里东宫仲长子书子桑即墨达奚褚师"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND_LIST[at : at + 2] for at in range(0, len(_COMPOUND_LIST), 2))
_COMPOUND_READINGS = {
    "万俟": ("mo", "qi"), "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "子车": ("zi", "ju"), "乐正": ("yue", "zheng"),
}  # fmt: skip
# Characters people really read in two ways in names. A dictionary lists many more, from poetry and dialect,
# and would make 王 a Yu.
_ALTERNATIVES = {
    "乐": "yue le", "行": "xing hang", "长": "chang zhang", "重": "zhong chong", "朝": "chao zhao",
    "盛": "sheng cheng", "晟": "sheng cheng", "茜": "qian xi", "绿": "lv lu", "露": "lu lou",
    "柏": "bai bo", "翟": "zhai di", "覃": "qin tan", "单": "shan dan", "曾": "zeng ceng",
    "仇": "qiu chou", "盖": "ge gai", "朴": "piao pu", "区": "ou qu", "查": "zha cha", "解": "xie jie",
    "尉": "wei yu", "缪": "miao mu", "褚": "chu zhu", "祭": "ji zhai", "洗": "xian xi", "员": "yun yuan",
    "折": "she zhe", "车": "che ju", "卜": "bu bo", "娜": "na nuo", "莎": "sha suo", "传": "chuan zhuan",
    "调": "tiao diao", "贾": "jia gu", "省": "sheng xing", "阿": "a e", "都": "du dou", "蔚": "wei yu",
    "峙": "zhi shi", "隗": "wei kui", "宓": "mi fu", "召": "shao zhao", "种": "chong zhong",
    "六": "liu lu", "石": "shi dan", "大": "da dai", "率": "shuai lv", "宿": "su xiu", "厦": "xia sha",
    "薄": "bo bao", "牟": "mou mu", "郗": "xi chi", "阚": "kan han", "谌": "chen shen", "郇": "huan xun",
    "么": "yao me",
}  # fmt: skip
_MOST_SPELLINGS = 8


@lru_cache(maxsize=30_000)
def char_readings(char: str) -> tuple[str, ...]:
    """The toneless readings of one Han character, the commonest first; ü is written v. Empty for others."""
    if not is_cjk(char):
        return ()
    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    readings = dict.fromkeys(found[0]) if found else {}
    return tuple(reading for reading in readings if reading.isascii() and reading.isalpha())


@lru_cache(maxsize=30_000)
def surname_reading(char: str) -> str:
    """The reading of a character that stands first in a name; empty when it is no Han character."""
    if char in _SURNAMES:
        return _SURNAMES[char]
    return next(iter(char_readings(char)), "")


def surname_length(name: str) -> int:
    """How many characters of a Chinese name are the surname: two for 欧阳 and its kind, else one."""
    return 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1


def name_syllables(name: str) -> tuple[str, ...]:
    """The likeliest reading of a Chinese personal name, surname reading first: 单雄信 → shan xiong xin."""
    length = surname_length(name)
    surname = _COMPOUND_READINGS.get(name[:length]) or tuple(map(surname_reading, name[:length]))
    return (*surname, *(next(iter(char_readings(char)), "") for char in name[length:]))


def name_spellings(name: str) -> tuple[tuple[str, ...], ...]:
    """Every likely reading of the name, the likeliest first, at most eight: people type what they say."""
    likeliest = name_syllables(name)
    options = [_options(char, syllable) for char, syllable in zip(name, likeliest, strict=True)]
    spellings = dict.fromkeys([likeliest])
    for combination in product(*options):
        spellings.setdefault(combination)
        if len(spellings) >= _MOST_SPELLINGS:
            break
    return tuple(spellings)


def _options(char: str, likeliest: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((likeliest, *_ALTERNATIVES.get(char, "").split())))
