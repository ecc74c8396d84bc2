"""The worker: ``celery -A cms.celery worker -B``.

The broker of the embedded default is a folder of files. Kombu's own transport writes a message where the worker looks for it, and a worker that
comes between two steps of it reads half a message and ends; so a message is written beside and then put into its place in one step, and one
that cannot be read is left out (what was to be done stands in a row: the sweeper asks for it again).
"""

import os
import uuid
from json import dumps
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    """A queue in a folder whose messages are whole from the moment they can be seen."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # its bases do not agree on the name
        name = f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        part = folder / f"{name}.part"
        try:
            part.write_text(dumps(payload), encoding="utf-8")
            part.replace(folder / name)
        except OSError as refused:
            raise ChannelError(f"Cannot add file {name!r} to the queue") from refused

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - of virtual transports; this one does not wait
        try:
            return super()._get(queue)
        except ValueError:  # written by an older release, or cut short when the disk was full
            log.exception("queue.message_cannot_be_read", queue=queue)
            raise Empty from None


class Transport(filesystem.Transport):
    """Kombu's transport with these channels."""

    Channel = Channel


TRANSPORT_ALIASES["filesystem"] = "cms.celery:Transport"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
app = Celery("liandong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
