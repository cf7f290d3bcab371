"""Every text has its Chinese; collecting and checking texts finds what it should and nothing else."""

import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.template import Context, Template
from django.test import Client
from django.utils import translation

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import messages
import untranslated

CODE = """\
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

LABEL = _("Dispatch")
KIND = pgettext_lazy("lead source", "Event")
LONG = _now(
    "Two lines "
    "of one text"
)


def counted(n):
    return f"{n}: {_now('In a string')} " + ngettext("%(n)s lead", "%(n)s leads", n) % {"n": n}


def other(_):
    return print("Not for the screen")
"""

PAGE = """\
{% load i18n kit %}<h1 title="{% translate "Leads" %}">{% translate 'Today' context "calendar" %}</h1>
{% blocktranslate count n=total trimmed %}
  {{ n }} row
{% plural %}
  {{ n }} rows
{% endblocktranslate %}{% badge _("Hot") "soon" %}{{ name|default:_("Nobody") }}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one Python file and one template, and no catalogue yet."""
    root = tmp_path / "package"
    (root / "templates").mkdir(parents=True)
    (root / "code.py").write_text(CODE)
    (root / "templates" / "page.html").write_text(PAGE)
    return root


def _catalogue(package: Path) -> Path:
    return package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def _update(package: Path) -> str:
    messages.update(package, _catalogue(package))
    return _catalogue(package).read_text(encoding="utf-8")


def _translate(package: Path, english: str, chinese: str) -> None:
    path = _catalogue(package)
    before = f'msgid "{english}"\nmsgstr ""'
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, f'msgid "{english}"\nmsgstr "{chinese}"'), encoding="utf-8")


def test_nothing_on_screen_lacks_chinese() -> None:
    """What `make check` says; run `make messages-update`, then translate."""
    assert untranslated.findings() == []


def test_every_way_to_mark_a_text_is_collected(package: Path) -> None:
    found = {(each.context, each.singular, each.plural) for each in messages.extract(package)}
    assert found == {
        ("", "Dispatch", ""),
        ("lead source", "Event", ""),
        ("", "Two lines of one text", ""),
        ("", "In a string", ""),
        ("", "%(n)s lead", "%(n)s leads"),
        ("", "Leads", ""),
        ("calendar", "Today", ""),
        ("", "%(n)s row", "%(n)s rows"),
        ("", "Hot", ""),
        ("", "Nobody", ""),
    }


def test_each_text_is_found_on_its_line(package: Path) -> None:
    lines = {each.singular: each.line for each in messages.extract(package)}
    assert (lines["Dispatch"], lines["%(n)s lead"]) == (5, 14)
    assert (lines["Leads"], lines["%(n)s row"]) == (1, 2)


def test_an_update_keeps_translations_and_drops_what_is_not_shown(package: Path) -> None:
    _update(package)
    _translate(package, "Dispatch", "下发")
    _translate(package, "Hot", "热切")
    (package / "code.py").write_text(CODE.replace('"Dispatch"', '"Dispatch now"'))
    text = _update(package)
    assert 'msgid "Hot"\nmsgstr "热切"' in text
    assert 'msgid "Dispatch now"\nmsgstr ""' in text
    assert "下发" not in text
    assert "fuzzy" not in text


def test_an_update_without_a_change_leaves_the_file_as_it_is(package: Path) -> None:
    first = _update(package)
    assert _update(package) == first
    assert "#:" not in first
    assert "POT-Creation-Date" not in first


def test_what_an_update_writes_compiles(package: Path, tmp_path: Path) -> None:
    _update(package)
    with _catalogue(package).open("rb") as source, (tmp_path / "django.mo").open("wb") as target:
        write_mo(target, read_po(source, locale="zh_Hans", abort_invalid=True))
    assert (tmp_path / "django.mo").stat().st_size > 0


def _findings(package: Path) -> list[str]:
    messages.update(package, _catalogue(package))
    return [each for each in untranslated.findings(package, _catalogue(package)) if "no Chinese for" not in each]


def test_a_missing_translation_is_found_with_its_place(package: Path) -> None:
    messages.update(package, _catalogue(package))
    found = untranslated.findings(package, _catalogue(package))
    assert len(found) == 10
    assert f"{package / 'code.py'}:5: no Chinese for 'Dispatch'" in found


def test_a_lost_placeholder_is_found(package: Path) -> None:
    (package / "code.py").write_text(CODE.replace("Dispatch", "%(who)s came"))
    messages.update(package, _catalogue(package))
    _translate(package, "%(who)s came", "来了")
    assert "'%(who)s came' has ['%(who)s']" in _findings(package)[0]


def test_a_text_nobody_shows_any_more_is_found(package: Path) -> None:
    messages.update(package, _catalogue(package))
    _translate(package, "Hot", "热切")
    (package / "templates" / "page.html").write_text("")
    found = untranslated.findings(package, _catalogue(package))
    assert any("nobody shows 'Hot' any more" in each for each in found)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Not translated</p>",
        '<button aria-label="Close">x</button>',
        "{% if a %}Hello{% endif %}",
        "<p>你好</p>",
        "<p>{{ a }} days</p>",
    ],
)
def test_words_past_the_catalogue_are_found_in_templates(package: Path, line: str) -> None:
    (package / "templates" / "page.html").write_text(f"{PAGE}{line}\n")
    assert [each.split(": ")[0] for each in _findings(package)] == [f"{package / 'templates' / 'page.html'}:7"]


@pytest.mark.parametrize(
    "line",
    [
        '<p class="vl-quiet" data-kind="lead">{{ a }} · 1–2 · VIN</p>',
        "<code>leads.lead:read</code><kbd>Enter</kbd>",
        "{% comment %}Why this is so{% endcomment %}{# And this #}<!-- 说明 -->",
        "<script>const words = 1;</script>",
        '<a {% if a %}class="is-on"{% endif %} href="{{ a }}?day={{ b }}">{{ c }}</a>',
        "{% blocktranslate %}Hello <strong>{{ a }}</strong>{% endblocktranslate %}",
    ],
)
def test_what_is_no_text_of_ours_is_left_alone(package: Path, line: str) -> None:
    (package / "templates" / "page.html").write_text(f"{PAGE}{line}\n")
    assert _findings(package) == []


def test_chinese_in_code_is_found_unless_it_is_data_pattern_or_example(package: Path) -> None:
    allowed = 'import re\n"""说明"""\nYEAR = re.compile("年")\nHINT = _("15.8万 is fine")\n'
    (package / "code.py").write_text(f"{CODE}{allowed}")
    (package / "network").mkdir()
    (package / "network" / "places.py").write_text('CITY = "上海"\n')
    assert _findings(package) == []
    (package / "code.py").write_text(f'{CODE}{allowed}NAME = "客户"\n')
    assert "code.py:23: Chinese outside the catalogue: '客户'" in _findings(package)[0]


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "下发"), ("en", "Dispatch")])
def test_a_template_speaks_the_readers_language(language: str, word: str) -> None:
    with translation.override(language):
        assert Template('{% load i18n %}{% translate "Dispatch" %}').render(Context()) == word


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "登录"), ("en", "Log in")])
def test_a_page_speaks_the_readers_language(client: Client, language: str, words: str) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": language}).content.decode()
    assert words in page
    assert f'lang="{language}' in page.lower()
