"""What a password must be, in words the reader understands.

Django reworded its own sentence before its Chinese translation followed, so this one is ours.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """At least eight characters."""

    def get_error_message(self) -> str:
        """Why a shorter one is refused."""
        words = ngettext(
            "Use a password of at least %(count)s character.",
            "Use a password of at least %(count)s characters.",
            self.min_length,
        )
        return words % {"count": self.min_length}
