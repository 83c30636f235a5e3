"""Signs the requests of specs/vectors and compares the headers with the expected ones."""

import json
import re

import httpx

import sign
from report import say

SIGNERS = {
    "basic": lambda v: sign.basic(v["username"], v["password"]),
    "hawk": lambda v: sign.hawk(v["id"], v["key"], v["ext"], lambda: v["time"], lambda: v["nonce"]),
    "threatconnect-hmac": lambda v: sign.threatconnect(v["accessId"], v["secretKey"], lambda: v["time"]),
    "user-password": lambda v: sign.user_password(v["user"], v["password"]),
    "api-key": lambda v: sign.api_key(v["key"], v.get("organization", "")),
    "token": lambda v: sign.token(v["token"]),
}


def vectors(specs: str):
    for file in ["basic", "hawk", "headers", "threatconnect-hmac"]:
        with open(f"{specs}/vectors/{file}.json", encoding="utf-8") as text:
            listed = json.load(text)["vectors"]
        for v in listed:
            headers = {"Content-Type": v["contentType"]} if "contentType" in v else {}
            request = httpx.Request(v.get("method", "GET"), v.get("url", "https://example.com/"), headers=headers, content=v["body"].encode() if "body" in v else None)
            signed = SIGNERS[v.get("scheme", file)](v)(request)
            if "attributes" in v:  # in whatever order
                want, got = v["attributes"], dict(re.findall(r'(\w+)="([^"]*)"', signed.headers["Authorization"]))
            else:
                raw = {name.lower(): value for name, value in signed.headers.raw}
                want, got = v["headers"], {name: raw.get(name.lower().encode(), b"").decode() for name in v["headers"]}
            say("-", "vectors", f"{file}: {v['name']}", None if got == want else f"{got} instead of {want}")
