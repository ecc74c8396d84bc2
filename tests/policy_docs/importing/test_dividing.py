"""Two documents in one file: divided where the second begins, each read with its own identity, and joined back as it was."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from policy_docs.importing import actions, dividing, work
from policy_docs.importing.corrections import Verb
from policy_docs.importing.models import ImportFile
from policy_docs.opinions.pages import OpinionPage
from tests.factories.imports import TEXT, draft, officer, texts, upload

pytestmark = pytest.mark.django_db
State = ImportFile.State
SECOND = """楚雄州水务局文件
楚水发〔2025〕17号
关于清理水闸的通知
各县市水务局：
一、州水务局应当清理水闸。
二、公安机关应当协助。
楚雄州水务局
2025年3月6日
"""
BOTH = TEXT + SECOND


def begins(row: ImportFile) -> int:
    return texts(row).index("楚雄州水务局文件")


def parted(row: ImportFile, actor: User) -> ImportFile:
    second = dividing.part(row.public_key, seen=row.revision, actor=actor, at=begins(row))
    assert second.job_id is not None
    work.run_job(second.job_id)
    for item in (row, second):
        item.refresh_from_db()
    return second


def test_each_part_has_its_own_identity_and_both_keep_the_file() -> None:
    actor = officer()
    row = upload(actor, BOTH, name="来文.txt")
    actions.describe(row.public_key, seen=row.revision, actor=actor, typed={"kind": "指导意见"})
    row.refresh_from_db()
    second = parted(row, actor)
    assert (draft(row).typed["number"], draft(row).typed["issue_date"], draft(row).typed["kind"]) == ("楚政法发〔2017〕8号", "2017年5月3日", "指导意见")
    assert (draft(second).typed["number"], draft(second).typed["issue_date"]) == ("楚水发〔2025〕17号", "2025年3月6日")
    assert (draft(second).typed["title"], second.name, second.state) == ("关于清理水闸的通知", "来文（第2份）.txt", State.READY)
    assert texts(row)[-1] == "2017年5月3日"
    assert row.source + second.source == BOTH
    assert row.original == second.original
    assert AuditEntry.objects.filter(action="import.part").count() == 1
    assert actions.save(row.public_key, seen=row.revision, actor=actor, live=False).opinion.document_number == "楚政法发〔2017〕8号"
    assert actions.save(second.public_key, seen=second.revision, actor=actor, live=False).opinion.document_number == "楚水发〔2025〕17号"
    assert OpinionPage.objects.count() == 2


def test_joined_back_it_is_what_it_was() -> None:
    actor = officer()
    row = upload(actor, BOTH, name="来文.txt")
    before, words = draft(row), row.text_hash
    second = parted(row, actor)
    actions.describe(row.public_key, seen=row.revision, actor=actor, typed={"kind": "指导意见"})
    row.refresh_from_db()
    dividing.join_back(row.public_key, seen=row.revision, actor=actor, part=f"{second.public_key}:{second.revision}")
    assert draft(row).blocks == before.blocks
    assert draft(row).typed == before.typed | {"kind": "指导意见"}
    assert (row.source, row.text_hash) == (BOTH, words)
    second.refresh_from_db()
    assert (second.state, second.twin) == (State.JOINED, row)
    with pytest.raises(actions.ImportRefused, match="已经不在了"):
        dividing.join_back(row.public_key, seen=row.revision, actor=actor, part=f"{second.public_key}:{second.revision}")


def test_what_a_person_has_corrected_before_the_cut_stays() -> None:
    actor = officer()
    row = upload(actor, BOTH)
    at = texts(row).index("联合处置组应当协调。")
    actions.adjust(row.public_key, seen=row.revision, actor=actor, typed={}, verb=Verb.JOIN, at=at)
    row.refresh_from_db()
    second = parted(row, actor)
    assert "（四）州财政局应当保障工作经费。联合处置组应当协调。" in texts(row)
    assert row.source + second.source == BOTH
    assert draft(row).typed["issue_date"] == "2017年5月3日"


def test_parts_come_back_in_order_and_never_over_the_work_of_others() -> None:
    actor, other = officer(), officer("王芳")
    row = upload(actor, TEXT + SECOND + SECOND.replace("17号", "18号"), name="来文.txt")
    second = parted(row, actor)
    at = [index for index, words in enumerate(texts(second)) if words == "楚雄州水务局文件"][1]
    third = dividing.part(second.public_key, seen=second.revision, actor=actor, at=at)
    assert third.name == "来文（第3份）.txt"
    second.refresh_from_db()
    with pytest.raises(actions.ImportRefused, match="请先并回后来分出的“来文（第3份）.txt”"):
        dividing.join_back(row.public_key, seen=row.revision, actor=actor, part=f"{second.public_key}:{second.revision}")
    dividing.join_back(second.public_key, seen=second.revision, actor=actor, part=f"{third.public_key}:{third.revision}")
    second.refresh_from_db()
    seen = second.revision
    actions.describe(second.public_key, seen=seen, actor=other, typed={"kind": "公告"})
    with pytest.raises(actions.Stale, match="没有并回：王芳"):
        dividing.join_back(row.public_key, seen=row.revision, actor=actor, part=f"{second.public_key}:{seen}")
    second.refresh_from_db()
    actions.save(second.public_key, seen=second.revision, actor=actor, live=False)
    with pytest.raises(actions.Settled):
        dividing.join_back(row.public_key, seen=row.revision, actor=actor, part=f"{second.public_key}:{second.revision}")


def test_a_file_is_not_divided_before_its_first_block_nor_where_a_mark_of_secrecy_comes() -> None:
    actor = officer()
    row = upload(actor, TEXT.replace("联合处置组", "甲" * 1500 + "联合处置组") + "秘密\n" + SECOND)
    for at in (0, -1, 999):
        with pytest.raises(actions.ImportRefused, match="前面没有文字"):
            dividing.part(row.public_key, seen=row.revision, actor=actor, at=at)
    with pytest.raises(actions.ImportRefused, match="带有密级标志"):
        dividing.part(row.public_key, seen=row.revision, actor=actor, at=texts(row).index("秘密"))
    assert ImportFile.objects.count() == 1
    assert AuditEntry.objects.filter(action="import.secret").count() == 1
    with pytest.raises(actions.Stale):
        dividing.part(row.public_key, seen=row.revision - 1, actor=actor, at=begins(row))


def test_the_screen_offers_the_cut_at_the_second_head_and_the_way_back(client: Client) -> None:
    actor = officer()
    client.force_login(actor, backend="django.contrib.auth.backends.ModelBackend")
    row = upload(actor, BOTH, name="来文.txt")
    address = reverse("policy_docs:import", args=[row.public_key])
    assert f'value="part:{begins(row)}"' in client.get(address).content.decode()
    assert 'id="p-part"' in client.get(f"{address}?at=3").content.decode()
    told = client.post(address, {"seen": row.revision, "verb": f"part:{begins(row)}", "title": "改过的标题"}, follow=True).content.decode()
    second = ImportFile.objects.get(parted_from=row)
    assert "已分为两份文件。后一份“来文（第2份）.txt”正在识别" in told
    assert "后面的文字已分到“来文（第2份）.txt”" in told
    assert draft(row).typed["title"] == "改过的标题"
    work.run_job(second.job_id or 0)
    assert "这是从“来文.txt”分出的文字" in client.get(reverse("policy_docs:import", args=[second.public_key])).content.decode()
    second.refresh_from_db()
    back = f"back:{second.public_key}:{second.revision}"
    assert f'value="{back}"' in client.get(address).content.decode()
    row.refresh_from_db()
    assert "已并回一份文件" in client.post(address, {"seen": row.revision, "verb": back}, follow=True).content.decode()
    assert "已并回原来的文件" in client.get(reverse("policy_docs:import", args=[second.public_key])).content.decode()
    assert "已并回原来的文件" in client.get("/imports/?state=discarded").content.decode()
