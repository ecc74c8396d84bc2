"""manage.py serve: what it says, what it starts, and that nothing of it is left."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[3]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that have this VAR_DIR."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"VAR_DIR={folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_a_port_in_use_is_told_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"127.0.0.1:{port} 不能使用.*make run PORT={port + 1}"):
            call_command("serve", port=port)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int, Path]]:
    port, log = _free_port(), tmp_path / "log"
    told = {"VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "cms.settings.dev", "HOME": str(tmp_path / "home"), "DATABASE_URL": ""}
    with log.open("w") as out:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **told}, stdout=out, stderr=subprocess.STDOUT, text=True)
    try:
        yield process, port, log
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(log: Path, words: str) -> str:
    for _try in range(600):
        said = log.read_text()
        if words in said:
            return said
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_first_start_serves_the_samples_and_term_leaves_nothing(started: tuple["subprocess.Popen[str]", int, Path], tmp_path: Path) -> None:
    process, port, log = started
    said = _wait_for(log, "trial-shenji")
    assert f"网站地址：http://127.0.0.1:{port}/" in said
    assert "Warning" not in said
    assert "WARNING" not in said
    with urlopen(f"http://127.0.0.1:{port}/opinions/", timeout=30) as answer:
        assert "国执联发〔2016〕6号" in answer.read().decode()
    with urlopen(f"http://127.0.0.1:{port}/search/?q=%E8%AF%9A%E4%BF%A1", timeout=30) as answer:
        assert answer.status == 200
    assert len(_processes_of(tmp_path / "var")) >= 4
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert _processes_of(tmp_path / "var") == []
    assert log.read_text().rstrip().endswith("已停止。")
    assert not (tmp_path / "home").exists(), "something is written outside VAR_DIR"
