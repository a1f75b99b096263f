"""Everybody who could be curious, and everything that the server shows them."""

import html
import re
from concurrent.futures import ThreadPoolExecutor

from harness import ROOT
from visitor import Visitor

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')


def links_of(text):
    return {html.unescape(link) for link in LINK.findall(text)}


def routes(method="get"):
    """Every address that the sources declare for a method; parameters stay in braces."""
    out = set()
    for path in (ROOT / "Sources/Web").rglob("*.swift"):
        out |= set(re.findall(rf'\.{method}\(\s*"(/[^"]*)"', path.read_text()))
    assert len(out) > 25, out
    return sorted(out)


def seeds(numbers):
    """Each declared page, with values for its parameters."""
    out = []
    for route in routes():
        for number in numbers:
            out.append(
                route.replace("{number}", number).replace("{queue}", "all").replace("{name}", "x")
                .replace("{file}", "sealed.js").replace("{id}", "00112233445566778899aabbccddeeff"))
    return sorted(set(re.sub(r"\{[^}]*\}", "1", path) for path in out))


def signed_in(county, name, password):
    visitor = Visitor(county.server)
    visitor.submit(visitor.get("/staff/sign-in"), "password", name=name, password=password)
    return visitor


def people(county):
    """A visitor for everybody who could be curious: nobody, and one of each role."""
    everybody = {"nobody": Visitor(county.server)}
    for role, name, password, *_ in county.logins():
        if role not in everybody and role != "sealedReceiver":
            everybody[role] = signed_in(county, name, password)
    return everybody


def walk(visitor, start, most=400, alike=6):
    """All pages that links lead to, from some seeds; each kind of address a few times."""
    waiting, seen, kinds = list(start), {}, {}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9A-Za-z%-]*\d[0-9A-Za-z%-]*", "#", path)
        if path in seen or path == "/staff/sign-out" or kinds.get(kind, 0) >= alike:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = visitor.get(path, follow=False)
        seen[path] = answer
        found = links_of(answer.text) if "html" in (answer.headers["Content-Type"] or "") else set()
        if answer.headers["Location"]:
            found.add(answer.headers["Location"])
        # Language and size of print show the same again.
        waiting += sorted(link for link in found if link.startswith("/") and not re.search(r"[?&](lang|large)=", link))
    return seen


def tour(county, numbers, most=90, alike=2):
    """What each role sees: role → address → answer. Two at a time, as many as the machine has cores."""
    start = seeds(numbers)
    curious = people(county)
    with ThreadPoolExecutor(2) as pool:
        seen = dict(zip(curious, pool.map(lambda visitor: walk(visitor, start, most, alike), curious.values())))
    for visitor in curious.values():
        visitor.close()
    return seen


def pages(seen):
    """Every page of a tour that has words, with who sees it."""
    for role, answers in seen.items():
        for path, answer in answers.items():
            if answer.status == 200 and "html" in (answer.headers["Content-Type"] or ""):
                yield role, path, answer


def words_of(text):
    """The words of a page without its markup."""
    bare = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", text, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", bare))
