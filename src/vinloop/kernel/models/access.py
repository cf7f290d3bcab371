"""Users, what they may do and where, and the tokens programs use."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from vinloop.kernel.languages import in_language
from vinloop.kernel.models.organisation import Organisation


class UserManager(BaseUserManager["User"]):
    """Finds users by their log-in name; made by ``vinloop.kernel.accounts.actions``."""


class User(AbstractBaseUser):
    """A person, or a system, that logs in. ``muted_notices`` are the mails they turned off (see accounts.notices)."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, choices=Language, default=Language.CHINESE)
    muted_notices = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Role(models.Model):
    """A named set of permissions ``module.thing:verb``; ``level`` is the kind of organisation it fits."""

    code = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=20, choices=Organisation.Kind)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    is_built_in = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Membership(models.Model):
    """A user has a role in an organisation, and with it in everything below."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role_id} {self.organisation_id}"


class ApiToken(models.Model):
    """A program's key. Only its hash is stored; the token itself is shown once.

    It acts as its user in one organisation. ``scopes`` narrows the user's permissions; empty means all.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    label = models.CharField(max_length=100, blank=True, verbose_name=_("What it is for"))
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.prefix
