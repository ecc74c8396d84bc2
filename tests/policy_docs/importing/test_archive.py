"""ZIP archives: what is taken out of them, and what a hostile one does not do."""

import io
import zipfile

import pytest

from policy_docs.importing import archive
from policy_docs.importing.archive import unpack
from policy_docs.importing.intake import receive_archive
from policy_docs.importing.models import ImportFile
from policy_docs.importing.prepare import Secret
from policy_docs.importing.sources.base import SourceError
from tests.factories.imports import TEXT, officer

State = ImportFile.State


def packed(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def test_documents_come_out_and_the_rest_stays_in() -> None:
    data = packed({"来文/a.txt": b"x", "来文/.b.txt": b"x", "__MACOSX/a.txt": b"x", "来文/图.png": b"x", "c.PDF": b"y", "来文/": b""})
    assert [(entry.path, entry.data) for entry in unpack(data)] == [("来文/a.txt", b"x"), ("c.PDF", b"y"), ("", b"")]
    rest = list(unpack(data))[-1]
    assert rest.refusal.startswith("另有 3 个文件没有导入：图片 1 个（图.png），请先用扫描仪")
    assert rest.refusal.endswith("系统和软件留下的临时文件 2 个，不必处理。")
    assert rest.passed == 3


def test_each_kind_that_is_left_in_is_told_once_with_what_to_do() -> None:
    data = packed(dict.fromkeys(("a.xlsx", "b.XLS", "~$a.docx", "Thumbs.db", "x.exe", "甲/【秘密】名单.xlsx", "a.txt"), b"x"))
    assert [entry.path for entry in unpack(data)] == ["a.txt", ""]
    assert list(unpack(data))[-1].refusal == (
        "另有 6 个文件没有导入：表格 2 个（a.xlsx、b.XLS），请另存为 PDF，或者把内容复制到 Word 文件后再导入。"
        "其他文件 2 个（x.exe等），可以导入的是 docx、pdf、txt、md、html。系统和软件留下的临时文件 2 个，不必处理。"
    )
    with pytest.raises(SourceError, match=r"没有可以导入的文件.*图片 1 个"):
        list(unpack(packed({"a.jpg": b"x"})))


def test_what_is_refused_counts_as_unpacked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LIMIT", 100)
    monkeypatch.setattr(archive, "TOTAL", 250)
    monkeypatch.setattr(archive, "_PIECE", 60)
    with pytest.raises(SourceError, match="解压后超过"):
        list(unpack(packed({f"{number}.txt": b"x" * 200 for number in range(5)})))


def test_names_in_the_code_of_chinese_windows_are_read() -> None:
    data = packed({"xxxxxxxx.txt": b"x"}).replace(b"xxxxxxxx.txt", "意见意见.txt".encode("gb18030"))
    assert [entry.path for entry in unpack(data)] == ["意见意见.txt"]


def test_an_archive_within_and_a_locked_file_are_said_and_the_others_go_on() -> None:
    data = bytearray(packed({"a.zip": b"x", "b.txt": b"yyy", "c.txt": b"z"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(b"b.txt", data.index(mark)) if mark == b"PK\x03\x04" else data.rindex(b"b.txt")
        data[data.rindex(mark, 0, place) + at] |= 1
    found = {entry.path: entry for entry in unpack(bytes(data))}
    assert "压缩包里还有压缩包" in found["a.zip"].refusal
    assert "密码" in found["b.txt"].refusal
    assert found["c.txt"].data == b"z"


def test_a_bomb_ends_where_the_limit_is_whatever_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LIMIT", 100_000)
    monkeypatch.setattr(archive, "TOTAL", 250_000)
    found = list(unpack(packed({"big.txt": b"0" * 150_000, "a.txt": b"x"})))
    assert ("超过" in found[0].refusal, found[1].data) == (True, b"x")
    with pytest.raises(SourceError, match="解压后超过"):
        list(unpack(packed({f"{number}.txt": b"0" * 90_000 for number in range(5)})))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04nothing", "已损坏"),
        (b"", "已损坏"),
        (packed({"a.png": b"x"}), "没有可以导入的文件"),
        (packed({f"{number}.txt": b"x" for number in range(archive.FILES + 1)}), "超过 200 个"),
    ],
)
def test_what_is_no_use_is_refused_as_a_whole(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        list(unpack(data))


def test_a_damaged_file_inside_is_said() -> None:
    data = packed({"a.txt": b"abcdefgh", "b.txt": b"x"}, method=zipfile.ZIP_STORED).replace(b"abcdefgh", b"abcdXfgh")
    found = list(unpack(data))
    assert "已损坏" in found[0].refusal
    assert found[1].data == b"x"


@pytest.mark.django_db
def test_each_file_of_an_archive_is_treated_as_if_sent_alone() -> None:
    actor = officer()
    data = packed({"../../x/a.txt": TEXT.encode(), "机密.txt": "机密★1年\n绝对不能引用".encode(), "b.doc": b"\xd0\xcf\x11\xe0", "c.txt": TEXT.encode()})
    found = list(receive_archive(data, path="来文.zip", actor=actor))
    assert [row.state if isinstance(row, ImportFile) else "secret" for row in found] == [State.WAITING, "secret", State.REFUSED, State.SAME]
    first = ImportFile.objects.get(state=State.WAITING)
    assert (first.name, first.folder, first.origin) == ("a.txt", "来文.zip/x", "archive")
    assert not ImportFile.objects.filter(name__contains="机密").exists()
    (broken,) = receive_archive(b"PK\x03\x04", path="坏.zip", actor=actor)
    assert isinstance(broken, ImportFile)
    assert (broken.state, broken.name) == (State.REFUSED, "坏.zip")
    (secret,) = receive_archive(data, path="【机密】来文.zip", actor=actor)
    assert isinstance(secret, Secret)
