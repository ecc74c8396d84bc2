"""The queue in a folder, which the embedded default uses."""

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from cms.celery import Channel


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    folder = tmp_path / "queue"
    folder.mkdir()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(tmp_path / "control")}
    connection = Connection("filesystem://localhost/", transport_options=options)
    made = connection.default_channel
    assert isinstance(made, Channel)
    return made


def test_messages_come_in_their_order(channel: Channel) -> None:
    for number in range(3):
        channel._put("celery", {"number": number})
    assert sorted(channel._get("celery")["number"] for _message in range(3)) == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_message_is_seen_whole_or_not_at_all(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "queue" / "1_a.celery.msg.part").write_text('{"number"', encoding="utf-8")
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_message_that_cannot_be_read_ends_no_worker(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "queue" / "1_a.celery.msg").write_text("", encoding="utf-8")
    with pytest.raises(Empty):
        channel._get("celery")
    channel._put("celery", {"number": 7})
    assert channel._get("celery") == {"number": 7}


def test_who_reads_while_others_write_gets_all(channel: Channel) -> None:
    size, count = "x" * 200_000, 60
    writer = threading.Thread(target=lambda: [channel._put("celery", {"number": number, "load": size}) for number in range(count)])
    writer.start()
    got: set[int] = set()
    while len(got) < count:
        try:
            got.add(channel._get("celery")["number"])
        except Empty:
            if not writer.is_alive() and len(got) < count:
                got.add(channel._get("celery")["number"])
    writer.join()
    assert got == set(range(count))
