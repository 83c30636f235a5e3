"""Checks of models and fixtures: the generated function reads each reply, and the model writes it again."""

import importlib
import json
import pkgutil
from datetime import datetime

import httpx

from pages import plain
from report import say


def fixtures(document: str, folder: str, cases: str):
    models = importlib.import_module(f"{document}.models")
    classes = {squeezed(name) for name in models.__all__}
    with open(f".out/documents/{document}.json", encoding="utf-8") as text:
        schemas = json.load(text)["components"]["schemas"]
    for name, schema in schemas.items():
        if squeezed(name) in classes:
            say(document, "models", name)
        elif "properties" in schema or len(schema.get("allOf", [])) > 1:  # lists, unions, texts and other names of a schema have none
            say(document, "models", name, "has no class")
    named = {squeezed(name): members(schemas, schema) for name, schema in schemas.items()}
    readers = {squeezed(module.name.rsplit(".", 1)[1]): module.name for module in pkgutil.walk_packages([f".out/generated/{document}/api"], f"{document}.api.")}
    client = importlib.import_module(f"{document}.client").Client(base_url="", raise_on_unexpected_status=True)
    with open(cases, encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            if case["document"] != document:
                continue
            with open(f"{folder}/{case['file']}", encoding="utf-8") as text:
                body = json.load(text)["body"]
            reader = importlib.import_module(readers[squeezed(case["operationId"])])
            try:
                parsed = reader._parse_response(client=client, response=httpx.Response(case["status"], json=body))
                fault = "read as nothing" if parsed is None and body is not None else lost(case["known"], plain(parsed), "") or homeless(parsed, named)
            except Exception as err:
                fault = f"{type(err).__name__} {err}"
            say(document, "deviating" if case["deviates"] else "fixtures", case["file"], fault)


def squeezed(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def members(schemas: dict, schema: dict) -> set[str]:
    """Returns the names of a schema's members, including those of its allOf."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    return set(schema.get("properties", {})).union(*(members(schemas, part) for part in schema.get("allOf", [])))


def homeless(model, named: dict[str, set[str]]) -> str | None:
    """Returns the first model that read known members of its schema as unknown ones, or None."""
    if isinstance(model, list):
        return next((fault for e in model if (fault := homeless(e, named))), None)
    if not hasattr(model, "additional_properties"):
        return None
    if astray := named.get(squeezed(type(model).__name__), set()).intersection(model.additional_properties):
        return f"{type(model).__name__} has no attribute for {sorted(astray)}"
    return homeless([getattr(model, a.name) for a in model.__attrs_attrs__], named)


def lost(want, got, where: str) -> str | None:
    """Returns the first place where a known value is missing after writing, or None. Null is the same as absent."""
    if want is None:
        return None
    if isinstance(want, dict) and isinstance(got, dict):
        return next((fault for name, value in want.items() if (fault := lost(value, got.get(name), f"{where}/{name}"))), None)
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return next((fault for i, value in enumerate(want) if (fault := lost(value, got[i], f"{where}/{i}"))), None)
    if want == got and isinstance(want, bool) == isinstance(got, bool):
        return None
    try:
        if datetime.fromisoformat(want) == datetime.fromisoformat(got):
            return None
    except (TypeError, ValueError):
        pass  # no moments
    return f"{where}: {want!r} came back as {got!r}"
