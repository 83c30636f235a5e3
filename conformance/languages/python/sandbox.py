"""Clients of the sandbox, and checks of what they get."""

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
    """A value of the sandbox's account of an API."""
    return next(c["Value"] for c in accounts[document] if c["Name"] == name)


def connect(document: str, base: str, auth, hooks=(), **headers: str):
    """A generated client; base is the path of its server, hooks see its answers first."""
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
    """Fails with what was expected."""
    if not holds:
        raise AssertionError(f"expected {expected}, got {str(got)[:300]}")


def collect(walk) -> tuple[int, list]:
    """Reads a walk to its end: how many pages, and all elements."""
    count, found = 0, []
    for page in walk:
        count += 1
        found += page
        want(count < 500, "a list with an end")
    return count, found
