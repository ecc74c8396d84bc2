"""The lists of the coordination office over some 2,000 documents: the list of documents with its conditions, ages, saved filters, changes of others,
and one deed on all of them; in a store of its own.

usage: python bench/office_lists.py [--documents N] [--runs N]

Measured inside this process, from the request to the last byte of the answer, without the network.
"""

import argparse
import atexit
import os
import re
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="liandong-bench-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

SEED, CLAUSES = 20261126, 8


def main() -> None:
    """Fill the store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from bench.corpus import Writer
    from bench.department_page import count_into, spread, timed
    from cms.accounts.models import Role, User
    from policy_docs.importing.run import run
    from policy_docs.jobs import Job
    from policy_docs.opinions import bulk
    from policy_docs.opinions.pages import OpinionPage
    from policy_docs.saved.actions import save_listing

    call_command("migrate", verbosity=0)
    folder = Path(os.environ["VAR_DIR"])
    paths = []
    for made in Writer(SEED, provinces=1).documents(options.documents, clauses=CLAUSES):
        paths.append(folder / f"{made.name}.txt")
        paths[-1].write_text(made.text, encoding="utf-8")
    list(run(paths, actor=None))
    office = User.objects.create(username="bench", role=Role.COORDINATION)
    other = User.objects.create(username="other", role=Role.COORDINATION)
    for number in range(6):
        save_listing(f"/opinions/?level=province&year=20{15 + number}", name=f"{number}", shared="", actor=office)
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{OpinionPage.objects.count()} documents")

    def measured(address: str) -> None:
        asked: list[str] = []
        with connection.execute_wrapper(partial(count_into, asked)):
            answer = client.get(address)
        assert answer.status_code == 200, address
        print(f"  {address:34} {spread(timed(partial(client.get, address), options.runs))}, {len(asked)} queries, {len(answer.content) // 1024} KiB")

    for address in ("/opinions/", "/opinions/?aging=confirmed-5&sort=unconfirmed", "/aging/", "/saved/home/", "/recent/?since=30", "/opinions/list.csv"):
        measured(address)
    started = time.perf_counter()
    body = client.post("/opinions/many/", {"do": "validity", "scope": "all", "back": ""}).content.decode()
    print(f"  confirmation of all                {time.perf_counter() - started:.1f} s, {len(body) // 1024} KiB")
    form = dict(re.findall(r'<input type="hidden" name="(token|verb|value|seen|back)" value="([^"]*)"', body))
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/opinions/many/do/", form)
    job = Job.objects.get(kind=bulk.JOB)
    started = time.perf_counter()
    bulk.run_job(job.pk)
    job.refresh_from_db()
    print(
        f"  confirming {len(job.result['done'])}                    {time.perf_counter() - started:.1f} s by the worker, {len(job.result['left'])} left alone"
    )
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    measured("/recent/?since=30")


if __name__ == "__main__":
    main()
