"""The product's settings with quick hashes: the tests are about who gets in, not how long guessing takes.

The product's hashers stay in the list, so what was hashed with them can still be checked.
"""

from vinloop.site.settings import *  # noqa: F403
from vinloop.site.settings import PASSWORD_HASHERS as SLOW_HASHERS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *SLOW_HASHERS]
