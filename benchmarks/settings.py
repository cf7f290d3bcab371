"""The product's settings with the two yardstick routes beside them."""

from vinloop.site.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
ACCOUNT_RATE_LIMITS = False
