"""The bytes of files as they were uploaded, in a folder that no address leads to."""

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone


def _storage() -> FileSystemStorage:
    return FileSystemStorage(location=settings.PRIVATE_ROOT, file_permissions_mode=0o600, directory_permissions_mode=0o700)


def keep(key: str, data: bytes) -> str:
    """Store bytes under a name of our own (that of the file is only shown, never a path); return where."""
    return _storage().save(f"imports/{timezone.localdate():%Y/%m}/{key}", ContentFile(data))


def forget(place: str) -> None:
    """Remove bytes whose row could not be written."""
    _storage().delete(place)


def opened(place: str) -> "File[bytes]":
    """Return the bytes for reading; raises ``FileNotFoundError`` where they are gone."""
    return _storage().open(place)
