"""Clients of the sandbox, and checks of the answers."""

import importlib
import json
import os

import httpx

from report import say

SANDBOX = os.environ["SANDBOX"]
accounts = httpx.get(f"{SANDBOX}/_sandbox/accounts").json()
with open(f"{os.environ['SPECS']}/operations.json", encoding="utf-8") as text:
    operations = json.load(text)


def credential(document: str, name: str) -> str:
    """Returns a named value of the sandbox's account for an API."""
    return next(c["Value"] for c in accounts[document] if c["Name"] == name)


def connect(document: str, base: str, auth, hooks=(), **headers: str):
    """Returns a generated client; base is the path of its server, hooks see the answers first."""
    arguments = {"auth": auth, "event_hooks": {"response": list(hooks)}}
    return importlib.import_module(f"{document}.client").Client(base_url=SANDBOX + base, headers=headers, httpx_args=arguments)


class Checks:
    """Runs checks of a document one after another, as they are defined; one that raises has failed."""

    def __init__(self, document: str):
        self.document = document

    def __call__(self, check):
        name = check.__name__.replace("_", " ")
        try:
            check()
            say(self.document, "calls", name)
        except Exception as err:
            say(self.document, "calls", name, f"{type(err).__name__} {err}")
        return check


def want(holds: object, expected: str, got: object = None):
    """Raises an error that says what was expected, unless holds is true."""
    if not holds:
        raise AssertionError(f"expected {expected}, got {str(got)[:300]}")


def collect(walk) -> tuple[int, list]:
    """Reads all pages and returns their number and all elements."""
    count, found = 0, []
    for page in walk:
        count += 1
        found += page
        want(count < 500, "a list with an end")
    return count, found
