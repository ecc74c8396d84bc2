"""Reading files of settled clauses."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from policy_docs.duties.lines import LinesRefused, parse


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file.

    Raises:
        CommandError: the file cannot be read, or a line is not such an object.
    """
    try:
        return parse(_text(path))
    except LinesRefused as refusal:
        raise CommandError(_("“%(path)s”%(why)s") % {"path": path, "why": refusal}) from refusal


def read_keys(path: Path) -> set[str]:
    """Return the first column of a table.

    Raises:
        CommandError: the file cannot be read.
    """
    return {line.split("\t")[0] for line in _text(path).splitlines()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(_("不能读取“%s”：应是 UTF-8 文本文件。") % path) from error
