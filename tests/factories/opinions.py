"""Opinions as the import stores them, and as a person edits them."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from policy_docs.importing.run import run
from policy_docs.opinions.models import Clause, OpinionVersion
from policy_docs.opinions.pages import OpinionPage

TEXT = """楚政法发〔2017〕8号
中共楚雄州委政法委员会
关于协作的意见
一、职责
（一）公安机关应当协助人民法院查找被执行人。
（二）州发改委应当协助查询项目立项情况。
（三）州财政局应当保障工作经费。
"""


def import_text(folder: Path, name: str = "a", text: str = TEXT, *, live: bool = True) -> OpinionPage:
    """Import a text and return its opinion."""
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    list(run([folder / f"{name}.txt"], actor=None, live=live))
    return OpinionPage.objects.get(source_name=name)


def described(page: OpinionPage) -> OpinionPage:
    """Let an opinion that nobody has edited yet say what is asked for before it is published."""
    OpinionPage.objects.filter(pk=page.pk).update(disclosure="closed", unsigned=True, undated=True, counts_from="2010-01-01")
    return OpinionPage.objects.get(pk=page.pk)


def raw(page: OpinionPage) -> list[dict[str, Any]]:
    """The body as raw data, to be changed."""
    return [{"type": child["type"], "value": dict(child["value"]), "id": child["id"]} for child in page.body.raw_data]


def set_body(page: OpinionPage, body: list[dict[str, Any]]) -> None:
    """Give an opinion other raw data."""
    page.body = OpinionPage.body.field.to_python(body)


def reword(page: OpinionPage, old: str, new: str) -> None:
    """Change words of the body, in memory."""
    body = raw(page)
    for child in body:
        child["value"]["text"] = child["value"]["text"].replace(old, new)
    set_body(page, body)


def drop(page: OpinionPage, words: str) -> None:
    """Take the blocks that hold ``words`` out of the body, in memory."""
    set_body(page, [child for child in raw(page) if words not in child["value"]["text"]])


def added(text: str, *, label: str = "（四）", level: int = 2) -> dict[str, Any]:
    """A new block as the editor makes it: with an id of its own."""
    return {"type": "clause", "value": {"label": label, "text": text, "level": level}, "id": str(uuid.uuid4())}


def publish(page: OpinionPage, user: Any = None) -> OpinionPage:
    """Save a revision and publish it, as the editor does."""
    page.save_revision(user=user).publish(user=user)
    return OpinionPage.objects.get(pk=page.pk)


def texts(page: OpinionPage, *, draft: bool = False) -> list[str]:
    """The texts of the newest published version or of the draft, in order."""
    state = OpinionVersion.State.DRAFT if draft else OpinionVersion.State.PUBLISHED
    version = OpinionVersion.objects.filter(opinion=page, state=state).order_by("-number").first()
    return [row.text for row in version.texts.order_by("order")] if version else []


def clause(page: OpinionPage, words: str) -> Clause:
    """The clause of an opinion whose newest text holds ``words``."""
    return Clause.objects.filter(opinion=page, texts__text__contains=words).distinct().get()
