"""What goes into the log when an address fails: where, and nothing of what the variables held."""

import logging
import sys

import structlog

from cms.settings import base


def test_a_traceback_holds_no_values_and_asks_for_none() -> None:
    plain = base.LOGGING["formatters"]["plain"]
    formatter = structlog.stdlib.ProcessorFormatter(processors=plain["processors"])
    held = Shown()
    try:
        raise ValueError("失败")
    except ValueError:
        record = logging.LogRecord("x", logging.WARNING, __file__, 1, "broken", (), sys.exc_info())
    said = formatter.format(record)
    assert "ValueError: 失败" in said
    assert "13900000000" not in said
    assert not held.asked


class Shown:
    """A value that notes when somebody wants to read it."""

    asked = False

    def __repr__(self) -> str:
        self.asked = True
        return "13900000000"
