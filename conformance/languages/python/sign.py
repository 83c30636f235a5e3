"""How each API wants its requests signed, as httpx.Auth."""

import base64
import hashlib
import hmac
import secrets
import time

import httpx

PORTS = {"http": 80, "https": 443}


def mac(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


class Headers(httpx.Auth):
    """Sets headers that are the same for every request; what signs a request says its own."""

    def __init__(self, **fixed: str):
        self.fixed = {name.replace("_", "-"): value for name, value in fixed.items()}

    def headers(self, request: httpx.Request) -> dict[str, str]:
        return self.fixed

    def auth_flow(self, request):
        for name, value in self.headers(request).items():
            request.headers[name] = value  # in UTF-8
        yield request


def basic(user: str, password: str):
    return Headers(Authorization="Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())


def user_password(user: str, password: str):
    return Headers(X_User=user, X_Password=password)


def api_key(key: str, organization: str = ""):
    return Headers(Authorization=key, **({"Organization": organization} if organization else {}))


def token(value: str):
    return Headers(Authorization="TC-Token " + value)


class ThreatConnect(Headers):
    def __init__(self, access_id: str, secret_key: str, clock=time.time):
        self.access_id, self.secret_key, self.clock = access_id, secret_key, clock

    def headers(self, request):
        now = str(int(self.clock()))
        signature = mac(self.secret_key, f"{request.url.raw_path.decode()}:{request.method}:{now}")
        return {"Timestamp": now, "Authorization": f"TC {self.access_id}:{signature}"}


class Hawk(Headers):
    requires_request_body = True

    def __init__(self, id: str, key: str, ext: str, clock=time.time, nonce=lambda: secrets.token_hex(6)):
        self.id, self.key, self.ext, self.clock, self.nonce = id, key, ext, clock, nonce

    def headers(self, request):
        url, ts, nonce, hash = request.url, str(int(self.clock())), self.nonce(), ""
        if request.content:
            media = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
            payload = b"hawk.1.payload\n%s\n%s\n" % (media.encode(), request.content)
            hash = base64.b64encode(hashlib.sha256(payload).digest()).decode()
        port = url.port or PORTS[url.scheme]
        text = "\n".join(["hawk.1.header", ts, nonce, request.method, url.raw_path.decode(), url.host, str(port), hash, self.ext, ""])
        attributes = {"id": self.id, "ts": ts, "nonce": nonce, "hash": hash, "ext": self.ext, "mac": mac(self.key, text)}
        return {"Authorization": "Hawk " + ", ".join(f'{name}="{value}"' for name, value in attributes.items() if value)}
