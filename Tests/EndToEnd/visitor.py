"""A visitor without a browser: plain HTTP with cookies, and forms read from the page as a browser would."""

import http.client
import re
import urllib.parse
from html.parser import HTMLParser

NUMBER = re.compile(r"(?<![-\w])\d{4}-\d{4,9}-\d(?![-\w])")
CODE = re.compile(r"(?<![-\w])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![-\w])")


class Form:
    def __init__(self, action, method):
        self.action = action
        self.method = method
        self.fields = {}
        self.buttons = []


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms = []
        self.form = None
        self.area = None
        self.select = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name")
        if tag == "form":
            self.form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    self.form.fields[name] = given.get("value", "on")
                else:
                    self.form.fields.setdefault(name, None)
            elif kind == "submit":
                self.form.buttons.append((name, given.get("value", "")))
            else:
                self.form.fields[name] = given.get("value") or ""
        elif tag == "button" and name:
            self.form.buttons.append((name, given.get("value", "")))
        elif tag == "textarea" and name:
            self.area = name
            self.form.fields[name] = ""
        elif tag == "select" and name:
            self.select = name
            self.form.fields.setdefault(name, None)
        elif tag == "option" and self.select:
            value = given.get("value", "")
            if "selected" in given or self.form.fields[self.select] is None:
                self.form.fields[self.select] = value

    def handle_data(self, data):
        if self.area and self.form is not None:
            self.form.fields[self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area:
            # A browser drops one line end right after the tag.
            text = self.form.fields[self.area]
            self.form.fields[self.area] = text[1:] if text.startswith("\n") else text
            self.area = None
        elif tag == "select":
            self.select = None


class Answer:
    def __init__(self, status, headers, body, path):
        self.status = status
        self.headers = headers
        self.body = body
        self.text = body.decode("utf-8", "replace")
        self.path = path

    def forms(self):
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, having):
        """The form with a field or button of that name."""
        for form in self.forms():
            if having in form.fields or any(name == having for name, _ in form.buttons):
                return form
        raise AssertionError(f"{self.path} has no form with {having!r}: {self.status}\n{self.text[:2000]}")

    @property
    def number(self):
        found = NUMBER.search(self.text)
        return found.group() if found else None

    @property
    def code(self):
        found = CODE.search(self.text)
        return found.group() if found else None


class Visitor:
    def __init__(self, server, timeout=15):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
        self.cookies = {}

    def close(self):
        self.connection.close()

    def send(self, method, path, body=None, headers=None, follow=True):
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body=body, headers=sent)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent; the answer may be there all the same
        answer = self.connection.getresponse()
        data = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            if value:
                self.cookies[name.strip()] = value.strip()
            else:
                self.cookies.pop(name.strip(), None)
        if follow and answer.status in (302, 303):
            target = urllib.parse.urljoin(path, answer.headers["Location"])
            parts = urllib.parse.urlsplit(target)
            return self.send("GET", parts.path + ("?" + parts.query if parts.query else ""))
        return Answer(answer.status, answer.headers, data, path)

    def get(self, path, **options):
        return self.send("GET", path, **options)

    def post(self, path, fields, follow=True, headers=None):
        kept = {name: value for name, value in fields.items() if value is not None}
        body = urllib.parse.urlencode(kept).encode()
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.server.url}
        return self.send("POST", path, body=body, headers=sent | (headers or {}), follow=follow)

    def submit(self, answer, having, button=None, **fields):
        """Sends a form of a page as a browser would, with some fields changed."""
        form = answer.form(having)
        sent = dict(form.fields)
        for name, value in form.buttons:
            if button == (name, value) or (button is None and len(form.buttons) == 1):
                sent[name] = value
        if button and button not in form.buttons:
            sent[button[0]] = button[1]
        sent.update(fields)
        target = urllib.parse.urljoin(answer.path, form.action) if form.action else answer.path
        return self.post(target, sent)
