"""Shared set-up: each test run has a store of its own, gone when it ends."""

import atexit
import os
import shutil
import tempfile

if not os.environ.get("VAR_DIR"):  # workers of a parallel run inherit the one of the run
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="liandong-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
