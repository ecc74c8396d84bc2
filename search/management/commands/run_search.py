"""manage.py run_search QUERY [--limit N] [--format text|jsonl] [--as USER]"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.viewer import UnknownReader, Viewer, named_viewer
from search.engines.base import EngineError
from search.engines.registry import engine
from search.query.parse import InvalidQuery
from search.query.rows import Row
from search.query.service import Results, search
from search.types import SearchQuery

_PAGE = 100


class Command(BaseCommand):
    """Search as the page does, over every block of the texts, and print the hits: for judging and for looking into a ranking."""

    help = "按网页同样的办法查找条款"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("query", help="查找内容")
        parser.add_argument("--limit", type=int, default=20, help="最多几条（默认 20，最多 1000）")
        parser.add_argument("--format", choices=["text", "jsonl"], default="text", help="jsonl：每行一个 JSON 对象")
        parser.add_argument("--as", dest="reader", default="", help="以哪个用户的权限查找（public 为公众；默认为协调机构）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search and print."""
        limit = max(1, min(options["limit"], 1000))
        viewer = _viewer(options["reader"])
        left = limit
        page = 1
        while left > 0:
            results = self._search(options["query"], viewer, page=page, size=min(limit, _PAGE))
            for row in results.rows[:left]:
                self._print(row, options["format"])
            left -= len(results.rows)
            page += 1
            if len(results.rows) < min(limit, _PAGE):
                break
        if options["format"] == "text":
            self.stdout.write(_("共 %(total)d 条，其中符合全部词的 %(exact)d 条") % {"total": results.total, "exact": results.exact})

    def _search(self, text: str, viewer: Viewer, *, page: int, size: int) -> Results:
        query = SearchQuery(text=text, page=page, size=size)
        try:
            return search(query, viewer=viewer, engine=engine(), on=timezone.localdate(), counts=False)
        except InvalidQuery as error:
            raise CommandError(str(error)) from error
        except EngineError as error:
            raise CommandError(_("查找索引不可用，请先运行 manage.py rebuild_index。")) from error

    def _print(self, row: Row, form: str) -> None:
        if row.text is None:
            return
        doc = next(iter(row.text.version.source_names or []), "") or row.opinion.public_key
        if form == "jsonl":
            found = {"doc": doc, "path": row.text.path, "text": row.text.label + row.text.text, "score": round(row.hit.score, 4)}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        shown = "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in row.pieces)
        self.stdout.write(f"{row.hit.score:.2f}\t《{row.opinion.title}》{''.join(row.text.path)}\n\t{shown}")


def _viewer(name: str) -> Viewer:
    try:
        return named_viewer(name)
    except UnknownReader:
        raise CommandError(_("没有用户“%s”。") % name) from None
