"""The signing scheme of each API, for auth= of httpx: one function for each scheme."""

import base64, hashlib, hmac, secrets, time


def encoded(data: bytes):
    return base64.b64encode(data).decode()


def mac(key: str, text: str):
    return encoded(hmac.digest(key.encode(), text.encode(), "sha256"))


def headers(of):
    """Sets the headers that of returns for a request, in UTF-8."""

    def sign(request):
        for name, value in of(request).items():
            request.headers[name] = value
        return request

    return sign


def basic(user: str, password: str):
    return headers(lambda _: {"Authorization": "Basic " + encoded(f"{user}:{password}".encode())})


def user_password(user: str, password: str):
    return headers(lambda _: {"X-User": user, "X-Password": password})


def api_key(key: str, organization: str = ""):
    return headers(lambda _: {"Authorization": key} | ({"Organization": organization} if organization else {}))


def token(value: str):
    return headers(lambda _: {"Authorization": "TC-Token " + value})


def threatconnect(access_id: str, secret_key: str, clock=time.time):
    def of(request):
        now = str(int(clock()))
        signature = mac(secret_key, f"{request.url.raw_path.decode()}:{request.method}:{now}")
        return {"Timestamp": now, "Authorization": f"TC {access_id}:{signature}"}

    return headers(of)


def hawk(id: str, key: str, ext: str, clock=time.time, nonce=lambda: secrets.token_hex(6)):
    def of(request):
        url, ts, once, body, hash = request.url, str(int(clock())), nonce(), request.read(), ""
        if body:
            media = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
            hash = encoded(hashlib.sha256(b"hawk.1.payload\n%s\n%s\n" % (media.encode(), body)).digest())
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        text = "\n".join(["hawk.1.header", ts, once, request.method, url.raw_path.decode(), url.host, str(port), hash, ext, ""])
        attributes = {"id": id, "ts": ts, "nonce": once, "hash": hash, "ext": ext, "mac": mac(key, text)}
        return {"Authorization": "Hawk " + ", ".join(f'{name}="{value}"' for name, value in attributes.items() if value)}

    return headers(of)
