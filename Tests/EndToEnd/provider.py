"""A provider of sign-ins in a process of its own, on loopback: oidc-provider-mock behind a strict door.

    python provider.py PORT

The mock takes any client and any secret and does not look at PKCE; the door does: a code is exchanged only with the
secret, for the client, and by whoever holds the verifier of its challenge. `PUT /test` makes it misbehave, `GET /test`
tells what came in.
"""

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

CLIENT = "jiaxin"
SECRET = "a secret: with / signs & blanks"


class Door:
    """WSGI in front of the mock."""

    def __init__(self, app):
        self.app = app
        self.challenges = {}
        self.spoil = ""
        self.seen = {"authorize": [], "exchanges": 0, "refused": []}

    def __call__(self, environ, start):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/test":
            if method == "PUT":
                self.spoil = self._body(environ).decode()
            return self._json(start, "200 OK", self.seen)
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        if path == "/oauth2/authorize":
            wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
            if any(query.get(name) != value for name, value in wanted.items()) or len(query.get("code_challenge", "")) != 43:
                return self._json(start, "400 Bad Request", {"error": "invalid_request"})
            if method == "GET":
                self.seen["authorize"].append(query)
            if self.spoil == "nonce":
                environ["QUERY_STRING"] = urllib.parse.urlencode(query | {"nonce": "another"})
            status, headers, body = self._ask(environ)
            answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(headers.get("Location", "")).query))
            # The mock forgets the state of a refusal, which the standard asks for.
            if "error" in answer and "state" not in answer:
                headers["Location"] += "&" + urllib.parse.urlencode({"state": query["state"]})
            code = answer.get("code")
            if code:
                self.challenges[code] = query["code_challenge"]
            return self._answer(start, status, headers, body)
        if path == "/oauth2/token":
            return self._exchange(environ, start)
        if path == "/.well-known/openid-configuration" and self.spoil == "issuer":
            status, headers, body = self._ask(environ)
            found = json.loads(body)
            return self._json(start, status, found | {"issuer": found["issuer"] + "/"})
        return self._answer(start, *self._ask(environ))

    def _exchange(self, environ, start):
        if self.spoil == "down":
            return self._answer(start, "503 Service Unavailable", {"Content-Type": "text/plain"}, b"")
        self.seen["exchanges"] += 1
        form = dict(urllib.parse.parse_qsl(self._body(environ).decode()))
        both = f"{urllib.parse.quote(CLIENT, safe='')}:{urllib.parse.quote(SECRET, safe='')}"
        header = "Basic " + base64.b64encode(both.encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        problem = ""
        if environ.get("HTTP_AUTHORIZATION") != header:
            problem = "invalid_client"
        elif self.challenges.pop(form.get("code"), None) != challenge:
            problem = "invalid_grant"
        if problem:
            self.seen["refused"].append(problem)
            return self._json(start, "400 Bad Request", {"error": problem})
        # The mock reads the header without undoing the escapes that the standard asks for.
        environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(f"{CLIENT}:x".encode()).decode()
        status, headers, body = self._ask(environ)
        if self.spoil in ("signature", "none"):
            found = json.loads(body)
            head, claims, signature = found["id_token"].split(".")
            if self.spoil == "none":
                head, signature = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("="), ""
            else:
                signature = ("A" if signature[0] != "A" else "B") + signature[1:]
            return self._json(start, status, found | {"id_token": f"{head}.{claims}.{signature}"})
        return self._answer(start, status, headers, body)

    def _body(self, environ):
        """Reads what was sent and leaves it to be read again."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        return body

    def _ask(self, environ):
        seen = {}

        def start(status, headers, problem=None):
            seen.update(status=status, headers=dict(headers))

        found = self.app(environ, start)
        body = b"".join(found)
        if hasattr(found, "close"):
            found.close()
        if seen["headers"].get("Content-Type", "").startswith("text/html"):
            # Its pages fetch a style sheet from another host, which no test may do.
            body = re.sub(rb"<link.*?/>", b"", body, flags=re.S)
        return seen["status"], seen["headers"], body

    def _answer(self, start, status, headers, body):
        headers["Content-Length"] = str(len(body))
        start(status, list(headers.items()))
        return [body]

    def _json(self, start, status, value):
        return self._answer(start, status, {"Content-Type": "application/json"}, json.dumps(value).encode())


class Provider:
    """What tests hold in their hands."""

    def __init__(self, port, folder):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.secret = folder / "provider.secret"
        self.secret.write_text(SECRET + "\n")
        self.secret.chmod(0o600)
        self.log = folder / "provider.log"
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(self.port)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                return self.seen()
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        raise RuntimeError("the provider did not start:\n" + self.log.read_text())

    def stop(self):
        self.process.kill()
        self.process.wait(10)

    def seen(self):
        with urllib.request.urlopen(self.url + "/test", timeout=5) as answer:
            return json.load(answer)

    def _put(self, path, body):
        request = urllib.request.Request(
            self.url + path, data=body.encode(), method="PUT", headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()

    def spoil(self, how=""):
        self._put("/test", how)

    def add(self, subject, **claims):
        self._put(f"/users/{subject}", json.dumps(claims))

    @property
    def flags(self):
        return (
            "--openid-issuer", self.url, "--openid-client-id", CLIENT, "--openid-secret-file", str(self.secret),
            "--openid-name", "县统一身份", "--openid-name-english", "County ID")


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    import oidc_provider_mock
    from werkzeug.serving import make_server

    made = oidc_provider_mock.app(require_nonce=True)
    made.debug = False
    make_server("127.0.0.1", int(sys.argv[1]), Door(made.wsgi_app), threaded=False).serve_forever()
