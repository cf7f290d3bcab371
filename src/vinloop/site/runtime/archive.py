"""A backup file: one tar with a manifest, the database's dump, the secret key and the uploaded files."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

FORMAT = 1
MANIFEST, DUMP, SECRET, FILES = "manifest.json", "database.dump", "secret_key", "files"


class ArchiveError(Exception):
    """The file is not a backup of Vinloop, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup holds, readable by people."""

    created_at: str
    version: str
    server_major: int
    dump_major: int
    migrations: dict[str, str]
    files: int
    format: int = FORMAT


def write_archive(target: Path, manifest: Manifest, *, dump: Path, secret: str, files: Path) -> None:
    """Write the backup completely or not at all; only its owner may read it."""
    draft = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=2))
                _add_text(tar, SECRET, secret)
                tar.add(dump, DUMP)
                for path in list_files(files):
                    tar.add(path, f"{FILES}/{path.relative_to(files).as_posix()}", recursive=False)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def list_files(folder: Path) -> list[Path]:
    """Regular files below `folder`; links are not followed."""
    if not folder.exists():
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@contextmanager
def open_archive(source: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """The manifest and the open tar. Raises `ArchiveError`."""
    with ExitStack() as stack:
        try:
            tar = stack.enter_context(tarfile.open(source, "r:"))
        except (OSError, tarfile.TarError) as error:
            raise ArchiveError(f"{source} cannot be read as a backup: {error}") from error
        yield _read_manifest(source, tar), tar


def extract_member(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """Copy one member to a new private file. Raises `ArchiveError` when it is missing or cut short."""
    try:
        member = tar.getmember(name)
        stream = tar.extractfile(member)
    except (KeyError, tarfile.TarError) as error:
        raise ArchiveError(f"the backup has no whole {name}: {error}") from error
    if stream is None:
        raise ArchiveError(f"{name} in the backup is not a file")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as out:
        copied = 0
        while chunk := stream.read(1024 * 1024):
            copied += out.write(chunk)
    if copied != member.size:
        raise ArchiveError(f"the backup is cut short inside {name}")


def extract_files(tar: tarfile.TarFile, folder: Path) -> int:
    """Copy the uploaded files into `folder`; names that point elsewhere are refused."""
    count = 0
    for member in tar.getmembers():
        path = PurePosixPath(member.name)
        if path.parts[0] != FILES or not member.isfile():
            continue
        if path.is_absolute() or ".." in path.parts:
            raise ArchiveError(f"the backup holds an unsafe name: {member.name}")
        extract_member(tar, member.name, folder.joinpath(*path.parts[1:]))
        count += 1
    return count


def _read_manifest(source: Path, tar: tarfile.TarFile) -> Manifest:
    try:
        stream = tar.extractfile(MANIFEST)
        content: dict[str, Any] = json.load(stream) if stream else {}
        manifest = Manifest(**content)
    except (KeyError, TypeError, ValueError, tarfile.TarError) as error:
        raise ArchiveError(f"{source} is not a backup of Vinloop: {error}") from error
    if manifest.format > FORMAT:
        raise ArchiveError(f"{source} was made by a newer version ({manifest.version}); restore it with that")
    return manifest


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))
