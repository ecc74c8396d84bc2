"""Files that lie beside documents and are not taken in: of which kind they are, and what to do with them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

_NAMED = 5  # files of a kind that are named
LEFT_BEHIND = "系统和软件留下的临时文件"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files: its name, the endings that tell it, what to do ("" where nothing has to be done)."""

    name: str
    endings: tuple[str, ...]
    advice: str


KINDS = (
    Kind("表格", (".xlsx", ".xls", ".xlsm", ".et", ".csv", ".ods"), "请另存为 PDF，或者把内容复制到 Word 文件后再导入"),
    Kind("演示文稿", (".pptx", ".ppt", ".ppsx", ".pps", ".dps", ".odp"), "请另存为 PDF 后再导入"),
    Kind(
        "图片",
        (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"),
        "请先用扫描仪或者 WPS 的“文字识别”转成 Word 文件，再导入",
    ),
    Kind("压缩包", (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), "请解压后直接上传里面的文件"),
    Kind("音像", (".mp3", ".wav", ".m4a", ".mp4", ".avi", ".mov", ".wmv", ".flv"), "只能导入文字"),
)
OTHER = Kind("其他文件", (), "可以导入的是 docx、pdf、txt、md、html")


def base_name(path: str) -> str:
    """Return the last part of a path, whichever way its slashes lean."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def kind_of(name: str) -> Kind:
    """Return the kind of a file that is no document."""
    ending = PurePosixPath(base_name(name)).suffix.lower()
    return next((kind for kind in KINDS if ending in kind.endings), OTHER)


def is_left_behind(path: str) -> bool:
    """Whether systems and programs have put a file beside those of people: nobody misses it."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return hidden or bool(parts) and (parts[-1].startswith(("~$", "~WRL")) or parts[-1].lower() in ("thumbs.db", "desktop.ini"))


def told(names: Iterable[str], left_behind: int = 0) -> str:
    """Return what to say of files that were not taken in, "" for none: each kind once, with what to do. Names come ready to be shown, "" for one that
    must not be."""
    found: dict[Kind, list[str]] = {}
    for name in names:
        found.setdefault(kind_of(name), []).append(base_name(name))
    said = [f"{kind.name} {len(of_kind)} 个{_named(of_kind)}，{kind.advice}。" for kind, of_kind in found.items()]
    if left_behind:
        said.append(f"{LEFT_BEHIND} {left_behind} 个，不必处理。")
    number = sum(map(len, found.values())) + left_behind
    return f"另有 {number} 个文件没有导入：{''.join(said)}" if said else ""


def _named(names: list[str]) -> str:
    shown = [name for name in names if name]
    return f"（{'、'.join(shown[:_NAMED])}{'等' if len(names) > min(len(shown), _NAMED) else ''}）" if shown else ""
