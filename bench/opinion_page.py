"""A law of 1,260 articles as a page, the list of documents, the list of duties to be checked; in a store of its own.

usage: python bench/opinion_page.py [--articles N] [--runs N]

Measured inside this process, from the request to the last byte of the answer, without the network.
"""

import argparse
import atexit
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="liandong-bench-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

DOERS = ("公安机关", "民政部门", "税务机关", "自然资源主管部门", "市场监督管理部门", "人力资源和社会保障部门", "司法行政部门", "交通运输主管部门")
DEEDS = ("协助查询登记信息，并在三个工作日内反馈", "办理查封登记，不得拖延", "公布异议的办法", "对拒不协助的单位责令改正", "建立信息比对制度")
DIGITS = "零一二三四五六七八九"
BOOK, CHAPTER = 180, 15  # articles


def numeral(number: int) -> str:
    """Return a number below ten thousand in Chinese numerals."""
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if zero and words else "") + ("" if unit == 10 and digit == 1 and not words else DIGITS[digit]) + name
        zero = not digit
    return words


def law(articles: int) -> str:
    """Return a law with books, chapters and articles; each fourth article has a second paragraph."""
    lines = ["中华人民共和国查控协助法典", "（2020年5月28日第十三届全国人民代表大会第三次会议通过）"]
    for number in range(articles):
        if number % BOOK == 0:
            lines.append(f"第{numeral(number // BOOK + 1)}编 第{numeral(number // BOOK + 1)}类事项")
        if number % CHAPTER == 0:
            lines.append(f"第{numeral(number % BOOK // CHAPTER + 1)}章 第{numeral(number // CHAPTER + 1)}种财产")
        doer, deed = DOERS[number * 7 % len(DOERS)], DEEDS[number * 3 % len(DEEDS)]
        lines.append(f"第{numeral(number + 1)}条　对第{numeral(number + 1)}种财产，{doer}应当{deed}。")
        if number % 4 == 0:
            lines.append(f"前款规定的财产，权利人可以依照《中华人民共和国民法典》提出异议，{DOERS[number * 5 % len(DOERS)]}应当在七日内答复。")
    return "\n".join(lines)


def main() -> None:
    """Fill the store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1260)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from bench.department_page import count_into, spread, timed
    from cms.accounts.models import Role, User
    from policy_docs.duties.models import Duty
    from policy_docs.importing.run import run
    from policy_docs.opinions.pages import OpinionPage

    call_command("migrate", verbosity=0)
    path = Path(os.environ["VAR_DIR"]) / "law.txt"
    path.write_text(law(options.articles), encoding="utf-8")
    list(run([path], actor=None))
    page = OpinionPage.objects.get()
    print(f"{options.articles} 条，{Duty.objects.exclude(role='mention').count()} 条职责")
    for number, (role, address) in enumerate((
        (Role.LIAISON, f"/opinions/{page.public_key}/"), (Role.LIAISON, f"/opinions/{page.public_key}/?find=应当"), (Role.LIAISON, "/opinions/"), (Role.COORDINATION, "/review/"),
    )):  # fmt: skip
        client = Client()
        client.force_login(User.objects.create(username=f"bench{number}", role=role, unit_kind="public_security", place="530000"))
        asked: list[str] = []
        with connection.execute_wrapper(partial(count_into, asked)):
            answer = client.get(address)
        found = timed(partial(client.get, address), options.runs)
        print(f"{address:28} {answer.status_code} {spread(found)}, {len(asked)} 次查询, {len(answer.content) // 1024} KB")


if __name__ == "__main__":
    main()
