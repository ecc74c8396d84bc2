"""Import to findable: generated documents, seconds by stage.

usage: VAR_DIR=FOLDER python bench/import_speed.py [CLAUSES] [CLAUSES_A_DOCUMENT]

The store in VAR_DIR is filled for good: give an empty folder. The corpus is generated from a seed, so that two runs read the same words.
"""

import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")

UNITS = ["公安机关", "市税务局", "民政部门", "市场监管局", "自然资源部门", "人民法院", "各县区教育局", "金融机构", "各有关部门", "交通运输局"]
ACTS = [
    "应当及时提供被执行人的登记信息",
    "要协助办理查封手续",
    "应当会同公安机关开展联合核查",
    "负责核对名单并按月通报",
    "不得办理转移登记",
    "应当向人民法院反馈办理结果",
]
THINGS = ["车辆", "房屋", "存款", "股权", "公积金", "婚姻登记", "纳税情况", "工程款", "知识产权", "土地使用权"]


def document(chance: random.Random, number: int, clauses: int) -> str:
    """Return one opinion with so many numbered clauses."""
    place = chance.choice(["楚雄州", "昆明市", "大理州", "杭州市", "长沙市"])
    lines = [
        f"{place[0]}政法发〔{chance.randint(2015, 2026)}〕{number}号",
        f"中共{place}委政法委员会",
        f"关于加强{chance.choice(THINGS)}查控协作若干事项第{number}号的意见",
    ]
    for at in range(clauses):
        if at % 12 == 0:
            lines.append(f"{'一二三四五六七八九十'[at // 12 % 10]}、{chance.choice(THINGS)}查控")
        lines.append(
            f"{at % 12 + 1}.{chance.choice(UNITS)}{chance.choice(ACTS)}，涉及{chance.choice(THINGS)}和{chance.choice(THINGS)}的，第{number}号文件第{at}件在{chance.randint(2, 30)}个工作日内办结。"
        )
    return "\n".join(lines)


def main(total: int, each: int) -> None:
    """Generate, import, index; print what it took."""
    import django

    django.setup()
    from django.core.management import call_command

    from policy_docs.importing.run import run
    from search.engines.registry import engine
    from search.index.indexer import drain

    call_command("migrate", verbosity=0, interactive=False)
    call_command("rebuild_index", if_needed=True, verbosity=0)
    chance = random.Random(20260101)  # noqa: S311 - a corpus, no secret
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(1, max(1, total // each) + 1):
            path = Path(folder) / f"d{number:06}.txt"
            path.write_text(document(chance, number, each), encoding="utf-8")
            paths.append(path)
        started = time.perf_counter()
        stages: Counter[str] = Counter()
        blocks = duties = 0
        for report in run(paths, actor=None):
            stages.update(report.seconds)
            blocks += report.clauses
            duties += report.duties
        stored = time.perf_counter()
        drain(engine())
        found = time.perf_counter()
    seconds = found - started
    print(f"{len(paths)} documents, {blocks} blocks, {duties} duties: {seconds:.1f} s, {blocks / seconds:.0f} blocks/s, {len(paths) / seconds:.1f} documents/s")
    for name, value in [*stages.items(), ("index", found - stored)]:
        print(f"  {name:9} {value:7.2f} s  {100 * value / seconds:5.1f} %")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6000, int(sys.argv[2]) if len(sys.argv) > 2 else 60)
