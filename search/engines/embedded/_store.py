"""Folders of the index: one per build, a pointer to the live one."""

import os
import shutil
import uuid
from pathlib import Path

from search.engines.locks import FolderLock


class Store:
    """Names, makes, swaps and clears the folders below one root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._pointer = root / "current"
        self.writing = FolderLock(root / "write.lock")
        self.building = FolderLock(root / "build.lock")

    def current(self) -> tuple[str, Path] | None:
        """Return format and folder of the live index, None before the first build."""
        try:
            form, _, name = self._pointer.read_text(encoding="utf-8").strip().partition("\n")
        except FileNotFoundError:
            return None
        folder = self._root / name
        return (form, folder) if name and folder.is_dir() else None

    def new_folder(self) -> Path:
        """Make an empty folder for a build."""
        folder = self._root / f"build-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        return folder

    def swap(self, form: str, folder: Path) -> None:
        """Point at a finished folder, in one step that outlives a crash."""
        draft = self._pointer.with_suffix(f".{os.getpid()}.new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(f"{form}\n{folder.name}\n")
            file.flush()
            os.fsync(file.fileno())
        before = self.current()
        os.replace(draft, self._pointer)
        directory = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        self._clear(keep={folder.name, before[1].name if before else ""})

    def drop(self, folder: Path) -> None:
        """Remove a folder that did not become an index."""
        shutil.rmtree(folder, ignore_errors=True)

    def _clear(self, *, keep: set[str]) -> None:
        """Remove older builds and those that a killed process left; the one before the live one stays for readers in mid-search."""
        for folder in self._root.glob("build-*"):
            if folder.name not in keep:
                self.drop(folder)
