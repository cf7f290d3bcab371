"""The sentences which scripts say, in the reader's language: scripts contain no text of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from vinloop.kernel.web.times import clock_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_WORDS: dict[str, str | Promise] = {
    "error.network": gettext_lazy("The server did not answer. Nothing is lost: please try again."),
    "error.offline": gettext_lazy(
        "You are offline. What you type stays here and can be sent when the connection is back."
    ),
    "error.server": gettext_lazy("Something failed on our side. What you typed is still here: please try again."),
    "error.denied": gettext_lazy("Your role does not allow this. Ask your administrator."),
    "error.conflict": gettext_lazy("Somebody changed this meanwhile. Reload to see both."),
    "error.gone": gettext_lazy("This is no longer here. Reload the page."),
    "error.large": gettext_lazy("This is too large to send."),
    "error.busy": gettext_lazy("Too many requests. Please wait a minute."),
    "error.signed_out": gettext_lazy("You have been logged out. Log in again in another tab, then repeat."),
    "draft.restored": gettext_lazy("We kept what you had typed."),
    "select.count": gettext_lazy("{n} selected"),
    "live.back": gettext_lazy("Connected again. The page is up to date."),
    "copied": gettext_lazy("Copied"),
    "confirm.yes": gettext_lazy("Yes, go on"),
    "confirm.no": gettext_lazy("No, go back"),
    "close": gettext_lazy("Close"),
}


def browser_words() -> dict[str, str]:
    """Every sentence and clock word for the page's scripts; ``{n}`` stands for a number."""
    return clock_words() | {key: str(words) for key, words in _WORDS.items()}


def sentences(*parts: StrOrPromise) -> str:
    """Sentences after one another: Chinese writes no space behind its full stop."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(map(str, parts))
