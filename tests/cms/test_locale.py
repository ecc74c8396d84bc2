"""Wagtail's interface in Chinese: our catalogue fills what Wagtail's own leaves in English, message by message, and keeps to the words of the house."""

import datetime
import gettext
import json
import re
from ast import literal_eval
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Collection, Page, PageLogEntry

from cms.accounts.models import User

LOCALE = "zh_Hans"
DOMAINS = ("django", "djangojs")
LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[0\])? )?(".*")')
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}|<[^>]+>")

Key = str | tuple[str, int]  # as gettext keeps it: the plural forms of a message are keys of their own


class Message(NamedTuple):
    """One message of a .po file; without a translation, `text` is empty."""

    context: str
    singular: str
    plural: str
    text: str

    @property
    def key(self) -> Key:
        key = f"{self.context}\x04{self.singular}" if self.context else self.singular
        return (key, 0) if self.plural else key


def read_po(path: Path) -> Iterator[Message]:
    """Yield the messages but for the header; those marked fuzzy have no translation, as for msgfmt."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        parts = dict.fromkeys(("msgctxt", "msgid", "msgid_plural", "msgstr"), "")
        name = ""
        for match in filter(None, map(LINE.fullmatch, block.splitlines())):
            name = match[1] or name
            parts[name] += literal_eval(match[2])
        if parts["msgid"]:
            fuzzy = re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)
            yield Message(parts["msgctxt"], parts["msgid"], parts["msgid_plural"], "" if fuzzy else parts["msgstr"])


def read_mo(path: Path) -> dict[Key, str]:
    """What Django reads: a .mo file without its header and without empty translations."""
    with path.open("rb") as file:
        catalogue: dict[Key, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {key: text for key, text in catalogue.items() if key and text}


def wagtail_files(locale: str, name: str) -> list[Path]:
    """The files of this name of all installed Wagtail apps."""
    folders = [Path(config.path) for config in apps.get_app_configs() if config.name.split(".")[0] == "wagtail"]
    return [path for folder in folders if (path := folder / "locale" / locale / "LC_MESSAGES" / name).exists()]


def our_file(name: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / name


def wagtail_messages(domain: str) -> dict[Key, Message]:
    """All that the installed Wagtail apps say, by their English source files."""
    return {message.key: message for path in wagtail_files("en", f"{domain}.po") for message in read_po(path)}


def untranslated(domain: str) -> dict[Key, Message]:
    """What the installed Wagtail apps say and do not translate."""
    done = {key for path in wagtail_files(LOCALE, f"{domain}.mo") for key in read_mo(path)}
    return {key: message for key, message in wagtail_messages(domain).items() if key not in done}


def test_po_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(
        'msgid ""\nmsgstr "Language: zh_Hans\\n"\n\n#: a.py\nmsgctxt "c"\nmsgid "a \\"b\\""\nmsgstr "甲"\n\n'
        '#, fuzzy, python-format\nmsgid ""\n"one\\n"\n"two"\nmsgstr "乙"\n\n'
        'msgid "%(n)s page"\nmsgid_plural "%(n)s pages"\nmsgstr[0] ""\n"%(n)s "\n"页"\n',
        encoding="utf-8",
    )
    assert list(read_po(path)) == [
        Message("c", 'a "b"', "", "甲"),
        Message("", "one\ntwo", "", ""),
        Message("", "%(n)s page", "%(n)s pages", "%(n)s 页"),
    ]


@pytest.mark.parametrize(("domain", "least"), [("django", 1500), ("djangojs", 80)])
def test_the_sources_are_found(domain: str, least: int) -> None:
    assert len(wagtail_messages(domain)) >= least


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_message_is_missing(domain: str) -> None:
    ours = read_mo(our_file(f"{domain}.mo"))
    missing = [message.singular for key, message in untranslated(domain).items() if key not in ours]
    assert len(missing) == 0, missing


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_message_of_ours_is_unknown_to_wagtail(domain: str) -> None:
    known = {message[:3] for message in wagtail_messages(domain).values()}
    assert [message.singular for message in read_po(our_file(f"{domain}.po")) if message[:3] not in known] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_compiled_as_written(domain: str) -> None:
    written = list(read_po(our_file(f"{domain}.po")))
    assert {message.key: message.text for message in written} == read_mo(our_file(f"{domain}.mo"))
    assert len(written) == len({message.key for message in written})


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_and_tags_agree(domain: str) -> None:
    assert [
        message.text
        for message in read_po(our_file(f"{domain}.po"))
        if Counter(PLACEHOLDER.findall(message.text)) != Counter(PLACEHOLDER.findall(message.plural or message.singular))
    ] == []


# «overwrite»: nothing of ours does; the others are words of programmers, impolite, or not those that the rest of the product has
FOREIGN = re.compile(
    r"覆盖|工作流|片段|缩略名|评论|取消发布|拒绝|驳回|控制面板|主控台|元描述|帐号|注销|动作|校验|对不起|抱歉|为何不|你|啊|😭|(?<![a-z])'%|\\.\\.\\."
)


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_message_has_a_word_that_the_house_does_not_use(domain: str) -> None:
    said = {key: text for path in wagtail_files(LOCALE, f"{domain}.mo") for key, text in read_mo(path).items()} | read_mo(our_file(f"{domain}.mo"))
    shown = {message.singular: said[key] for key, message in wagtail_messages(domain).items()}
    foreign = {singular: text for singular, text in shown.items() if FOREIGN.search(text)}
    assert len(foreign) == 0, foreign


def test_the_site_speaks_our_words() -> None:
    with translation.override("zh-hans"):
        assert translation.gettext("Locked by workflow") == "审核中，不能修改"
        assert translation.gettext("Unpublish") == "撤回"
        assert translation.ngettext("Moved up 1 place.", "Moved up %(counter)s places.", 3) == "上移了 %(counter)s 位。"


def test_the_editor_speaks_our_words() -> None:
    script = Client().get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    for singular, text in {
        "Changes have been autosaved.": "修改已自动保存。",
        "Insert a block": "插入一段",
        "%(num)s error": ["%(num)s 处错误"],
        "Move up": "上移",  # Wagtail's own stays
    }.items():
        entry = json.dumps({singular: text}, indent=2)[2:-2].strip()
        assert re.sub(r"\s+", " ", entry) in re.sub(r"\s+", " ", script)


@pytest.mark.django_db
def test_what_django_and_wagtail_store_has_names_that_people_understand() -> None:
    """Stored once, in English, when a store is made: no catalogue reaches it."""
    stored = [*Permission.objects.values_list("name", flat=True), *Group.objects.values_list("name", flat=True)]
    stored += [*Page.objects.values_list("title", flat=True), *Collection.objects.values_list("name", flat=True)]
    stored += PageLogEntry.objects.values_list("label", flat=True)
    assert [name for name in stored if re.match("Can |Publish |Lock|Unlock|Delete |Bulk |Root$|Editors$|Moderators$|Welcome ", name)] == []
    assert Permission.objects.get(codename="add_unitkind").name == "添加单位类别"


@pytest.mark.django_db
def test_lists_and_panels_say_no_word_of_wagtails() -> None:
    with translation.override("zh-hans"):
        assert naturaltime(timezone.now() - datetime.timedelta(minutes=15)).replace("\xa0", "") == "15分钟之前"
        shown = render_to_string("wagtailadmin/tables/boolean_cell.html", {"value": True, "column": {}})
    assert "是" in shown
    assert "True" not in shown
    admin = Client()
    admin.force_login(User.objects.create(username="a", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    for address in (reverse("wagtailadmin_account"), reverse("wagtailadmin_explore_root"), reverse("wagtailadmin_reports:site_history")):
        words = BeautifulSoup(admin.get(address).content, "html.parser").get_text(" ")
        assert not re.search("Africa|Root|Wagtail|URL|模型日志", words), address
