"""Into the trash and back: nothing is lost, everything is free, nothing is seen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey
from wagtail.models import Page

from cms.accounts.models import Role
from cms.audit.models import AuditEntry
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.importing.run import run
from policy_docs.kept import KeptManager
from policy_docs.opinions.drafts import InTrash
from policy_docs.opinions.models import Change, Citation, Clause, ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionIndexPage, OpinionPage
from policy_docs.opinions.trash import RemovalRefused, clashes, free_slug, restore, trash, trash_root
from policy_docs.opinions.trashed import Trashed
from policy_docs.units.models import Body
from tests.factories.opinions import TEXT, import_text, publish
from tests.factories.removing import office, trashed

pytestmark = pytest.mark.django_db
CITING = """楚政办发〔2018〕3号
楚雄州人民政府办公室
关于落实协作意见的通知
根据《关于协作的意见》（楚政法发〔2017〕8号），现通知如下。
一、要求
（一）税务机关应当提供信息。
2018年5月1日
"""


@pytest.fixture
def page(tmp_path: Path) -> OpinionPage:
    return import_text(tmp_path)


def _rows(key: int) -> dict[str, list[tuple[object, ...]]]:
    """All that hangs on a document, as the database holds it."""
    return {
        "clauses": list(Clause.with_trash.filter(opinion=key).order_by("pk").values_list("pk", "public_key", "block_id", "retired_at")),
        "texts": list(ClauseText.with_trash.filter(clause__opinion=key).order_by("pk").values_list("pk", "text", "version")),
        "versions": list(OpinionVersion.with_trash.filter(opinion=key).order_by("pk").values_list("pk", "number", "state")),
        "decided": list(Duty.with_trash.filter(opinion=key, decided_at__isnull=False).order_by("pk").values_list("pk", "state", "decided_by")),
        "duties": sorted(Duty.with_trash.filter(opinion=key).values_list("clause", "kind", "role", "state")),
        "bodies": sorted(Body.with_trash.filter(opinion=key).values_list("name")),
        "citations": sorted(Citation.with_trash.filter(opinion=key).values_list("written", "target")),
    }


def _facts(key: int) -> dict[str, object]:
    names = ("title", "draft_title", "slug", "live", "content_type_id", "url_path", "seo_title", "first_published_at", "latest_revision_id")
    found: dict[str, object] = OpinionPage.with_trash.filter(pk=key).values(*names).get()
    return found


def test_all_comes_back_as_it_was(page: OpinionPage) -> None:
    decide(Duty.objects.filter(clause__opinion=page)[:2], state=Duty.State.CONFIRMED, actor=office())
    publish(page)
    rows, facts = _rows(page.pk), _facts(page.pk)
    assert len(rows["decided"]) == 2
    entry = trashed(page)
    hidden = _rows(page.pk)
    assert {name: hidden[name] for name in rows} == rows
    assert (_facts(page.pk)["title"], _facts(page.pk)["live"]) == ("回收站中的文件", False)
    Change.objects.all().delete()
    restore(entry, actor=office())
    assert _rows(page.pk) == rows
    assert _facts(page.pk) == facts
    assert Change.objects.filter(key=page.public_key).exists()
    assert OpinionPage.objects.get().get_parent().specific == OpinionIndexPage.objects.get()
    assert not Trashed.objects.exists()


def test_in_the_trash_no_row_of_it_is_found(page: OpinionPage) -> None:
    models = [model for model in apps.get_app_config("policy_docs").get_models() if isinstance(getattr(model, "objects", None), KeptManager)]
    assert {"Clause", "ClauseText", "Duty", "DutySpan", "Body", "Membership", "ImportFile"} <= {model.__name__ for model in models}
    had = {model.__name__: model.objects.count() for model in models}
    assert had["Clause"]
    assert had["Duty"]
    trashed(page)
    assert {model.__name__: model.objects.count() for model in models} == dict.fromkeys(had, 0)
    assert not OpinionPage.objects.exists()


_ITSELF = {"Trashed", "RemovalRequest", "OpinionPage"}


def test_whatever_hangs_on_a_document_is_hidden_with_it() -> None:
    """A model with a way to a document, its clause, its duty or its body needs the manager that leaves the trash out."""
    anchors = {"opinionpage", "clause", "duty", "body", "opinionversion", "notice"}
    for model in apps.get_app_config("policy_docs").get_models():
        ways = [field for field in model._meta.get_fields() if isinstance(field, ForeignKey) and field.related_model._meta.model_name in anchors]
        if ways and model.__name__ not in _ITSELF:
            assert isinstance(model._default_manager, KeptManager), f"{model.__name__} has a way to a document and shows what lies in the trash"
            steps = model._default_manager.path.split("__")
            try:
                assert model._meta.get_field(steps[0]) in ways
            except FieldDoesNotExist as wrong:
                raise AssertionError(f"{model.__name__} has no {steps[0]}") from wrong


def test_number_title_and_slug_are_free_and_a_clash_is_told(page: OpinionPage, tmp_path: Path) -> None:
    OpinionPage.objects.filter(pk=page.pk).update(slug="xiezuo")
    entry = trashed(page)
    again = import_text(tmp_path, "again")  # the same text: no duplicate of what nobody sees
    assert again.pk != page.pk
    again.slug = "xiezuo"
    again.save(update_fields=["slug"])
    assert [(clash.page.pk, clash.words) for clash in clashes(entry)] == [(again.pk, "发文字号相同")]
    with pytest.raises(RemovalRefused, match="已另有一份"):
        restore(entry, actor=office())
    again.document_number, again.number_key = "楚政法发〔2019〕9号", ""
    again.save()
    OpinionVersion.objects.filter(opinion=again).update(source_hash="")
    with pytest.raises(RemovalRefused, match="网址名“xiezuo”已被别的页面使用"):
        restore(entry, actor=office())
    assert free_slug(entry) == "xiezuo-2"
    back = restore(entry, actor=office(), slug="xiezuo-2")
    assert (back.slug, back.live) == ("xiezuo-2", True)


def test_a_document_without_number_clashes_by_title_issuer_and_date(tmp_path: Path) -> None:
    text = "楚雄州人民政府\n关于会商的意见\n一、要求\n（一）税务机关应当提供信息。\n楚雄州人民政府\n2018年5月1日\n"
    page = import_text(tmp_path, "one", text)
    assert not page.number_key
    entry = trashed(page)
    other = import_text(tmp_path, "two", text.replace("提供信息", "按月提供信息"))
    assert [clash.page.pk for clash in clashes(entry)] == [other.pk]


def test_citations_of_it_are_open_until_it_is_back(page: OpinionPage, tmp_path: Path) -> None:
    citing = import_text(tmp_path, "citing", CITING)
    assert Citation.objects.get(opinion=citing, number_key=page.number_key).target_id == page.pk
    entry = trashed(page)
    assert Citation.objects.get(opinion=citing, number_key=page.number_key).target_id is None
    restore(entry, actor=office())
    assert Citation.objects.get(opinion=citing, number_key=page.number_key).target_id == page.pk


def test_both_in_the_trash_find_each_other_again(page: OpinionPage, tmp_path: Path) -> None:
    citing = import_text(tmp_path, "citing", CITING)
    entries = [trashed(citing), trashed(page)]
    for entry in entries:
        restore(entry, actor=office())
    assert Citation.objects.get(opinion=citing, number_key=page.number_key).target_id == page.pk


def test_names_entered_meanwhile_are_read_when_it_is_back(page: OpinionPage) -> None:
    from policy_docs.importing.reread import reread_containing

    entry = trashed(page)
    assert reread_containing("州") == 0
    restore(entry, actor=office())
    assert reread_containing("州") == 1


def test_a_draft_comes_back_as_a_draft_with_its_changes(page: OpinionPage) -> None:
    page.title = "关于协作的意见（修改稿）"
    page.save_revision(user=office())
    OpinionPage.objects.get(pk=page.pk).unpublish()
    before = _facts(page.pk)
    back = restore(trashed(page), actor=office())
    assert _facts(page.pk) == before
    assert back.get_latest_revision_as_object().title == "关于协作的意见（修改稿）"


def test_aliases_go_and_come_with_their_original(page: OpinionPage) -> None:
    publish(page)
    alias = OpinionPage.objects.get(pk=page.pk).create_alias(update_slug="alias")
    entry = trashed(page)
    assert not OpinionPage.objects.exists()
    assert list(Trashed.objects.filter(original=None)) == [entry]
    restore(entry, actor=office())
    assert OpinionPage.objects.get(pk=alias.pk).live
    assert OpinionPage.objects.get(pk=alias.pk).slug == "alias"


def test_what_was_open_when_it_went_is_not_saved_over_it(page: OpinionPage) -> None:
    opened = OpinionPage.objects.get(pk=page.pk)
    trashed(page)
    for save in (opened.save, opened.save_revision):
        with pytest.raises(InTrash):
            save()
    assert Page.objects.get(pk=page.pk).title == "回收站中的文件"


def test_what_waits_for_its_day_waits_until_it_is_back(page: OpinionPage) -> None:
    import datetime

    from policy_docs.opinions.actions import begin_texts

    OpinionVersion.objects.create(opinion=page, number=2, state=OpinionVersion.State.COMING, in_force_from=datetime.date(2026, 1, 1))
    entry = trashed(page)
    assert begin_texts(datetime.date(2026, 2, 1)) == 0
    restore(entry, actor=office())
    assert OpinionVersion.objects.filter(opinion=page, state=OpinionVersion.State.COMING).exists()


def test_nothing_is_published_or_reviewed_in_the_trash(page: OpinionPage) -> None:
    revision = page.save_revision()
    revision.approved_go_live_at = "2026-01-01T00:00:00+08:00"
    revision.save()
    trashed(page)
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None


@pytest.mark.parametrize("second", ["", "same", "no reason"])
def test_what_was_published_goes_with_reason_and_second_person_only(page: OpinionPage, second: str) -> None:
    li = office()
    approver = {"": None, "same": li, "no reason": office("wang")}[second]
    with pytest.raises(RemovalRefused, match="由另一人批准"):
        trash(page, actor=li, reason="" if second == "no reason" else "重复", approved_by=approver)
    assert OpinionPage.objects.exists()


def test_a_draft_that_nobody_published_goes_at_once(tmp_path: Path) -> None:
    page = import_text(tmp_path, live=False)
    entry = trash(page, actor=office())
    assert not entry.was_live
    assert not restore(entry, actor=office()).live
    assert [row.action for row in AuditEntry.objects.filter(action__startswith="opinion.").order_by("pk")][-2:] == ["opinion.trash", "opinion.restore"]


@pytest.mark.parametrize("role", [Role.LIAISON, Role.SYSTEM_ADMIN, Role.LEADER])
def test_others_neither_delete_nor_restore(role: Role, tmp_path: Path) -> None:
    page = import_text(tmp_path, live=False)
    with pytest.raises(RemovalRefused, match="不能删除"):
        trash(page, actor=office("x", role))
    entry = trash(page, actor=office())
    with pytest.raises(RemovalRefused, match="不能恢复"):
        restore(entry, actor=office("x", role))


def test_the_place_where_it_was_may_be_gone(page: OpinionPage) -> None:
    entry = trashed(page)
    OpinionIndexPage.objects.get().delete()
    entry.refresh_from_db()
    assert restore(entry, actor=office()).get_parent().specific_class is OpinionIndexPage


def test_the_tree_of_the_trash_is_made_once(page: OpinionPage, tmp_path: Path) -> None:
    other = import_text(tmp_path, "b", TEXT.replace("8号", "9号").replace("协作", "会商"))
    trashed(page)
    trashed(other)
    assert Page.objects.filter(depth=1).count() == 2
    assert trash_root().get_children_count() == 2
    assert Page.find_problems() == ([], [], [], [], [])


def test_importing_the_same_file_makes_a_new_document(page: OpinionPage, tmp_path: Path) -> None:
    trashed(page)
    (report,) = run([tmp_path / "a.txt"], actor=None)
    assert report.outcome.value == "added"
    assert not report.similar


def test_the_query_for_the_trash_stays_one(page: OpinionPage, django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(1):
        list(Duty.objects.filter(opinion=page))
