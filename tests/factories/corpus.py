"""Stores of generated documents, unsettled as real ones are: checked and rejected duties, drafts, private ones, repeals, new versions, edits of units."""

import datetime
import random
from collections.abc import Sequence
from pathlib import Path

from wagtail.models import PageViewRestriction

from bench.corpus import Made, Writer
from policy_docs.duties.models import Duty
from policy_docs.importing.pool import FEW
from policy_docs.importing.run import run
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Reform, UnitAlias

KINDS = ("audit", "statistics", "science", "hrss", "civil_affairs", "market_regulation")  # few, so that each has many duties
ALIAS, ALIAS_KIND = "账目复核组", "audit"


def filled(folder: Path, seed: int, *, documents: int, clauses: int) -> tuple[Writer, list[Made]]:
    """Write documents with a seed, one alias of this very store among their names, and import them."""
    UnitAlias.objects.create(kind_id=ALIAS_KIND, text=ALIAS, form=UnitAlias.Form.ORGAN)
    writer = Writer(seed, provinces=1, extra={ALIAS_KIND: (ALIAS,)}, kinds=KINDS)
    made = list(writer.documents(documents, clauses=clauses))
    written(folder, made)
    return writer, made


def written(folder: Path, made: Sequence[Made]) -> None:
    """Import documents, so few at a time that no second process is started for them."""
    paths = [folder / f"{one.name}.txt" for one in made]
    for path, one in zip(paths, made, strict=True):
        path.write_text(one.text, encoding="utf-8")
    for first in range(0, len(paths), FEW):
        list(run(paths[first : first + FEW], actor=None))


def amended(folder: Path, chance: random.Random, made: Sequence[Made]) -> None:
    """Import some documents again under the same number: one clause less, one more, in force later."""
    for one in chance.sample(list(made), max(1, len(made) // 8)):
        lines = one.text.splitlines()
        items = [at for at, line in enumerate(lines) if line.startswith("（一）")]
        if not items:
            continue
        lines[items[0]] = f"（一）审计机关应当抽查第{one.name}号补充台账，抽查结果当月公布。"
        lines.insert(len(lines) - 2, f"本次修改自{chance.randint(2020, 2026)}年5月1日起施行。")
        (folder / f"{one.name}-2.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        list(run([folder / f"{one.name}-2.txt"], actor=None))


def unsettled(chance: random.Random) -> None:
    """Check, reject and set back duties; hide, restrict, end and repeal documents; add reforms with dates of their own."""
    for duty in Duty.objects.order_by("pk"):
        roll = chance.random()
        state = Duty.State.CONFIRMED if roll < 0.5 else Duty.State.REJECTED if roll < 0.6 else Duty.State.TO_CHECK if roll < 0.65 else None
        if state is not None:
            Duty.objects.filter(pk=duty.pk).update(state=state)
    for page in OpinionPage.objects.order_by("pk"):
        roll = chance.random()
        if roll < 0.06:
            page.unpublish()
        elif roll < 0.12:
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        elif roll < 0.22:
            page.effective_until = datetime.date(chance.randint(2016, 2026), 6, 30)
            page.save(update_fields=["effective_until"])
        elif roll < 0.30:
            page.repealed_on = datetime.date(chance.randint(2016, 2026), 9, 1)
            page.save(update_fields=["repealed_on"])
    dates = {f"{level}_on": datetime.date(chance.randint(2016, 2025), 7, 1) for level in ("country", "province", "prefecture", "county")}
    event = ReformEvent.objects.create(kind=ReformEvent.Kind.SEVERAL, title="试")
    Reform.objects.create(event=event, predecessor_id="science", successor_id="statistics", scope=Reform.Scope.WHOLE, basis="试", **dates)
    dates.pop("county_on")
    Reform.objects.create(event=event, predecessor_id="statistics", successor_id="audit", scope=Reform.Scope.WHOLE, basis="试", **dates)
    Reform.objects.create(
        event=event,
        predecessor_id="hrss",
        successor_id="civil_affairs",
        scope=Reform.Scope.FUNCTION,
        function_words=["生育保险", "退税账目", "评估报告"],
        basis="试",
        **dates,
    )
