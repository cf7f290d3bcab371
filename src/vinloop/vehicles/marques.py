"""Marques buyers name in enquiries and trade-ins, in both languages, so that 丰田 and Toyota are one brand."""

from __future__ import annotations

from vinloop.vehicles.rules import name_key

# code, Chinese, English
MARQUES: tuple[tuple[str, str, str], ...] = (
    ("audi", "奥迪", "Audi"),
    ("avatr", "阿维塔", "Avatr"),
    ("baojun", "宝骏", "Baojun"),
    ("bmw", "宝马", "BMW"),
    ("buick", "别克", "Buick"),
    ("byd", "比亚迪", "BYD"),
    ("cadillac", "凯迪拉克", "Cadillac"),
    ("changan", "长安", "Changan"),
    ("chery", "奇瑞", "Chery"),
    ("chevrolet", "雪佛兰", "Chevrolet"),
    ("citroen", "雪铁龙", "Citroën"),
    ("denza", "腾势", "Denza"),
    ("exeed", "星途", "Exeed"),
    ("ford", "福特", "Ford"),
    ("gacaion", "埃安", "Aion"),
    ("geely", "吉利", "Geely"),
    ("greatwall", "长城", "Great Wall"),
    ("haval", "哈弗", "Haval"),
    ("honda", "本田", "Honda"),
    ("hongqi", "红旗", "Hongqi"),
    ("hyundai", "现代", "Hyundai"),
    ("infiniti", "英菲尼迪", "Infiniti"),
    ("jaguar", "捷豹", "Jaguar"),
    ("jeep", "吉普", "Jeep"),
    ("jetour", "捷途", "Jetour"),
    ("kia", "起亚", "Kia"),
    ("landrover", "路虎", "Land Rover"),
    ("leapmotor", "零跑", "Leapmotor"),
    ("lexus", "雷克萨斯", "Lexus"),
    ("liauto", "理想", "Li Auto"),
    ("lincoln", "林肯", "Lincoln"),
    ("lynkco", "领克", "Lynk & Co"),
    ("mazda", "马自达", "Mazda"),
    ("mercedesbenz", "奔驰", "Mercedes-Benz"),
    ("mg", "名爵", "MG"),
    ("mini", "迷你", "MINI"),
    ("mitsubishi", "三菱", "Mitsubishi"),
    ("nio", "蔚来", "NIO"),
    ("nissan", "日产", "Nissan"),
    ("peugeot", "标致", "Peugeot"),
    ("porsche", "保时捷", "Porsche"),
    ("renault", "雷诺", "Renault"),
    ("roewe", "荣威", "Roewe"),
    ("skoda", "斯柯达", "Škoda"),
    ("subaru", "斯巴鲁", "Subaru"),
    ("suzuki", "铃木", "Suzuki"),
    ("tank", "坦克", "Tank"),
    ("tesla", "特斯拉", "Tesla"),
    ("toyota", "丰田", "Toyota"),
    ("trumpchi", "传祺", "Trumpchi"),
    ("volkswagen", "大众", "Volkswagen"),
    ("volvo", "沃尔沃", "Volvo"),
    ("wuling", "五菱", "Wuling"),
    ("xiaomi", "小米", "Xiaomi"),
    ("xpeng", "小鹏", "XPeng"),
    ("zeekr", "极氪", "Zeekr"),
)
_OTHER_NAMES = {"vw": "volkswagen", "mercedes": "mercedesbenz", "benz": "mercedesbenz", "chevy": "chevrolet"}
_OTHER_NAMES |= {"北京现代": "hyundai", "东风本田": "honda", "广汽本田": "honda", "一汽丰田": "toyota"}
_OTHER_NAMES |= {"广汽丰田": "toyota", "上汽大众": "volkswagen", "一汽大众": "volkswagen", "上海大众": "volkswagen"}
_OTHER_NAMES |= {"东风日产": "nissan", "上汽通用别克": "buick", "梅赛德斯奔驰": "mercedesbenz"}

_BY_CODE = {code: (code, name, name_en) for code, name, name_en in MARQUES}
_BY_KEY = {name_key(spelling): marque for marque in MARQUES for spelling in marque}
_BY_KEY |= {key: _BY_CODE[code] for key, code in _OTHER_NAMES.items()}


def known_marque(text: str) -> tuple[str, str, str] | None:
    """Code, Chinese and English name of a marque people write in many ways; ``None`` for one not in the list."""
    return _BY_KEY.get(name_key(text))
