"""manage.py run_search QUERY [--limit N] [--format text|jsonl] [--as USER] [--engine NAME] [--explain]"""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import UnknownReader, Viewer, named_viewer
from policy_docs.units.aliases import current_vocabulary
from search.engines.base import Engine, EngineError
from search.engines.registry import engine, engine_named
from search.engines.watched import Watched
from search.query.explain import led_to, plan_lines, understood
from search.query.parse import InvalidQuery
from search.query.rows import Row
from search.query.service import Results, Why, from_database, search
from search.types import SearchQuery
from search.views.hits import why_of

_PAGE = 100
_DATABASE = "database"


class Command(BaseCommand):
    """Search as the page does, over every block of the texts, and print the hits: for judging and for looking into a ranking."""

    help = "按网页同样的办法查找条款"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("query", help="查找内容")
        parser.add_argument("--limit", type=int, default=20, help="最多几条（默认 20，最多 1000）")
        parser.add_argument("--format", choices=["text", "jsonl"], default="text", help="jsonl：每行一个 JSON 对象")
        parser.add_argument("--as", dest="reader", default="", help="以哪个用户的权限查找（public 为公众；默认为协调机构）")
        parser.add_argument(
            "--engine", choices=["embedded", "elasticsearch", _DATABASE], default="", help="用哪个引擎（默认为网站所用；database 为索引不可用时的查法）"
        )
        parser.add_argument("--explain", action="store_true", help="说明怎样理解、怎样查找、为什么命中和用时")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search and print."""
        limit = max(1, min(options["limit"], 1000))
        viewer, name = _viewer(options["reader"]), options["engine"]
        watched = None if name == _DATABASE else Watched(engine_named(name) if name else engine())
        begun = time.perf_counter()
        found = [self._search(options["query"], viewer, watched, page=1, size=min(limit, _PAGE))]
        while len(found[-1].rows) == min(limit, _PAGE) and sum(len(results.rows) for results in found) < limit:
            found.append(self._search(options["query"], viewer, watched, page=len(found) + 1, size=min(limit, _PAGE)))
        seconds = time.perf_counter() - begun
        if options["explain"]:
            self._explain(found[0], watched, seconds)
        for row in [row for results in found for row in results.rows][:limit]:
            self._print(row, found[0], options["format"], explain=options["explain"])
        if options["format"] == "text":
            self.stdout.write(_("共 %(total)d 条，其中符合全部词的 %(exact)d 条") % {"total": found[0].total, "exact": found[0].exact})

    def _search(self, text: str, viewer: Viewer, asked: Engine | None, *, page: int, size: int) -> Results:
        query, on = SearchQuery(text=text, page=page, size=size), timezone.localdate()
        try:
            if asked is None:
                return from_database(query, viewer=viewer, on=on, why=Why.DOWN)
            return search(query, viewer=viewer, engine=asked, on=on, counts=False)
        except InvalidQuery as error:
            raise CommandError(str(error)) from error
        except EngineError as error:
            raise CommandError(_("查找索引不可用，请先运行 manage.py rebuild_index。")) from error

    def _explain(self, found: Results, watched: Watched | None, seconds: float) -> None:
        """Say what was understood, what the index was asked and how long that took; on the error stream, so that the hits can be piped on."""
        lines = [_("理解为：")] + [f"  {what}：{words}" for what, words in understood(found.parsed, current_vocabulary())]
        lines += [_("  “%(word)s”另找：%(others)s") % {"word": word, "others": others} for word, others in led_to(found.parsed)]
        if found.corrected:
            lines += [_("  没有找到“%(typed)s”，改为“%(meant)s”") % {"typed": typed, "meant": meant} for typed, meant in found.corrected.pairs]
        calls = watched.calls if watched else []
        shown = next((call.plan for call in reversed(calls) if call.what == "search"), None)  # the last one: it demands as much as leaves enough
        lines += [_("查找：")] + ([f"  {line}" for line in plan_lines(shown)] if shown else [_("  由数据库逐字查找")])
        inside = sum(call.seconds for call in calls)
        said = {
            "name": watched.name if watched else _DATABASE,
            "n": len(calls),
            "inside": inside * 1000,
            "rest": (seconds - inside) * 1000,
            "all": seconds * 1000,
        }
        lines.append(_("用时 %(all).1f 毫秒：%(name)s 查 %(n)d 次 %(inside).1f 毫秒，理解和读取 %(rest).1f 毫秒") % said)
        self.stderr.write("\n".join(lines), style_func=str)

    def _print(self, row: Row, found: Results, form: str, *, explain: bool) -> None:
        if row.text is None:
            return
        doc = next(iter(row.text.version.source_names or []), "") or row.opinion.public_key
        why = why_of(row, found.parsed, {kind.key: kind.name for kind in current_vocabulary().kinds}) if explain else []
        if form == "jsonl":
            told: dict[str, object] = {"doc": doc, "path": row.text.path, "text": row.text.label + row.text.text, "score": round(row.hit.score, 4)}
            self.stdout.write(json.dumps(told | ({"why": dict(why)} if explain else {}), ensure_ascii=False))
            return
        shown = "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in row.pieces)
        self.stdout.write(f"{row.hit.score:.2f}\t《{row.opinion.title}》{''.join(row.text.path)}\n\t{shown}")
        if why:
            self.stdout.write("\t" + "；".join(f"{what}：{words}" for what, words in why))


def _viewer(name: str) -> Viewer:
    try:
        return named_viewer(name)
    except UnknownReader:
        raise CommandError(_("没有用户“%s”。") % name) from None
