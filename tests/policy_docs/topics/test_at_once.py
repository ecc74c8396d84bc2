"""Giving a clause a topic and editing the tree at the same moment: neither ends the other."""

from pathlib import Path

import pytest
from django.db import transaction

from cms.accounts.models import User
from policy_docs.opinions.models import Clause
from policy_docs.topics import actions, tagging
from policy_docs.topics.models import ClauseTopic, Topic
from tests.factories.opinions import import_text
from tests.factories.removing import office
from tests.factories.waiting import Meeting, on_postgresql, store

pytestmark = on_postgresql


def _change(topic: Topic, who: User, **changed: str) -> None:
    told = {"name": topic.name, "note": topic.note, **changed}
    actions.change(topic.pk, seen=actions.stamp_of(topic), name=told["name"], note=told["note"], words=[], actor=who)


@pytest.mark.parametrize("edit", ["note", "name", "place"])
def test_a_topic_is_given_while_the_tree_is_edited(tmp_path: Path, edit: str) -> None:
    store()
    page, who, other, meeting = import_text(tmp_path), office(), office("wang"), Meeting()
    given, above = (actions.add(name, under=None, actor=who) for name in ("甲主题", "乙主题"))
    clause = Clause.objects.filter(opinion=page).latest("pk")

    def give() -> None:
        with transaction.atomic():
            tagging.add(clause, given.pk, actor=who)
            meeting.stay()

    def change() -> None:
        topic = Topic.objects.get(pk=given.pk)
        if edit == "place":
            actions.move(topic.pk, seen=actions.stamp_of(topic), under=above.pk, place=1, actor=other)
        else:
            _change(topic, other, **{edit: "丙主题"})

    assert meeting.errors(give, change) == []
    assert ClauseTopic.objects.filter(tag=given).count() == 1


def test_two_edits_of_the_tree_come_one_after_the_other() -> None:
    store()
    who, meeting = office(), Meeting()
    topic = actions.add("甲主题", under=None, actor=who)

    def first() -> None:
        with transaction.atomic():
            _change(topic, who, note="先")
            meeting.stay()

    assert "TopicStale" in meeting.errors(first, lambda: _change(topic, who, note="后"))[0]
    assert Topic.objects.get(pk=topic.pk).note == "先"
