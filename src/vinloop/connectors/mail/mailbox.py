"""The IMAP side: fetches what is unseen, keeps it, and only then marks and moves it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailboxFolderCreateError, MailBoxUnencrypted, MailMessageFlags

log = logging.getLogger(__name__)

MAX_BYTES = 25 * 1024 * 1024
DONE_FOLDER = "Processed"
INBOX = "INBOX"
AT_ONCE = 500
TIMEOUT_SECONDS = 30
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxBroken(Exception):
    """The mailbox answered something that is no message."""


def pick_up(url: str, keep: Callable[[bytes], str]) -> int:
    """Fetch unseen mails of a mailbox (``imap://user:password@host/Folder``) and keep each; how many.

    A crash at any moment fetches a mail again at worst: ``keep`` knows it by its bytes. Raises OSError and the
    errors of imaplib, none of which holds the password.
    """
    folder = unquote(urlsplit(url).path.strip("/")) or INBOX
    with _log_in(url, folder) as box:
        _ensure_folder(box)
        waiting = box.uids(AND(seen=False))[:AT_ONCE]
        for uid in waiting:
            keep(_message(box, uid))
            box.flag(uid, MailMessageFlags.SEEN, True)
            box.move(uid, DONE_FOLDER)
    return len(waiting)


def _log_in(url: str, folder: str) -> BaseMailBox:
    parts = urlsplit(url)
    host = parts.hostname or ""
    box: BaseMailBox
    if parts.scheme == "imaps":
        box = MailBox(host, parts.port or 993, timeout=TIMEOUT_SECONDS)
    else:
        box = MailBoxUnencrypted(host, parts.port or 143, timeout=TIMEOUT_SECONDS)
    return box.login(unquote(parts.username or ""), unquote(parts.password or ""), initial_folder=folder)


def _ensure_folder(box: BaseMailBox) -> None:
    if not box.folder.exists(DONE_FOLDER):
        try:
            box.folder.create(DONE_FOLDER)
        except MailboxFolderCreateError:
            log.warning("the mailbox does not let us make the folder %s", DONE_FOLDER)


def _message(box: BaseMailBox, uid: str) -> bytes:
    """The message byte for byte; of one that is too large, the beginning and one byte too many."""
    (described,) = _fetch(box, uid, "(RFC822.SIZE)")[:1] or [b""]
    found = _SIZE.search(described if isinstance(described, bytes) else b"")
    is_large = found is not None and int(found[1]) > MAX_BYTES
    parts = _fetch(box, uid, f"(BODY.PEEK[]<0.{MAX_BYTES + 1}>)" if is_large else "(BODY.PEEK[])")
    for part in parts:
        if isinstance(part, tuple) and isinstance(part[1], bytes):
            return part[1]
    raise MailboxBroken("the server sent no message")


def _fetch(box: BaseMailBox, uid: str, what: str) -> list[Any]:
    status, data = box.client.uid("FETCH", uid, what)
    if status != "OK":
        raise MailboxBroken("the server refused a message")
    return list(data)
