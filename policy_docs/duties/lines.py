"""Lines of settled clauses as values: what is read is checked line by line. Pure but for the words of its refusals."""

import json
from typing import Any

from django.utils.translation import gettext as _


class LinesRefused(Exception):
    """A line is not such an object; the message says which and why."""


def parse(text: str) -> list[dict[str, Any]]:
    """Return the objects of a text of one JSON object a line.

    Raises:
        LinesRefused: a line is not such an object.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise LinesRefused(_("第 %d 行不是本系统导出的核对结果。请选择导出的原文件。") % number) from error
        if not _is_row(row):
            raise LinesRefused(_("第 %d 行缺少内容，不是完整的核对结果。请选择导出的原文件。") % number)
        found.append(row)
    return found


def _is_row(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("doc"), str) or not isinstance(row.get("text"), str):
        return False
    duties, mentions = row.get("duties", []), row.get("mentions", [])
    return (
        isinstance(duties, list)
        and all(isinstance(item, dict) and isinstance(item.get("unit"), str) and isinstance(item.get("role"), str) for item in duties)
        and isinstance(mentions, list)
        and all(isinstance(item, str) for item in mentions)
    )
