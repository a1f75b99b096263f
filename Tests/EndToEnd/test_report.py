"""`jiaxin report`: the numbers of the page, as text and as CSV."""

import csv
import datetime
import io

import pytest

from county import sign_in

PERIOD = datetime.date.today().strftime("%Y")


def tables(text):
    """The tables of a file by their titles: a line with one cell, then headings and lines, then an empty line."""
    found, title = {}, None
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        if len(row) == 1 and title is None:
            title = row[0]
            found[title] = []
        elif not row:
            title = None
        else:
            found[title].append(row)
    return found


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_the_command_tells_the_numbers_of_the_page(counties, open_page, engine):
    county = counties(engine)
    page = open_page(county)
    sign_in(page, county, "leader")
    shown = page.evaluate(
        "async period => (await fetch('/oversight/report.csv?period=' + period)).text()", PERIOD)
    done = county.store.run("report", PERIOD, "--format", "csv")
    assert tables(done.stdout) == tables(shown)
    assert len(tables(shown)) > 10


def test_text_and_single_tables(counties):
    store = counties("sqlite").store
    chinese = store.run("report", PERIOD).stdout
    english = store.run("report", PERIOD, "--language", "en").stdout
    assert chinese.count("\n# ") == english.count("\n# ") >= 5
    assert PERIOD in chinese.splitlines()[0] and PERIOD in english.splitlines()[0]
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english.splitlines()[0])
    last = (datetime.date.today().replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
    assert store.run("report").stdout.splitlines()[0] == store.run("report", last).stdout.splitlines()[0]
    one = store.run("report", PERIOD, "--format", "csv", "--table", "times").stdout
    assert "\n\n" not in one.replace("\r", "") and one.count(",") > 4


@pytest.mark.parametrize("arguments, code", [
    (["report", "2026-13"], 2), (["report", "last"], 2), (["report", "2199"], 2),
    (["report", PERIOD, "--table", "times"], 2),
    (["report", PERIOD, "--format", "csv", "--table", "people"], 2),
])
def test_what_is_wrong_is_said(counties, arguments, code):
    done = counties("sqlite").store.run(*arguments, check=False)
    assert done.returncode == code and done.stdout == "" and done.stderr
