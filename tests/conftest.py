"""Shared set-up: each test run has a store of its own."""

import os
import tempfile

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="liandong-test-"))
