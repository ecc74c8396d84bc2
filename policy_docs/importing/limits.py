"""Uploads that are too large are read to their end and thrown away, so that the browser hears why and the other files go on."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from .sources.base import LIMIT


class SizeLimit(FileUploadHandler):
    """Skips the rest of a file beyond the limit; ``request.too_large`` lists the names."""

    def __init__(self, request: HttpRequest | None = None, most: int | None = None) -> None:
        super().__init__(request)
        self._size, self._most = 0, LIMIT if most is None else most
        self.too_large: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count anew."""
        super().new_file(*args, **kwargs)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the piece on, or stop at the limit."""
        self._size += len(raw_data)
        if self._size > self._most:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
