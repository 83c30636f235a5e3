"""Rewrites a document so that openapi-python-client 0.29 can read it: python document.py specs/tap.yaml tap.json

Where `nullable` and `type` stand beside `allOf`, as OpenAPI 3.0.3 requires, the generator ignores `allOf` or null.
Without `type` it reads both.
"""

import json
import sys

from ruamel.yaml import YAML


def readable(schema):
    if isinstance(schema, list):
        return [readable(e) for e in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = {"type"} if schema.get("nullable") is True and "allOf" in schema else set()
    return {name: readable(value) for name, value in schema.items() if name not in dropped}


with open(sys.argv[1], encoding="utf-8") as text, open(sys.argv[2], "w", encoding="utf-8") as out:
    json.dump(readable(YAML(typ="safe").load(text)), out, default=str)
