"""Runs all checks that the README.md of the folder above asks for."""

import importlib
import os
import sys

from fixtures import fixtures
from report import write
from vectors import vectors

vectors(os.environ["SPECS"])
for document in os.environ["DOCUMENTS"].split():
    fixtures(document, os.environ["FIXTURES"], os.environ["CASES"])
    importlib.import_module(f"calls.{document}").calls()
sys.exit(0 if write(os.environ["OUT"]) else 1)
