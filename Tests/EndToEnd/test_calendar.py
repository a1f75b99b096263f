"""`jiaxin calendar`: thousands of dates against an independent package, the explanation, files, and rubbish."""

import os
import random
import subprocess
from datetime import date, timedelta

import chinese_calendar
import pytest

from harness import BINARY, need

FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)


def jiaxin(folder, *arguments, stdin=""):
    """Runs in a folder of its own, so that no store of the machine is asked."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [need(BINARY, "the debug build of jiaxin"), *arguments], cwd=folder, env=kept, input=stdin,
        capture_output=True, text=isinstance(stdin, str), timeout=60)


def working(day):
    return chinese_calendar.is_workday(day)


def next_working(day):
    while not working(day):
        day += timedelta(days=1)
    return day


def after_working_days(start, count):
    day = start
    while count:
        day += timedelta(days=1)
        count -= working(day)
    return day


def after_months(start, count):
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    for day in range(start.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            pass
    return date(year, month, min(start.day, 28))


def questions():
    """Every day once, and random lengths from everywhere; what needs a day after 2026 is left out."""
    cases = []
    day = FIRST
    while day < LAST:
        cases.append((f"{day} working-days 1", lambda day=day: after_working_days(day, 1)))
        day += timedelta(days=1)
    dice = random.Random(2026)
    days = (LAST - FIRST).days
    for _ in range(1200):
        start = FIRST + timedelta(days=dice.randrange(days))
        count, months = dice.choice([1, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90]), dice.choice([1, 2, 3, 6, 12])
        cases += [
            (f"{start} working-days {count}", lambda s=start, n=count: after_working_days(s, n)),
            (f"{start} calendar-days {count}", lambda s=start, n=count: s + timedelta(days=n)),
            (f"{start} calendar-days {count} roll", lambda s=start, n=count: next_working(s + timedelta(days=n))),
            (f"{start} months {months}", lambda s=start, n=months: after_months(s, n)),
            (f"{start} months {months} roll", lambda s=start, n=months: next_working(after_months(s, n))),
        ]
    out = []
    for line, answer in cases:
        try:
            expected = answer()
        except NotImplementedError:  # the package knows no later year either
            continue
        if expected <= LAST:
            out.append((line, str(expected)))
    return out


def test_the_calendar_agrees_with_an_independent_one(tmp_path):
    asked = questions()
    assert len(asked) > 5000
    done = jiaxin(tmp_path, "calendar", "due", "--batch", stdin="".join(line + "\n" for line, _ in asked))
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    assert len(answers) == len(asked)
    wrong = [f"{line}: {found}, not {expected}" for (line, expected), found in zip(asked, answers) if found != expected]
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("year", range(FIRST.year, LAST.year + 1))
def test_the_announced_days_of_a_year(tmp_path, year):
    shown = {}
    for line in jiaxin(tmp_path, "calendar", "show", str(year)).stdout.splitlines()[1:]:
        day, _, what, name = line.split("\t")
        shown[date.fromisoformat(day)] = what
        assert name
    day = date(year, 1, 1)
    while day.year == year:
        expected = shown.get(day, "work" if day.weekday() < 5 else "off") == "work"
        assert expected == working(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("arguments, answer", [
    (("--from", "2026-09-28", "--working-days", "5"), "2026-10-10"),
    (("--from", "2026-02-13", "--working-days", "5"), "2026-02-27"),
    (("--from", "2026-02-03", "--calendar-days", "60"), "2026-04-04"),
    (("--from", "2026-02-03", "--calendar-days", "60", "--roll"), "2026-04-07"),
    (("--from", "2026-01-31", "--months", "1"), "2026-02-28"),
    (("--from", "2026-09-30T22:15", "--hours", "2"), "2026-10-01T00:15"),
    (("--from", "2026-09-28", "--working-days", "5", "--built-in"), "2026-10-10"),
])
def test_one_date(tmp_path, arguments, answer):
    done = jiaxin(tmp_path, "calendar", "due", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, answer + "\n", "")


def test_an_unknown_year_is_provisional_and_no_error(tmp_path):
    done = jiaxin(tmp_path, "calendar", "due", "--from", "2026-12-30", "--working-days", "5")
    assert (done.returncode, done.stdout) == (0, "2027-01-06\n")
    assert "provisional" in done.stderr and "2027" in done.stderr
    explained = jiaxin(tmp_path, "calendar", "due", "--from", "2026-12-30", "--working-days", "5", "--explain").stdout
    assert "provisional" in explained and "weekends are assumed off" in explained
    batch = jiaxin(tmp_path, "calendar", "due", "--batch", stdin="2026-12-30 working-days 5\n")
    assert (batch.returncode, batch.stdout) == (0, "2027-01-06\tprovisional\n")


def test_the_explanation_tells_what_was_counted(tmp_path):
    lines = jiaxin(
        tmp_path, "calendar", "due", "--from", "2026-09-28", "--working-days", "5", "--explain").stdout.splitlines()
    facts = {line.split()[0]: line for line in lines}
    assert "not counted" in facts["start"] and "国庆节" in facts["off"]
    assert "2026-10-10 (Sat) is a working day" in facts["made"]
    assert facts["due"].endswith("2026-10-10") and "cn-2020-2026" in facts["calendar"]


@pytest.mark.parametrize("arguments", [
    (), ("--from", "2026-09-28"), ("--working-days", "5"), ("--from", "", "--working-days", "5"),
    ("--from", "2026-02-30", "--working-days", "5"), ("--from", "tomorrow", "--working-days", "5"),
    ("--from", "2026-09-28", "--working-days", "many"), ("--from", "2026-09-28", "--working-days", "0"),
    ("--from", "2026-09-28", "--working-days", "-1"), ("--from", "2026-09-28", "--working-days", "100000"),
    ("--from", "2026-09-28", "--working-days", "9" * 40), ("--from", "2026-09-28", "--months", "1.5"),
    ("--from", "2026-09-28", "--working-days", "5", "--calendar-days", "5"),
    ("--from", "2026-09-28T24:00", "--hours", "5"), ("--from", "2026-09-28", "--hours", "5", "--roll"),
    ("--from", "9999-12-31", "--working-days", "5"), ("--from", "0000-00-00", "--months", "1"),
    ("--from", "2026-09-28'; DROP TABLE cases; --", "--months", "1"), ("--from", "２０２６-０９-２８", "--months", "1"),
    ("--from", "\U0001f4c5", "--months", "1"), ("--batch", "--from", "2026-09-28"), ("--from", "x" * 5000, "--months", "1"),
])
def test_rubbish_on_the_command_line_is_code_2(tmp_path, arguments):
    done = jiaxin(tmp_path, "calendar", "due", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == "" and done.stderr.strip()
    assert "Fatal" not in done.stderr and "something went wrong" not in done.stderr


def test_rubbish_in_a_batch_is_answered_line_by_line(tmp_path):
    lines = [
        "2026-09-28 working-days 5", "nonsense", "2026-09-28 working-days 5 roll roll", "2026-13-01 months 1",
        "\x00\x01\x02", "2026-09-28 hours 1e9", "你好 working-days 5", "a" * 100_000, "2026-05-06 working-days 5",
    ]
    done = jiaxin(tmp_path, "calendar", "due", "--batch", stdin="\n\n".join(lines) + "\n")
    answers = done.stdout.splitlines()
    assert done.returncode == 1 and len(answers) == len(lines)
    assert answers[0] == "2026-10-10" and answers[-1] == "2026-05-12"
    assert all(answer.startswith("error\t") for answer in answers[1:-1])
    noise = random.Random(5).randbytes(20_000)
    done = jiaxin(tmp_path, "calendar", "due", "--batch", stdin=noise)
    assert done.returncode == 1 and all(line.startswith(b"error\t") for line in done.stdout.splitlines())


def test_files(tmp_path):
    good = "version\tlocal-1\nyear\t2027\t2027\t甲通知\noff\t2027-01-01\t2027-01-03\t元旦\n"
    (tmp_path / "good.tsv").write_text(good)
    done = jiaxin(tmp_path, "calendar", "check", "good.tsv")
    assert (done.returncode, done.stdout) == (0, "ok: local-1: 2027\n")
    for name, text, words in [
        ("swapped", good.replace("2027-01-01\t2027-01-03", "2027-01-03\t2027-01-01"), "line 3: off, first day"),
        ("blanks", good.replace("\t", " "), "line 1: a line has at least two columns"),
        ("twice", good + "off\t2027-01-02\t2027-01-02\t元旦\n", "line 4: 2027-01-02 stands in line 3 already"),
        ("stranger", good + "off\t2028-05-01\t2028-05-01\t劳动节\n", "line 4: 2028-05-01 has no year line"),
        ("empty", "", "line 1: the version line is missing"),
    ]:
        (tmp_path / name).write_text(text)
        done = jiaxin(tmp_path, "calendar", "check", name)
        assert done.returncode == 1 and words in done.stderr, (name, done.stderr)
    (tmp_path / "noise").write_bytes(random.Random(1).randbytes(3000))
    assert jiaxin(tmp_path, "calendar", "check", "noise").returncode == 5
    assert jiaxin(tmp_path, "calendar", "check", "nowhere").returncode == 5
    assert jiaxin(tmp_path, "calendar", "show", "2031").returncode == 1
    assert jiaxin(tmp_path, "calendar", "show", "year").returncode == 2


def test_a_loaded_calendar_counts_in_its_store_only(stores, engine):
    store = stores.empty(engine)
    store.run("staff", "init")
    own = store.run("calendar", "show").stdout
    assert "(program)" in own
    text = (
        "".join(f"year\t{year}\t{year}\t甲通知\n" for year in range(2020, 2028))
        + "version\tlocal-2027\noff\t2027-01-01\t2027-01-03\t元旦\noff\t2027-01-04\t2027-01-04\t甲节\n")
    (store.folder / "local.tsv").write_text(text)
    done = store.run("calendar", "load", "local.tsv")
    assert "local-2027 is loaded" in done.stdout and "new years: 2027" in done.stdout
    due = ("calendar", "due", "--from", "2026-12-31", "--working-days", "1")
    assert store.run(*due).stdout == "2027-01-05\n"
    assert store.run(*due, "--built-in").stdout == "2027-01-01\n"
    assert "nothing changed" in store.run("calendar", "load", "local.tsv").stdout
    (store.folder / "local.tsv").write_text(text + "# other\n")
    done = store.run("calendar", "load", "local.tsv", check=False)
    assert done.returncode == 1 and "another text already" in done.stderr
    assert store.run("verify").stdout.rstrip().endswith("no difference")


def test_without_a_store_the_built_in_calendar_counts(stores):
    store = stores.empty("sqlite")
    done = store.run("calendar", "due", "--from", "2026-09-28", "--working-days", "5")
    assert done.stdout == "2026-10-10\n" and "there is no store" in done.stderr
    assert not list(store.folder.iterdir())
