"""SIGKILL of search node, worker and web process at random points while changes run; afterwards the index must equal the database.

usage: python bench/kills.py [--engine embedded|elasticsearch] [--changes N] [--kills N] [--seed N] [--node node.py --node-home DIR]

A store of its own, with the site and the worker as they are started for people. The changes are those of an office: decisions on duties (some through the
web process), titles, repeals, withdrawing and publishing again. For Elasticsearch ``--node`` is a script that knows ``start DIR --port N --heap 512m --data D``
and ``stop DIR --port N --data D [--kill]``. Prints what was done and what was found, and fails where anything differs. Takes some minutes; not part of CI.
"""

import argparse
import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="liandong-kills-")
os.environ.pop("DATABASE_URL", None)
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

DOCUMENTS, CLAUSES = 40, 10
PATIENCE = 600  # seconds for the outbox to run empty at the end
SITE = ["gunicorn", "cms.wsgi:application", "--workers", "1", "--threads", "2", "--log-level", "critical", "--no-control-socket", "--bind"]
WORKER = ["celery", "-A", "cms.celery", "--quiet", "worker", "-B", "--pool", "threads", "-c", "2", "-l", "CRITICAL"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A process with all that it starts; killed, and started again."""

    def __init__(self, command: list[str]) -> None:
        self._command = [sys.executable, "-W", "ignore", "-m", *command]
        self._log = (Path(os.environ["VAR_DIR"]) / f"{command[0]}.log").open("ab")
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self._running = subprocess.Popen(self._command, cwd=ROOT, stdout=self._log, stderr=self._log, start_new_session=True)  # noqa: S603 - our own

    def kill(self) -> None:
        """SIGKILL, to all that it started too."""
        assert self._running is not None
        os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def end(self) -> None:
        """End it."""
        if self._running is not None and self._running.poll() is None:
            self.kill()


class Node:
    """The search server, by the script that starts it. It comes back in its own time while everything else goes on."""

    def __init__(self, script: Path, home: Path) -> None:
        self._script, self._home, self._port = script, home, 9400 + free_port() % 300
        self._data = Path(tempfile.mkdtemp(prefix="liandong-kills-node-", dir="/var/tmp"))  # noqa: S108 - the server's own user must get there
        self._data.chmod(0o755)
        self._coming: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}/kills"

    @property
    def is_up(self) -> bool:
        """Whether it has come back."""
        return self._coming is None or not self._coming.is_alive()

    def _call(self, verb: str, *more: str) -> None:
        command = [sys.executable, str(self._script), verb, str(self._home), "--port", str(self._port), "--data", str(self._data / "node"), *more]
        subprocess.run(command, check=verb != "stop", stdout=subprocess.DEVNULL)  # noqa: S603 - the script that was named

    def start(self) -> None:
        """Start it; it answers after a while."""
        self._coming = threading.Thread(target=self._call, args=("start", "--heap", "512m"))
        self._coming.start()

    def wait(self) -> None:
        """Wait until it has come back."""
        if self._coming is not None:
            self._coming.join()

    def kill(self) -> None:
        """SIGKILL."""
        self._call("stop", "--kill")

    def end(self) -> None:
        """End it and take its data away."""
        self.wait()
        self._call("stop")
        shutil.rmtree(self._data, ignore_errors=True)


class Office:
    """Makes the changes, one at a time; ``number`` of ``change`` says which. Web requests are repeated until they are answered."""

    def __init__(self, dice: random.Random, site: str) -> None:
        from cms.accounts.models import Role, User

        self._dice, self._site = dice, site
        self._user = User.objects.create(username="kills", role=Role.COORDINATION)
        self._cookie = self._signed_in()
        self.done: Counter[str] = Counter()

    def _signed_in(self) -> str:
        from django.test import Client

        client = Client()
        client.force_login(self._user, backend="django.contrib.auth.backends.ModelBackend")
        return "; ".join([f"sessionid={client.cookies['sessionid'].value}", f"csrftoken={'a' * 32}"])

    def change(self) -> None:
        """Make one change."""
        verb = self._dice.choices([self.decide, self.decide_on_the_web, self.rename, self.repeal, self.withdraw], [70, 12, 10, 6, 2])[0]
        verb()
        self.done[verb.__name__] += 1

    def _duty(self) -> Any:
        from policy_docs.duties.models import Duty

        keys = list(Duty.objects.filter(opinion__live=True).values_list("pk", flat=True))
        return Duty.objects.select_related("opinion", "clause").get(pk=self._dice.choice(keys))

    def decide(self) -> None:
        """Confirm or reject a duty."""
        from policy_docs.duties.actions import decide
        from policy_docs.duties.models import Duty

        duty = self._duty()
        state = Duty.State.REJECTED if duty.state == Duty.State.CONFIRMED else Duty.State.CONFIRMED
        decide([duty], state=state, actor=self._user)

    def decide_on_the_web(self) -> None:
        """The same through the site, and look something up there."""
        from policy_docs.duties.actions import stamp_of
        from policy_docs.duties.models import Duty

        duty = self._duty()
        verb = "rejected" if duty.state == Duty.State.CONFIRMED else "confirmed"
        form = {"verb": verb, "duty": f"{duty.pk}:{stamp_of(duty)}", "reason": "误识别", "csrfmiddlewaretoken": "a" * 32}
        address = f"{self._site}/review/d/{duty.opinion.public_key}/c/{duty.clause.public_key}/decide/"
        self._ask(address, urllib.parse.urlencode(form).encode())
        self.done["web decisions kept"] += Duty.objects.get(pk=duty.pk).state == verb
        self._ask(f"{self._site}/search/?{urllib.parse.urlencode({'q': duty.opinion.title[:6]})}", None)

    def _ask(self, address: str, form: bytes | None) -> None:
        for _try in range(600):
            request = urllib.request.Request(address, data=form, headers={"Cookie": self._cookie, "HX-Request": "true", "Referer": address})  # noqa: S310 - our own site
            try:
                urllib.request.urlopen(request, timeout=60).read()  # noqa: S310
            except urllib.error.HTTPError as error:
                self.done[f"web answers {error.code}"] += 1
            except OSError:
                self.done["web requests repeated"] += 1
                time.sleep(0.2)
                continue
            return
        raise SystemExit(f"no answer: {address}")

    def _page(self, *, live: bool = True) -> Any:
        from policy_docs.opinions.pages import OpinionPage

        return self._dice.choice(list(OpinionPage.objects.filter(live=live).order_by("pk")))

    def rename(self) -> None:
        """Give a document another title."""
        page = self._page()
        page.title = f"{page.title.partition('（')[0]}（第{self._dice.randrange(10_000)}次修订）"
        page.save(update_fields=["title"])

    def repeal(self) -> None:
        """Repeal a document, or take that back."""
        import datetime

        page = self._page()
        page.repealed_on = None if page.repealed_on else datetime.date(2024, 1, self._dice.randrange(1, 28))
        page.save(update_fields=["repealed_on"])

    def withdraw(self) -> None:
        """Withdraw a document, and publish again those that were."""
        from policy_docs.opinions.pages import OpinionPage

        for page in OpinionPage.objects.filter(live=False):
            page.save_revision().publish()
        self._page().unpublish()


class Run:
    """The changes and the kills among them. ``seen`` is the highest version of each entry that any look at the index has found."""

    def __init__(self, options: argparse.Namespace, dice: random.Random, node: Node | None) -> None:
        port = free_port()
        self._dice, self._node = dice, node
        self._parts: dict[str, Any] = {"web": Process([*SITE, f"127.0.0.1:{port}"]), "worker": Process(WORKER), **({"node": node} if node else {})}
        self._points = sorted(dice.sample(range(1, options.changes), options.kills))
        self.office = Office(dice, f"http://127.0.0.1:{port}")
        self.kills: Counter[str] = Counter()
        self.seen: dict[str, int] = {}
        self.went_back = 0

    def go(self, changes: int) -> None:
        """Make the changes, with the kills among them."""
        for part in ("web", "worker"):
            self._parts[part].start()
        points = set(self._points)
        for number in range(1, changes + 1):
            if number in points:
                self._strike(number)
            self.office.change()
        if self._node:
            self._node.wait()

    def _strike(self, number: int) -> None:
        name = self._dice.choice([name for name in self._parts if name != "node" or (self._node and self._node.is_up)])
        self.look()
        self._parts[name].kill()
        self.kills[name] += 1
        print(f"  change {number}: {name} killed", flush=True)
        self._parts[name].start()

    def look(self) -> None:
        """Compare the versions in the index with those seen before: they may only grow, until an entry goes."""
        from search.engines.base import EngineError
        from search.engines.registry import engine

        try:
            now = {entry.key: entry.version for entry in engine().entries()}
        except EngineError:
            return
        self.went_back += sum(1 for key, version in now.items() if version < self.seen.get(key, 0))
        self.seen.update(now)

    def end(self) -> None:
        """End what was started."""
        for part in ("web", "worker"):
            self._parts[part].end()


def fill() -> None:
    """Make the store."""
    from django.core.management import call_command

    from bench.corpus import Writer
    from policy_docs.importing.run import run

    call_command("migrate", verbosity=0)
    folder = Path(os.environ["VAR_DIR"]) / "texts"
    folder.mkdir()
    for made in Writer(20261126, provinces=1).documents(DOCUMENTS, clauses=CLAUSES):
        (folder / f"{made.name}.txt").write_text(made.text, encoding="utf-8")
    list(run(sorted(folder.iterdir()), actor=None))
    call_command("rebuild_index")


def waited() -> float:
    """Wait until the outbox is empty; return the seconds."""
    from search.index.indexer import waiting

    begun = time.monotonic()
    while waiting() and time.monotonic() - begun < PATIENCE:
        time.sleep(0.2)
    return time.monotonic() - begun


def verdict(run: Run) -> bool:
    """Print index beside database; return whether they are equal."""
    from search.engines.registry import engine
    from search.index.indexer import all_batches, waiting
    from search.models import Reading
    from search.types import Grant, Scope

    rows = [document for batch in all_batches(version=0) for _key, found in batch for document in found]
    engine().reset()  # an open reader learns within half a second of what another process has committed
    entries = list(engine().entries())
    run.look()
    digests, wanted = {entry.key: entry.digest for entry in entries}, {document.key: document.digest for document in rows}
    newest = Reading.objects.order_by("-pk").values_list("pk", flat=True)[0]
    checks = [
        ("outbox", waiting(), 0),
        ("entries", len(entries), len(rows)),
        ("ids only in the index", len(digests.keys() - wanted.keys()), 0),
        ("ids only in the database", len(wanted.keys() - digests.keys()), 0),
        ("contents that differ", sum(1 for key in wanted if digests.get(key) != wanted[key]), 0),
        ("versions that went back", run.went_back, 0),
        ("versions above the last reading", sum(1 for entry in entries if entry.version > newest), 0),
    ]
    for scope in Scope:
        for audience in ("coordination", "staff", "public"):
            checks += counts(rows, Grant(audience, scope))
    bad = [check for check in checks if check[1] != check[2]]
    for name, index, database in [*checks[:7], *bad]:
        print(f"  {name:34} index {index}  database {database}  {'equal' if index == database else 'DIFFERENT'}")
    print(f"  counts by reader, unit and role: {len(checks) - 7} compared, {len([check for check in bad if check in checks[7:]])} differ")
    return not bad


def counts(rows: list[Any], grant: Any) -> list[tuple[str, int, int]]:
    """Return for each unit and role how many entries index and database count."""
    from search.engines import keywords
    from search.engines.registry import engine
    from search.types import Facet, Filters, SearchPlan

    mine = [document for document in rows if grant.audience in document.audiences]
    wanted = Counter(value for document in mine for value in keywords.duty_values(document.duties))
    found = []
    for role in ("", *keywords.ROLES):
        chosen = ((Facet.ROLE, (role,)),) if role else ()
        bits = keywords.mask([role] if role else [])
        table = engine().facets(SearchPlan(Filters(20261126, chosen)), grant, [Facet.UNIT])[Facet.UNIT]
        units = {value.split("|")[1] for value in wanted if value.split("|")[1]} | set(table)
        found += [(f"{grant.audience} {unit} {role}", table.get(unit, 0), wanted[keywords.duty_value(grant.duties, unit, bits)]) for unit in sorted(units)]
    return found


def main() -> None:
    """Run and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["embedded", "elasticsearch"], default="embedded")
    parser.add_argument("--changes", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--node", type=Path)
    parser.add_argument("--node-home", type=Path)
    options = parser.parse_args()
    if options.engine == "elasticsearch" and not (options.node and options.node_home):
        parser.error("--engine elasticsearch needs --node and --node-home")
    node = Node(options.node, options.node_home) if options.engine == "elasticsearch" else None
    os.environ["SEARCH_URL"] = node.url if node else ""
    if node:
        node.start()
        node.wait()
    ends: list[Callable[[], None]] = [node.end] if node else []
    try:
        good = judged(options, node, ends)
    finally:
        for end in reversed(ends):
            end()
    sys.exit(0 if good else 1)


def judged(options: argparse.Namespace, node: Node | None, ends: list[Callable[[], None]]) -> bool:
    """Fill the store, run, print."""
    import django

    django.setup()
    fill()
    run = Run(options, random.Random(options.seed), node)  # noqa: S311 - dice
    ends.append(run.end)
    print(f"{options.engine}, seed {options.seed}: {options.changes} changes, {options.kills} kills", flush=True)
    begun = time.monotonic()
    run.go(options.changes)
    print(f"  {options.changes} changes in {time.monotonic() - begun:.0f} s: {dict(run.office.done)}")
    print(f"  killed: {dict(run.kills)}; the outbox was empty {waited():.0f} s after the last change")
    return verdict(run)


if __name__ == "__main__":
    main()
