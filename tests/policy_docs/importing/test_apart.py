"""Reading in a second process: what ends, hangs or swells it comes back as a refusal, and the next file is read."""

import os
import time
from collections.abc import Iterator

import pytest
from django.test import override_settings

from policy_docs.importing import apart
from policy_docs.importing.apart import SecondProcess
from policy_docs.importing.prepare import Secret, read_unmarked
from policy_docs.importing.sources.base import SourceError


@pytest.fixture
def process() -> Iterator[SecondProcess]:
    found = SecondProcess()
    with override_settings(IMPORT_APART=True):
        yield found
    found.stop()


def test_files_are_read_and_refused_as_here(process: SecondProcess) -> None:
    assert process.call(read_unmarked, "a.txt", "关于协作的意见".encode(), seconds=60).text == "关于协作的意见"
    with pytest.raises(SourceError, match="PDF 已损坏"):
        process.call(read_unmarked, "a.pdf", b"%PDF-1.4 broken", seconds=60)
    with pytest.raises(Secret):
        process.call(read_unmarked, "a.txt", "机密★1年\n关于协作的意见".encode(), seconds=60)


def test_a_dead_process_is_a_refusal_and_the_next_file_is_read(process: SecondProcess) -> None:
    with pytest.raises(SourceError, match="程序中断"):
        process.call(os._exit, 3, seconds=60)
    assert process.call(read_unmarked, "a.txt", "关于协作的意见".encode(), seconds=60).text


def test_a_process_that_hangs_is_ended(process: SecondProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_BEAT", 0.1)
    beats: list[float] = []
    process.call(read_unmarked, "a.txt", "关于协作的意见".encode(), seconds=60)  # it has started
    began = time.monotonic()
    with pytest.raises(SourceError, match="用时过长"):
        process.call(time.sleep, 60, seconds=0.5, beat=lambda: beats.append(time.monotonic()))
    assert time.monotonic() - began < 10
    assert len(beats) >= 2
    assert process.call(read_unmarked, "a.txt", "关于协作的意见".encode(), seconds=60).text


def test_memory_has_an_end(process: SecondProcess) -> None:
    with pytest.raises(SourceError, match="内存|中断"):
        process.call(bytearray, 4 * 1024**3, seconds=60)
