"""Names of files from outside: shown to people, never used as a path. Pure."""

import re
import unicodedata

_LONGEST = 120  # signs of a name; its ending stays
_FOLDERS = 300
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")  # right-to-left marks make exe look like doc
_DRIVE = re.compile(r"^[A-Za-z]:")


def clean_name(raw: str) -> tuple[str, str]:
    """Return name and folder of a path as a browser or an archive gives it; parts such as .. and drives are left out."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFC", raw)).replace("\\", "/")
    parts = [part.strip() for part in _DRIVE.sub("", plain).split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")]
    if not parts:
        return "未命名", ""
    return _shortened(parts[-1]), "/".join(parts[:-1])[-_FOLDERS:]


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    head, dot, ending = name.rpartition(".")
    return f"{head[: _LONGEST - len(ending) - 2]}…{dot}{ending}" if head and len(ending) <= 10 else name[:_LONGEST]
