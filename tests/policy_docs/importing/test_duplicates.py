"""Pasted text, and duplicates side by side: shown, never refused, and joined where a person says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from policy_docs.importing import actions, work
from policy_docs.importing.comparing import compare_split, text_of
from policy_docs.importing.corrections import Verb
from policy_docs.importing.forms import IdentityForm
from policy_docs.importing.models import ImportFile
from policy_docs.importing.near import near_imports, sketch_of
from policy_docs.importing.run import run
from policy_docs.opinions.comparison import Change, Piece
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.segment import segment
from policy_docs.opinions.types import Block, BlockKind
from tests.factories.imports import TEXT, draft, officer, upload

pytestmark = pytest.mark.django_db
LONG = TEXT.replace("查找被执行人。", "查找被执行人，并及时反馈查找的结果和有关线索。").replace("立项情况。", "立项情况，并提供有关项目的审批材料。")
LONG = LONG.replace("工作经费。\n", "协作机制运行所需要的各项工作经费，列入年度预算。\n")


@pytest.fixture
def office(client: Client, tmp_path: Path) -> Client:
    (tmp_path / "known.txt").write_text(LONG, encoding="utf-8")
    list(run([tmp_path / "known.txt"], actor=None))
    client.force_login(officer(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def other_text(client: Client) -> ImportFile:
    """An import that is alike, under another number, with one clause changed, one new and one gone."""
    text = (
        LONG.replace("8号", "18号")
        .replace("有关线索", "全部线索")
        .replace("联合处置组应当协调。", "新增的一条应当落实。")
        .replace("各成员单位应当确定联络员。\n", "")
    )
    return upload(client_user(client), text, name="other.txt")


def client_user(client: Client):
    from cms.accounts.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def test_a_near_duplicate_is_shown_and_both_can_be_kept(office: Client) -> None:
    row = other_text(office)
    page = office.get(reverse("policy_docs:import", args=[row.public_key])).content.decode()
    assert "可能重复：楚政法发〔2017〕8号《关于协作的意见》" in page
    assert "正文相同 66%" in page
    office.post(reverse("policy_docs:import", args=[row.public_key]), {"seen": row.revision, "verb": "publish", "disclosure": "open"})
    assert OpinionPage.objects.count() == 2


def test_a_person_may_say_that_it_is_a_new_text_of_the_other_and_take_that_back(office: Client) -> None:
    row, known = other_text(office), OpinionPage.objects.get()
    address = reverse("policy_docs:import", args=[row.public_key])

    def post(verb: str, **values: str) -> str:
        row.refresh_from_db()
        return office.post(address, {"seen": str(row.revision), "verb": verb} | values, follow=True).content.decode()

    assert "改为另行收录" in post(f"into:{known.public_key}")
    post("into:")
    assert draft(row).into == ""
    assert "这份文件已经不在了" in post("into:nothing")
    post(f"into:{known.public_key}")
    assert "发布前核对" in post("publish", disclosure="open")
    assert "新增的一条应当落实。" in [row.text for row in known.versions.get(state=OpinionVersion.State.DRAFT).texts.all()]


def test_both_texts_stand_side_by_side(office: Client) -> None:
    row, known = other_text(office), OpinionPage.objects.get()
    address = reverse("policy_docs:import_beside", args=[row.public_key, known.public_key])
    page = office.get(address).content.decode()
    assert "<del>有关</del>" in page
    assert "<ins>全部</ins>" in page
    assert "新增的一条应当落实。" in page
    assert "各成员单位应当确定联络员。" in page
    assert "协作机制运行所需要的" not in page
    assert "协作机制运行所需要的" in office.get(f"{address}?all=1").content.decode()
    assert office.get(reverse("policy_docs:import_beside", args=[row.public_key, "nothing"])).status_code == 404


def test_each_clause_of_both_stands_once_and_moves_are_told(office: Client) -> None:
    rows = text_of(OpinionPage.objects.get())
    lines = LONG.split("\n")
    first = next(index for index, line in enumerate(lines) if line.startswith("（一）"))
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    found = compare_split(rows, segment("\n".join(lines)))
    assert [pair.change for pair in found].count(Change.MOVED) == 1
    assert Change.GONE not in [pair.change for pair in found]
    gone = compare_split(rows, segment(LONG.replace("联合处置组应当协调。\n", "")))
    assert [pair.old.text for pair in gone if pair.change is Change.GONE and pair.old] == ["联合处置组应当协调。"]
    assert len(gone) == len(rows)
    assert {pair.change for pair in compare_split([], segment(TEXT))} == {Change.NEW}


def test_a_heading_that_has_become_a_clause_is_no_change_of_words(office: Client) -> None:
    rows, blocks = text_of(OpinionPage.objects.get()), segment(LONG)
    at = next(index for index, block in enumerate(blocks) if block.text == "职责")
    found = compare_split(rows, [replace(block, kind=BlockKind.CLAUSE) if index == at else block for index, block in enumerate(blocks)])
    assert [(pair.change, pair.after) for pair in found if pair.change is not Change.SAME] == [(Change.RETYPED, (Piece("职责"),))]
    row = upload(client_user(office), LONG.replace("8号", "18号"))
    actions.adjust(row.public_key, seen=row.revision, actor=client_user(office), typed={}, verb=Verb.KIND, at=at, words="clause")
    page = office.get(reverse("policy_docs:import_beside", args=[row.public_key, OpinionPage.objects.get().public_key])).content.decode()
    assert "只改段落类型 1" in page
    assert "文字有改动 1" in page  # its number


def test_words_of_both_texts_are_no_markup(office: Client) -> None:
    row = upload(client_user(office), LONG.replace("8号", "18号").replace("有关线索", "<b>全部</b>线索"), name="x.txt")
    page = office.get(reverse("policy_docs:import_beside", args=[row.public_key, OpinionPage.objects.get().public_key])).content.decode()
    assert "全部" in page
    assert "<b>全部" not in page


def test_pasted_text_is_an_import_like_any_other(office: Client) -> None:
    answer = office.post("/imports/paste/", {"words": TEXT.replace("\n", "\r\n").replace("8号", "28号")})
    row = ImportFile.objects.get()
    assert answer["Location"] == reverse("policy_docs:import", args=[row.public_key])
    assert (row.origin, row.name, row.stem) == ("paste", "楚政法发〔2017〕28号.txt", "楚政法发〔2017〕28号")
    office.post("/imports/paste/", {"words": TEXT.replace("8号", "38号"), "called": "../../会议 通知"})
    assert ImportFile.objects.latest("pk").name == "会议 通知.txt"
    assert "请先把文字粘贴到框里" in office.post("/imports/paste/", {"words": " \n"}, follow=True).content.decode()
    secret = office.post("/imports/paste/", {"words": "机密★1年\n绝对不能引用"}, follow=True).content.decode()
    assert "带有密级标志" in secret
    assert "绝对" not in secret
    assert ImportFile.objects.count() == 2


def test_an_import_of_the_same_number_is_named_while_both_are_open(office: Client) -> None:
    first = upload(client_user(office), TEXT.replace("8号", "28号"), name="一.txt")
    second = upload(officer("王强"), TEXT.replace("8号", "28号").replace("查找被执行人", "查找"), name="二.txt")
    other = upload(officer("赵敏"), TEXT.replace("8号", "38号"), name="三.txt")
    page = office.get(reverse("policy_docs:import", args=[first.public_key])).content.decode()
    assert "“二.txt”可能是同一份文件，也在核对中" in page
    assert "由王强于" in page
    assert f'href="{reverse("policy_docs:import", args=[second.public_key])}"' in page
    assert "三.txt" not in page
    assert "可能是同一份文件，也在核对中" not in office.get(reverse("policy_docs:import", args=[other.public_key])).content.decode()


def test_what_repeats_an_import_says_what_has_become_of_that_one(office: Client) -> None:
    actor, text = client_user(office), TEXT.replace("8号", "28号")
    first, second = upload(actor, text, name="一.txt"), upload(actor, text, name="二.txt")
    assert second.twin == first
    listed = reverse("policy_docs:imports")
    assert "正在核对中，没有重复保存" in office.get(listed).content.decode()
    first = actions.discard(first.public_key, seen=first.revision, actor=actor)
    assert "那一份已经放弃" in office.get(listed).content.decode()
    first = actions.resume(first.public_key, actor=actor)
    actions.save(first.public_key, seen=first.revision, actor=actor, live=False)
    page = office.get(listed).content.decode()
    assert "那一份已经保存，没有重复保存" in page
    assert "正在核对中" not in page


def twice(client: Client) -> tuple[ImportFile, ImportFile]:
    """Two files of one drop whose texts are nearly the same, under other numbers and titles."""
    text = LONG.replace("8号", "28号").replace("关于协作的意见", "关于配合的意见")
    return upload(client_user(client), text, name="一.txt"), upload(
        client_user(client), text.replace("28号", "29号").replace("关于配合的意见", "关于联系的意见"), name="二.txt"
    )


def test_of_two_near_texts_of_one_drop_each_names_the_other(office: Client) -> None:
    first, second = twice(office)
    for one, other in ((first, second), (second, first)):
        page = office.get(reverse("policy_docs:import", args=[one.public_key])).content.decode()
        assert f"可能重复：“{other.name}”，也在核对中" in page
        assert "正文相同 100%。正在导入，由李静于" in page
        assert f'href="{reverse("policy_docs:import", args=[other.public_key])}"' in page
    actions.discard(second.public_key, seen=second.revision, actor=client_user(office))
    assert "二.txt" not in office.get(reverse("policy_docs:import", args=[first.public_key])).content.decode()


def test_a_near_draft_is_found_and_called_one(office: Client) -> None:
    first, second = twice(office)
    actions.save(first.public_key, seen=first.revision, actor=client_user(office), live=False)
    page = office.get(reverse("policy_docs:import", args=[second.public_key])).content.decode()
    known = OpinionPage.objects.get(live=False)
    assert "可能重复：楚政法发〔2017〕28号《关于配合的意见》（草稿）" in page
    assert reverse("policy_docs:import_beside", args=[second.public_key, known.public_key]) in page
    office.post(reverse("policy_docs:import", args=[second.public_key]), {"seen": second.revision, "verb": f"into:{known.public_key}"})
    second.refresh_from_db()
    actions.save(second.public_key, seen=second.revision, actor=client_user(office), live=False)
    assert OpinionPage.objects.get(live=False).title == "关于联系的意见"


def test_the_sketch_follows_the_corrected_split_and_is_made_where_it_is_missing(office: Client) -> None:
    row = other_text(office)
    before = row.sketch
    assert before == sketch_of(draft(row).blocks)
    at = next(index for index, block in enumerate(draft(row).blocks) if "全部线索" in block.text)
    actions.adjust(row.public_key, seen=row.revision, actor=client_user(office), typed={}, verb=Verb.KIND, at=at, words="left_out")
    row.refresh_from_db()
    assert len(row.sketch) == len(before) - 1
    ImportFile.objects.update(sketch=None)
    work.make_sketches()
    assert ImportFile.objects.get().sketch == row.sketch


def test_the_share_of_two_long_texts_is_told_from_their_sketches(office: Client) -> None:
    long = [Block(BlockKind.CLAUSE, "", f"公安机关应当协助人民法院办理第{number}类查询事项。") for number in range(2000)]
    near, far = long[:1600] + [replace(block, text=f"{block.text}另有规定的除外。") for block in long[1600:]], long[:200]
    rows = [upload(client_user(office), f"甲{number}\n第一条 公安机关应当协助。", name=f"{number}.txt") for number in range(2)]
    for row, blocks in zip(rows, (near, far + [replace(block, text=f"另：{block.text}") for block in long]), strict=True):
        ImportFile.objects.filter(pk=row.pk).update(sketch=sketch_of(blocks))
    found = near_imports(long, ImportFile.objects.all())
    assert list(found) == [rows[0].pk]
    assert found[rows[0].pk] == pytest.approx(0.8, abs=0.08)
    assert near_imports(long[:1], ImportFile.objects.all()) == {}


def test_the_screen_asks_few_questions_and_reads_the_identity_block_once(
    office: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    rows = twice(office)
    for number in range(10):
        upload(client_user(office), LONG.replace("8号", f"{number + 40}号").replace("协作的意见", f"第{number}件"), name=f"{number}.txt")
    made: list[int] = []
    begin = IdentityForm.__init__
    monkeypatch.setattr(IdentityForm, "__init__", lambda form, *args, **named: (made.append(1), begin(form, *args, **named))[1])
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page = office.get(reverse("policy_docs:import", args=[rows[0].public_key])).content.decode()
    assert page.count("打开那一份") == 5
    assert len(made) == 1
