"""manage.py serve: the site and its worker, started and stopped together."""

import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """Migrate, then run site and worker until one ends or Ctrl-C."""

    help = "启动网站和后台"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, wait, stop what was started."""
        call_command("migrate", verbosity=0, interactive=False)
        call_command("rebuild_index", if_needed=True)
        address = f"{options['host']}:{options['port']}"
        commands = [
            [sys.executable, "-m", "gunicorn", "cms.wsgi:application", "--bind", address, "--workers", "2", "--threads", "2", "--log-level", "warning"],
            [
                sys.executable,
                "-m",
                "celery",
                "-A",
                "cms.celery",
                "worker",
                "-B",
                "--pool",
                "threads",
                "-c",
                "2",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "-l",
                "WARNING",
            ],
        ]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        running = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603 - our own commands
        self.stdout.write(_("网站地址：http://%s/ （按 Ctrl-C 停止）") % address)
        try:
            while all(process.poll() is None for process in running):
                time.sleep(0.3)
            raise CommandError(_("网站或者后台已停止，其余部分一并停止。请查看上面的提示。"))
        except KeyboardInterrupt:
            self.stdout.write(_("正在停止……"))
        finally:
            for process in running:
                process.terminate()
            for process in running:
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
