"""What a source gives, and how it says no. Pure."""

from dataclasses import dataclass

LIMIT = 50 * 1024 * 1024  # bytes of a file
TEXT_LIMIT = 20_000_000  # characters of a text: beyond, it is no document


class SourceError(Exception):
    """The file cannot be read; the message says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The text of a file, one paragraph a line, what the reader should know of how it was read, and what stands outside the text."""

    text: str
    warnings: tuple[str, ...] = ()
    margins: str = ""  # heads and feet of pages, one a line: no part of the text, but they may bear a mark of secrecy
