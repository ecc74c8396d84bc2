"""What is done to the tree of topics. One function per verb; each holds the tree, compares what the person saw, and writes its audit row.

Merging and retiring move nothing (``forest``), so both can be taken back at any time.
"""

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from cms.accounts.models import User
from cms.audit.models import AuditEntry
from cms.audit.record import record, wait_for_turn
from policy_docs.opinions.models import Change
from policy_docs.signals import topics_changed

from .forest import Forest, load_forest
from .models import ClauseTopic, Topic, TopicName

LONGEST_NAME = 40
_DEEPEST = 5
_WORDS, _WORD = 30, 20  # words of a topic, signs of a word


class TopicRefused(Exception):
    """The change of the tree is refused; the message says why and what to do."""


class TopicStale(TopicRefused):
    """The topic has changed since the person saw it."""


def stamp_of(topic: Topic) -> str:
    """Return a short mark of what a person sees of a topic."""
    told = repr((topic.name, topic.note, topic.words, topic.path, topic.merged_into_id, topic.retired_at is not None))
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def hold_tree() -> Forest:
    """Lock the tree for the transaction and read it.

    Whoever has given a clause a topic refers to it at the commit, holding the audit trail: neither the lock nor a new name or path, which are
    keys, may stand in the way of that while waiting for the trail.
    """
    list(Topic.objects.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    wait_for_turn()
    return load_forest()


@transaction.atomic
def add(name: str, *, under: int | None, actor: User, note: str = "", words: Sequence[str] = ()) -> Topic:
    """Add a topic as the last below another one (None: a tree of its own).

    Raises:
        TopicRefused: the name is empty, too long or taken, or there is no such topic above.
    """
    forest = hold_tree()
    name, note, words = _checked(name, note, words, forest)
    if under is not None and (under not in forest.nodes or forest.standing(under) is None):
        raise TopicRefused(_("没有添加：上级主题已停用或者并入别的主题，请重新选择。"))
    if under is not None and len(forest.trail(under)) + 1 >= _DEEPEST:
        raise TopicRefused(_("没有添加：主题最多 %d 层。") % _DEEPEST)
    fields = {"name": name, "slug": free_slug(name), "note": note, "words": list(words)}
    topic: Topic = Topic.objects.get(pk=under).add_child(**fields) if under is not None else Topic.add_root(**fields)
    record(actor=actor, action="topic.add", target=topic, details={"name": name, "under": under, "words": list(words)})
    if words:
        topics_changed.send(Topic, actor=actor)
    return topic


@transaction.atomic
def change(pk: int, *, seen: str, name: str, note: str, words: Sequence[str], actor: User | None) -> Topic:
    """Change name, note and words. A new name takes a new address; the old one leads on.

    Raises:
        TopicStale: it has changed since it was seen.
        TopicRefused: the name is empty, too long or taken.
    """
    forest = hold_tree()
    topic = _fresh(pk, seen)
    name, note, words = _checked(name, note, words, forest, own=pk)
    before = {"name": topic.name, "slug": topic.slug, "note": topic.note, "words": topic.words}
    if name != topic.name:
        old, topic.name = topic.slug, name
        TopicName.objects.filter(topic=topic, slug=slug_of(name)).delete()  # a name that comes back takes its address back
        topic.slug = free_slug(name)
        if topic.slug != old:
            TopicName.objects.create(topic=topic, name=before["name"], slug=old)
    topic.note, topic.words = note, list(words)
    topic.save(update_fields=["name", "slug", "note", "words", "changed_at"])
    after = {"name": topic.name, "slug": topic.slug, "note": topic.note, "words": topic.words}
    if before != after:
        record(actor=actor, action="topic.change", target=topic, details={"before": before, "after": after})
    if before["slug"] != after["slug"]:
        _announce(load_forest(), pk)
    if before["words"] != after["words"]:
        topics_changed.send(Topic, actor=actor)
    return topic


@transaction.atomic
def move(pk: int, *, seen: str, under: int | None, place: int, actor: User) -> Topic:
    """Put a topic, with all below it, at a place (from 1; one too high is the last) below another one (None: among the roots).

    Raises:
        TopicStale: it has changed since it was seen.
        TopicRefused: it would stand below itself, or too deep.
    """
    forest = hold_tree()
    topic = _fresh(pk, seen)
    if under is not None and (under not in forest.nodes or forest.standing(under) is None):
        raise TopicRefused(_("没有移动：目标主题已停用或者并入别的主题，请重新选择。"))
    if under is not None and under in {node.pk for node in forest.branch(pk)}:
        raise TopicRefused(_("没有移动：主题不能放到它自己的下级里。"))
    if under is not None and len(forest.trail(under)) + 1 + _height(forest, pk) > _DEEPEST:
        raise TopicRefused(_("没有移动：主题最多 %d 层。") % _DEEPEST)
    before = {"under": forest.above[pk], "path": topic.path}
    beside = [node for node in forest.children(under) if node.pk != pk]
    if len(beside) >= max(1, place):
        topic.move(Topic.objects.get(pk=beside[max(1, place) - 1].pk), "left")
    elif beside:
        topic.move(Topic.objects.get(pk=beside[-1].pk), "right")
    elif under is not None:
        topic.move(Topic.objects.get(pk=under), "first-child")
    if load_forest().has_ring():  # a merged topic may stand between
        raise TopicRefused(_("没有移动：主题不能放到它自己的下级里。"))
    moved = Topic.objects.get(pk=pk)
    record(actor=actor, action="topic.move", target=moved, details={"before": before, "after": {"under": under, "path": moved.path}})
    _announce(load_forest(), pk)
    return moved


@transaction.atomic
def merge(pk: int, *, seen: str, into: int, actor: User) -> Topic:
    """Let a topic stand for another one: its clauses, what lies below it, its names and addresses count there. Nothing is moved.

    Raises:
        TopicStale: it has changed since it was seen.
        TopicRefused: the other one is itself, lies below it, or no longer stands.
    """
    forest = hold_tree()
    topic = _fresh(pk, seen)
    if topic.merged_into_id is not None or topic.retired_at is not None:
        raise TopicRefused(_("没有合并：“%s”已停用或者已并入别的主题。") % topic.name)
    if into not in forest.nodes or forest.standing(into) is None:
        raise TopicRefused(_("没有合并：目标主题已停用或者并入别的主题，请重新选择。"))
    if into in {node.pk for node in forest.branch(pk)} or forest.with_node(pk, merged=into).has_ring():
        raise TopicRefused(_("没有合并：不能并入它自己或者它的下级。"))
    topic.merged_into_id = into
    topic.save(update_fields=["merged_into", "changed_at"])
    record(actor=actor, action="topic.merge", target=topic, details={"into": into, "name": forest.nodes[into].name})
    _announce(forest, pk)
    return topic


@transaction.atomic
def retire(pk: int, *, seen: str, actor: User) -> Topic:
    """Take a topic, with all below it, out of use; it can be restored.

    Raises:
        TopicStale: it has changed since it was seen.
        TopicRefused: it is not in use.
    """
    forest = hold_tree()
    topic = _fresh(pk, seen)
    if topic.merged_into_id is not None or topic.retired_at is not None:
        raise TopicRefused(_("没有停用：“%s”已停用或者已并入别的主题。") % topic.name)
    topic.retired_at = timezone.now()
    topic.save(update_fields=["retired_at", "changed_at"])
    record(actor=actor, action="topic.retire", target=topic)
    _announce(forest, pk)
    return topic


@transaction.atomic
def restore(pk: int, *, actor: User) -> Topic:
    """Take back a merge or a retirement: everything is as it was.

    Raises:
        TopicRefused: it is in use, or its place lies below itself now.
    """
    forest = hold_tree()
    topic = Topic.objects.filter(pk=pk).first()
    if topic is None or (topic.merged_into_id is None and topic.retired_at is None):
        raise TopicRefused(_("没有恢复：这个主题正在使用。"))
    if forest.with_node(pk, merged=None, retired=False).has_ring():
        raise TopicRefused(_("没有恢复：它原来的上级主题现在排在它的下级里，请先移动上级主题。"))
    before = {"merged_into": topic.merged_into_id, "retired": topic.retired_at is not None}
    topic.merged_into, topic.retired_at = None, None
    topic.save(update_fields=["merged_into", "retired_at", "changed_at"])
    record(actor=actor, action="topic.restore", target=topic, details={"before": before})
    _announce(load_forest(), pk)
    topics_changed.send(Topic, actor=actor)  # nothing was suggested while it was out of use
    return topic


def _fresh(pk: int, seen: str) -> Topic:
    topic = Topic.objects.filter(pk=pk).first()
    if topic is None or stamp_of(topic) != seen:
        raise TopicStale(_("没有保存：这个主题在您打开以后已被改过%s。下面是现在的样子，您填写或选择的内容还在。") % _by_whom(pk))
    return topic


def _by_whom(pk: int) -> str:
    last = AuditEntry.objects.filter(target=f"{Topic._meta.label_lower}:{pk}").first()
    return _("（%(who)s，%(at)s）") % {"who": last.actor, "at": date_format(timezone.localtime(last.at), "n月j日 H:i")} if last is not None else ""


def _checked(name: str, note: str, words: Sequence[str], forest: Forest, *, own: int | None = None) -> tuple[str, str, list[str]]:
    """Return name, note and words without what does not belong there.

    Raises:
        TopicRefused: one of them cannot be taken.
    """
    name, note = " ".join(name.split()), " ".join(note.split())
    words = list(dict.fromkeys(word for given in words if (word := given.strip())))
    if not name or len(name) > LONGEST_NAME:
        raise TopicRefused(_("主题名称应为 1 至 %d 个字。") % LONGEST_NAME)
    if len(note) > 200:
        raise TopicRefused(_("范围说明不能超过 200 个字。"))
    if len(words) > _WORDS or any(not 2 <= len(word) <= _WORD for word in words):
        raise TopicRefused(_("识别用语每个 2 至 %(long)d 个字，最多 %(many)d 个。") % {"long": _WORD, "many": _WORDS})
    taken = next((node for node in forest.nodes.values() if node.name == name and node.pk != own), None)
    if taken is not None:
        state = _("已有主题“%s”。") if taken.stands else _("“%s”已停用或者已并入别的主题，可以恢复它。")
        raise TopicRefused(state % name)
    return name, note, words


def slug_of(name: str) -> str:
    """Return the address that a name asks for: pinyin, 限制出境 → xian-zhi-chu-jing."""
    return slugify("-".join(lazy_pinyin(name)))[:90].strip("-") or "topic"


def free_slug(name: str) -> str:
    """Return an address that no topic has or had."""
    wanted = slug_of(name)
    taken = {*Topic.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)}
    taken |= {*TopicName.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)}
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _height(forest: Forest, pk: int) -> int:
    return 1 + max((_height(forest, child.pk) for child in forest.children(pk)), default=0)


def _announce(forest: Forest, pk: int) -> None:
    """Tell the index that the documents with clauses of a branch are to be read again."""
    branch = forest.sources([node.pk for node in forest.branch(pk)])
    keys = ClauseTopic.objects.filter(tag__in=branch).order_by().values_list("opinion__public_key", flat=True).distinct()
    for key in keys:  # one by one: the indexer hears of each row's creation
        Change.objects.create(item=Change.Item.OPINION, key=key)
