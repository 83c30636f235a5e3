"""Reads all pages of a list, by the pagination that operations.json describes."""

import re
from datetime import timedelta

STEP = {"P1D": timedelta(days=1), "PT1H": timedelta(hours=1)}


def at(value, name):
    """Returns the value under a dotted name; "" is the whole value."""
    for part in name.split(".") if name else []:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def elements(page, names):
    out = []
    for name in names if isinstance(names, list) else [names]:
        if name.endswith("*"):
            lists = [v for v in (at(page, name[:-2]) or {}).values() if isinstance(v, list)]
        else:
            lists = [at(page, name)]
        for found in lists:
            out += found or []
    return out


def plain(model):
    """Returns the JSON of a generated model, with the member names of the API."""
    if isinstance(model, list):
        return [plain(e) for e in model]
    return model.to_dict() if hasattr(model, "to_dict") else model


def arguments(query):
    """Renames parameters as the generator does: resultStart becomes result_start."""
    return {re.sub("([a-z])([A-Z])", r"\1_\2", name).lower(): value for name, value in query.items()}


def bare(p):
    """Returns an httpx hook: generated code parses JSON for a status of `empty` and fails if the body is empty."""

    def hook(response):
        if response.status_code in p.get("empty", []) and not response.read():
            response.status_code = 204

    return hook


def pages(p, get, query=None, window=None):
    """Yields the elements of each page. get takes arguments and returns the generated Response; a window goes
    from one instant to another, in pieces that the API allows."""
    query = dict(query or {})
    if p["style"] == "window":
        start, end = window
        while start < end:
            until = min(start + STEP[p["max"]], end)
            part = query | {p["param"]: f"{start:%Y-%m-%dT%H:%M:%SZ}/{until:%Y-%m-%dT%H:%M:%SZ}"}
            inner = {"style": "page" if "pages" in p else "single", "items": p["items"], "empty": p.get("empty", [])}
            yield from pages(inner | p.get("pages", {}), get, part)
            start = until
        return
    size = query.get(p.get("size"), p.get("default", 0))
    move, read, first = p.get("first", 0), 0, True
    while True:
        if p.get("always"):
            query |= {p["param"]: move, p["size"]: size}
        elif not first:
            query[p["param"]] = move
        response = get(**arguments(query))
        if response.status_code in [204, *p.get("empty", [])]:
            return
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} {response.content[:200]!r}")
        page = plain(response.parsed)
        found = elements(page, p["items"])
        read, first = read + len(found), False
        yield found
        if p["style"] == "single" or "more" in p and not at(page, p["more"]):
            return
        if p["style"] == "cursor":
            move = at(page, p["next"])
            if not move:
                return
            continue
        if not found or p.get("until") == "short" and len(found) < size or "total" in p and read >= (at(page, p["total"]) or read + 1):
            return
        move = read if p["style"] == "offset" else move + 1
