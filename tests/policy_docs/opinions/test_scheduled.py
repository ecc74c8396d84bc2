"""What is to be published at a time is: by the clock, one failure keeping no other from it."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from wagtail.models import Revision

from cms.home.models import HomePage
from policy_docs.opinions.drafts import newest
from policy_docs.opinions.pages import OpinionPage
from policy_docs.tasks import publish_scheduled
from tests.factories.opinions import import_text, reword, texts

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
OTHER = "关于查控的意见\n一、职责\n（一）公安机关应当协助人民法院查找被执行人，及时反馈结果。\n（二）民政部门应当提供婚姻登记信息。\n"


def scheduled(page: OpinionPage, old: str, new: str) -> Revision:
    draft = newest(page.pk)
    reword(draft, old, new)
    draft.go_live_at = timezone.now() + DAY
    revision = draft.save_revision()
    revision.publish()
    revision.refresh_from_db()
    assert revision.approved_go_live_at is not None
    return revision


def test_the_clock_calls_it() -> None:
    assert settings.CELERY_BEAT_SCHEDULE["publish-scheduled"] == {"task": publish_scheduled.name, "schedule": 60.0}


def test_a_text_appears_when_its_time_has_come(tmp_path: Path) -> None:
    page = import_text(tmp_path)
    scheduled(page, "查找被执行人", "查找失联人员")
    publish_scheduled()
    assert "查找失联人员" not in "".join(texts(OpinionPage.objects.get(pk=page.pk)))
    with time_machine.travel(timezone.now() + DAY * 2):
        publish_scheduled()
        publish_scheduled()
    assert "查找失联人员" in "".join(texts(OpinionPage.objects.get(pk=page.pk)))
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_what_is_published_stays_so_until_the_time_of_its_first_draft(tmp_path: Path) -> None:
    page = import_text(tmp_path)
    scheduled(page, "查找被执行人", "查找失联人员")
    page.refresh_from_db()
    assert page.live
    assert page.live_revision is not None
    assert "查找被执行人" in "".join(str(block["value"]) for block in page.live_revision.as_object().body.raw_data)
    assert newest(page.pk).pk == page.pk
    assert any("查找失联人员" in str(block["value"]) for block in newest(page.pk).body.raw_data)


def test_one_that_cannot_be_published_keeps_no_other_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = import_text(tmp_path), import_text(tmp_path, "other", OTHER)
    bad, good = scheduled(first, "查找被执行人", "查找失联人员"), scheduled(second, "查找被执行人", "查找失联人员")
    plain = Revision.publish

    def publish(self: Revision, *args: Any, **values: Any) -> Any:
        if self.pk == bad.pk:
            raise ValueError
        return plain(self, *args, **values)

    monkeypatch.setattr(Revision, "publish", publish)
    with time_machine.travel(timezone.now() + DAY * 2):
        publish_scheduled()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.approved_go_live_at, bad.approved_go_live_at is None) == (None, False)
    assert "查找失联人员" in "".join(texts(OpinionPage.objects.get(pk=second.pk)))


def test_a_document_is_not_withdrawn_by_the_clock(tmp_path: Path) -> None:
    page = import_text(tmp_path)
    assert "expire_at" not in OpinionPage.get_edit_handler().get_form_class().base_fields
    past = timezone.now() - DAY
    OpinionPage.objects.filter(pk=page.pk).update(expire_at=past)
    HomePage.objects.update(expire_at=past)
    publish_scheduled()
    assert OpinionPage.objects.get(pk=page.pk).live
    assert not HomePage.objects.get().live
