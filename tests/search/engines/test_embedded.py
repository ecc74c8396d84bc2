"""The embedded engine: the contract, and what only files, processes and panics can break."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from search.engines.base import EngineBusy, EngineNotReady
from search.engines.embedded import EmbeddedEngine, _schema
from search.engines.locks import FolderLock
from tests.factories.search import document
from tests.search.engines.contract import STAFF, EngineContract, exact, keys, plan


class TestEmbedded(EngineContract):
    @pytest.fixture
    def engine(self, embedded: EmbeddedEngine) -> EmbeddedEngine:
        return embedded


def test_without_an_index_it_says_so(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    assert not engine.state().ready
    with pytest.raises(EngineNotReady):
        engine.search(plan(), STAFF)


def test_an_index_of_another_format_asks_for_a_rebuild(embedded: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_schema, "FORMAT", 10_000)
    monkeypatch.setattr("search.engines.embedded._engine.version", _schema.version)
    assert embedded.state().reason == "format"
    with pytest.raises(EngineNotReady):
        embedded.search(plan(), STAFF)
    with embedded.rebuild():
        pass
    assert embedded.state().ready


def test_another_process_sees_a_swap_and_a_commit(embedded: EmbeddedEngine, tmp_path: Path) -> None:
    other = EmbeddedEngine(tmp_path / "index")
    assert other.state().documents == 0
    with embedded.rebuild() as target:
        target.write([document("c:1", "第一条")])
    assert keys(other, plan()) == ["c:1"]


def test_a_fork_opens_the_index_anew(embedded: EmbeddedEngine) -> None:
    embedded.write([document("c:1", "第一条")])
    assert keys(embedded, plan()) == ["c:1"]
    child = os.fork()
    if child == 0:
        code = 1
        try:
            embedded.write([document("c:2", "第二条")])
            code = 0 if sorted(keys(embedded, plan())) == ["c:1", "c:2"] else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_one_writes_and_the_other_waits(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path / "lock"), FolderLock(tmp_path / "lock")
    with first.held(), first.held(), pytest.raises(EngineBusy), second.held():
        pass
    with second.held():
        pass


def test_threads_exclude_each_other(embedded: EmbeddedEngine) -> None:
    refused: list[bool] = []

    def attempt() -> None:
        try:
            with embedded.exclusive():
                refused.append(False)
        except EngineBusy:
            refused.append(True)

    with embedded.exclusive():
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    assert refused == [True]


WRITER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from search.engines.embedded import EmbeddedEngine
from tests.factories.search import document
engine = EmbeddedEngine(Path({folder!r}))
for number in range(1000):
    engine.write([document(f"c:{{number}}-{{part}}", "一批两条") for part in "ab"])
    print(number, flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_batch_and_leaves_none_half(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    with engine.rebuild():
        pass
    root = str(Path(__file__).resolve().parents[3])
    script = "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'cms.settings.test'); django.setup()\n" + WRITER.format(
        root=root, folder=str(tmp_path / "index")
    )
    for done in (1, 3):
        writer = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root)
        assert writer.stdout is not None
        said = -1
        while said < done:
            said = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        engine.reset()
        found = {entry.key for entry in engine.entries()}
        numbers = {key.split("-")[0] for key in found}
        assert {f"c:{number}" for number in range(said + 1)} <= numbers
        assert found == {f"{number}-{part}" for number in numbers for part in "ab"}
    engine.write([document("c:after", "之后")])  # the lock went with the process
    assert keys(engine, plan(exact("之后"))) == ["c:after"]


def test_a_killed_rebuild_is_cleared_by_the_next(embedded: EmbeddedEngine, tmp_path: Path) -> None:
    left = tmp_path / "index" / "embedded" / "build-left"
    left.mkdir()
    with embedded.rebuild():
        pass
    assert not left.exists()
