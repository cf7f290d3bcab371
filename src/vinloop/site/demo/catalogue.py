"""The demo's two brands and six models."""

from __future__ import annotations

from typing import Any

from vinloop.vehicles.models import Brand, CarModel

_YUAN = 100
BRANDS = (("aurora", "曙光", "Aurora"), ("vela", "帆星", "Vela"))
COLOURS = {
    "珠光白": "Pearl white",
    "曜石黑": "Obsidian black",
    "星河蓝": "Galaxy blue",
    "钛灰": "Titanium grey",
    "绯红": "Crimson",
}


def _model(code: str, names: tuple[str, str], kind: tuple[str, str], **more: Any) -> dict[str, Any]:
    body, drive = kind
    return {"code": code, "name": names[0], "name_en": names[1], "body": body, "drive": drive, **more}


def _trim(code: str, name: str, name_en: str, yuan: int) -> dict[str, Any]:
    return {"code": code, "name": name, "name_en": name_en, "price": yuan * _YUAN}


MODELS: tuple[dict[str, Any], ...] = (
    _model(
        "aurora-s", ("曙光 S", "Aurora S"), ("sedan", "hybrid"),
        tagline="一箱油，开到天亮", tagline_en="One tank, all the way to dawn",
        facts={"seats": 5, "length_mm": 4785, "wheelbase_mm": 2780, "boot_l": 480, "power_kw": 145,
               "acceleration_s": 8.1, "consumption_l": 4.3},
        trims=[_trim("comfort", "舒适版", "Comfort", 139_800), _trim("premium", "尊享版", "Premium", 159_800),
               _trim("flagship", "旗舰版", "Flagship", 179_800)],
    ),
    _model(
        "aurora-x", ("曙光 X", "Aurora X"), ("suv", "petrol"),
        tagline="周末，从城市边上开始", tagline_en="The weekend starts where the city ends",
        facts={"seats": 5, "length_mm": 4690, "wheelbase_mm": 2745, "boot_l": 560, "power_kw": 169,
               "torque_nm": 370, "acceleration_s": 7.9, "consumption_l": 7.2},
        trims=[_trim("comfort", "舒适版", "Comfort", 149_800), _trim("premium", "尊享版", "Premium", 174_800),
               _trim("awd", "四驱旗舰版", "AWD Flagship", 204_800)],
    ),
    _model(
        "aurora-m7", ("曙光 M7", "Aurora M7"), ("mpv", "hybrid"),
        tagline="全家人的头等舱", tagline_en="First class for the whole family",
        facts={"seats": 7, "length_mm": 5080, "wheelbase_mm": 3050, "boot_l": 610, "power_kw": 180,
               "acceleration_s": 8.8, "consumption_l": 5.6},
        trims=[_trim("family", "家庭版", "Family", 229_800), _trim("business", "商务版", "Business", 269_800)],
    ),
    _model(
        "vela-e", ("帆星 E", "Vela E"), ("hatchback", "electric"),
        tagline="小身材，大电量", tagline_en="Small outside, long way ahead",
        facts={"seats": 5, "length_mm": 4260, "wheelbase_mm": 2700, "boot_l": 365, "power_kw": 115,
               "acceleration_s": 8.5, "range_km": 510, "consumption_kwh": 12.4},
        trims=[_trim("city", "都市版", "City", 109_800), _trim("long", "长续航版", "Long range", 129_800)],
    ),
    _model(
        "vela-x", ("帆星 X", "Vela X"), ("suv", "electric"),
        tagline="安静地，去远方", tagline_en="Quietly, far away",
        facts={"seats": 5, "length_mm": 4750, "wheelbase_mm": 2890, "boot_l": 590, "power_kw": 220,
               "acceleration_s": 5.9, "range_km": 620, "consumption_kwh": 14.8},
        trims=[_trim("standard", "标准版", "Standard", 199_800), _trim("long", "长续航版", "Long range", 229_800),
               _trim("performance", "性能版", "Performance", 259_800)],
    ),
    _model(
        "vela-gt", ("帆星 GT", "Vela GT"), ("coupe", "electric"),
        tagline="三秒八，听见风", tagline_en="Three point eight seconds to the wind",
        facts={"seats": 4, "length_mm": 4820, "wheelbase_mm": 2900, "boot_l": 400, "power_kw": 360,
               "acceleration_s": 3.8, "range_km": 560, "consumption_kwh": 16.9},
        trims=[_trim("gt", "GT", "GT", 289_800), _trim("gt-s", "GT S", "GT S", 339_800)],
    ),
)  # fmt: skip
POPULARITY = {"aurora-s": 24, "aurora-x": 26, "aurora-m7": 12, "vela-e": 15, "vela-x": 17, "vela-gt": 6}
_UPSELL = {"aurora-s": "aurora-x", "aurora-x": "aurora-m7", "vela-e": "vela-x", "vela-x": "vela-gt"}


def make_catalogue() -> list[CarModel]:
    """Write brands and models; answers the models with their brands."""
    paints = [{"name": name, "name_en": name_en} for name, name_en in COLOURS.items()]
    brands = {
        code: Brand.objects.create(code=code, name=name, name_en=name_en, colours=paints)
        for code, name, name_en in BRANDS
    }
    models = {}
    for position, facts in enumerate(MODELS):
        brand = brands[facts["code"].split("-")[0]]
        price = min(trim["price"] for trim in facts["trims"])
        models[facts["code"]] = CarModel.objects.create(brand=brand, position=position, price_from=price, **facts)
    for code, better in _UPSELL.items():
        models[code].upsell_to = models[better]
        models[code].save(update_fields=["upsell_to"])
    return list(models.values())
