#!/usr/bin/env python3
"""stats.py SEKISHO: what `sekisho stats` counts, prints and writes, over a store whose log is written here."""

import datetime
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree

PROGRAM = os.path.abspath(sys.argv[1])
TOKYO = datetime.timezone(datetime.timedelta(hours=9))


def at(text):
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=TOKYO).timestamp())


# time, class, previous, sender, recipients, evidence
VERDICTS = [
    ("2025-01-06 12:00", "targeted", "", "old@x.example", "a@k.example", "lure.topic"),
    ("2026-03-29 23:59:59", "bulk", "", "s@x.example", "a@k.example", "bulk.brand"),
    ("2026-03-30 00:00", "clean", "", "s@x.example", "a@k.example", ""),  # a Monday
    ("2026-03-30 10:00", "targeted", "", "t@x.example", "a@k.example\nb@k.example", "lure.topic sender.webmail"),
    ("2026-04-01 10:00", "targeted", "", "t@x.example", "b@k.example", "lure.topic <b>&\"unknown"),
    ("2026-04-05 23:59:59", "bulk", "", "s@x.example", "a@k.example", "bulk.brand bulk.threats"),
    ("2026-04-14 10:00", "targeted", "clean", "u@x.example", "c@k.example", "attachment.opened"),
    ("2026-04-14 11:00", "clean", "clean", "u@x.example", "c@k.example", ""),  # judged anew, the same
    ("2026-04-14 12:00", "clean", "", "s@x.example", "a@k.example", ""),
    ("2099-01-01 00:00", "targeted", "", "future@x.example", "a@k.example", "lure.topic"),
]
REPORTS = [
    ("2026-04-02 10:00", "clean", "targeted", False),
    ("2026-04-03 10:00", "clean", "clean", False),
    ("2026-04-04 10:00", "targeted", "bulk", False),
    ("2026-04-04 11:00", "bulk", "", False),
    ("2026-04-04 12:00", "clean", "targeted", True),
    ("2025-01-01 10:00", "clean", "targeted", False),
]


def make(folder):
    store = folder / "memory.sqlite"
    mail = folder / "one.eml"
    mail.write_text("From: a@b.example\nMessage-ID: <1@b.example>\n\nHello.\n", encoding="utf-8")
    subprocess.run([PROGRAM, "scan", "--store", store, mail], check=True, stdout=subprocess.DEVNULL)
    database = sqlite3.connect(store)
    database.execute("DELETE FROM verdict")
    for index, (time, class_, previous, sender, recipients, evidence) in enumerate(VERDICTS):
        database.execute(
            "INSERT INTO verdict (at, message_id, sender, recipients, subject, class, score, previous, because, evidence)"
            " VALUES (?, ?, ?, ?, 'x', ?, 1.5, ?, '', ?)",
            (at(time), "%d@x.example" % index, sender, recipients, class_, previous, evidence))
    for index, (time, class_, earlier, withdrawn) in enumerate(REPORTS):
        database.execute(
            "INSERT INTO report (at, digest, class, earlier, reporter, note, form, sender, subject, message_id, mail_at,"
            " withdrawn, withdrawn_by) VALUES (?, ?, ?, ?, 'taro', '', 'mail', '', '', '', 0, ?, '')",
            (at(time), "d%d" % index, class_, earlier, at(time) if withdrawn else 0))
    database.commit()
    database.close()
    return store


def run(*arguments, language="C.UTF-8", status=0):
    environment = dict(os.environ, LC_ALL=language, TZ="Asia/Tokyo")
    result = subprocess.run([PROGRAM, "stats", *arguments], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == status, (arguments, result)
    return result


def check_json(store):
    got = json.loads(run("--store", store, "--json").stdout)
    # The newest verdict that is not in the future is of 14 April, a Tuesday; half a year before, the week of 13 October.
    assert (got["since"], got["until"]) == ("2025-10-13", "2026-04-14"), got
    zero = {"clean": 0, "bulk": 0, "targeted": 0}
    weeks = {
        "2026-03-23": dict(zero, bulk=1, later=zero),
        "2026-03-30": {"clean": 1, "bulk": 1, "targeted": 2, "later": zero},
        "2026-04-06": dict(zero, later=zero),
        "2026-04-13": {"clean": 1, "bulk": 0, "targeted": 0, "later": dict(zero, targeted=1)},
    }
    assert {week.pop("week"): week for week in got["weeks"]} == weeks, got["weeks"]
    assert got["sum"] == {"clean": 2, "bulk": 2, "targeted": 2, "later": dict(zero, targeted=1)}
    assert got["targeted"] == {"senders": 2, "recipients": 3}
    lures = [(lure["id"], lure["mails"], lure["en"]) for lure in got["evidence"]["targeted"]]
    assert lures == [("lure.topic", 2, "sensitive topic"), ("<b>&\"unknown", 1, "<b>&\"unknown"),
                     ("attachment.opened", 1, "encrypted file opened"), ("sender.webmail", 1, "free webmail")], lures
    assert [lure["id"] for lure in got["evidence"]["bulk"]] == ["bulk.brand", "bulk.threats"]
    assert got["reports"] == {"clean": 2, "bulk": 1, "targeted": 1, "false_alarms": 1, "missed": 1, "withdrawn": 1}
    assert got["waiting"] == {"attachments": 0, "passwords": 0, "kept_bytes": 0}

    day = json.loads(run("--store", store, "--json", "--since", "2026-03-30", "--until", "2026-04-01").stdout)
    assert day["sum"]["targeted"] == 2 and day["sum"]["bulk"] == 0 and len(day["weeks"]) == 1
    old = json.loads(run("--store", store, "--json", "--since", "2025-01-01").stdout)
    assert old["sum"]["targeted"] == 3 and len(old["weeks"]) == 67 and old["reports"]["false_alarms"] == 2


def width(text):
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def check_text(store):
    for language, last in (("C.UTF-8", "clean"), ("ja_JP.UTF-8", "正常")):
        lines = run("--store", store, language=language).stdout.splitlines()
        table = lines[2:lines.index("", 3)]
        assert table[0].endswith(last) and len(table) == 6, table
        assert len({width(line) for line in table}) == 1 and width(table[0]) <= 80, table
        assert table[2].split() == ["2026-03-30", "2", "-", "1", "-", "1"], table[2]
        assert all(width(line) <= 80 for line in lines)


def check_years(store, folder):
    """Over more than a year: weeks without mail in one line, and dates with their year."""
    for language, told in (("C.UTF-8", "… 62 weeks without mail"), ("ja_JP.UTF-8", "… メールのない62週")):
        lines = run("--store", store, "--since", "2025-01-01", language=language).stdout.splitlines()
        assert [line for line in lines if line.startswith("…")] == [told], lines
    page = folder / "years.html"
    run("--store", store, "--since", "2025-01-01", "--html", page)
    tree = xml.etree.ElementTree.fromstring(page.read_text(encoding="utf-8").replace("<!DOCTYPE html>", ""))
    rows = ["".join(row.itertext()) for row in tree.iter("tr")]
    assert sum("62 weeks without mail" in row for row in rows) == 1, rows[:12]
    ticks = [text.text for text in tree.iter() if text.tag.endswith("text") and "tick" in text.get("class", "")]
    assert any(re.fullmatch(r"2025-\d\d-\d\d", tick or "") for tick in ticks), ticks
    assert not any(re.fullmatch(r"\d+/\d+", tick or "") for tick in ticks), ticks


def check_page(store, folder):
    page = folder / "stats.html"
    assert run("--store", store, "--html", page).stdout == ""
    text = page.read_text(encoding="utf-8")
    tree = xml.etree.ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))
    assert tree.get("lang") == "en"
    assert "<b>&" not in text and "&lt;b&gt;&amp;&quot;unknown" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "") and "<script" not in text
    assert len(tree.findall(".//figure")) == 2
    days = folder / "days.html"
    for since, until in ("2026-03-30", "2026-04-01"), ("2026-04-06", "2026-04-12"), ("2026-04-13", "2026-04-14"):
        run("--store", store, "--html", days, "--since", since, "--until", until)
        said = re.findall(r"(\d+) (sender|recipient|report)(s?)\b", days.read_text(encoding="utf-8"))
        assert said and all((count == "1") == (plural == "") for count, _, plural in said), said
    rows = ["".join(row.itertext()) for row in tree.iter("tr")]
    assert "2026-03-302–1–14" in rows, rows[:8]
    assert run("--store", store, "--html", page, language="ja_JP.UTF-8").stdout == ""
    assert "2026年4月14日" in page.read_text(encoding="utf-8")

    run("--store", store, "--html", folder / "missing" / "x.html", status=1)
    assert "</html>" in run("--store", store, "--html", "/dev/stdout").stdout  # what is no file is not replaced by one
    empty = run("--store", store, "--html", page, "--since", "2024-01-01", "--until", "2024-02-01")
    assert empty.stderr == "" and "No verdict was logged" in page.read_text(encoding="utf-8")


def check_mistakes(store, folder):
    for day in ("2026-4-1", "yesterday", "2026-02-30", "2026-13-01", "", "2026-04-01T00:00"):
        assert "needs a day as in 2026-04-01" in run("--store", store, "--since", day, status=2).stderr
    assert "--until is before --since" in run("--store", store, "--since", "2026-04-02", "--until", "2026-04-01",
                                               status=2).stderr
    assert "no store is named" in run(status=2).stderr
    assert "can't be opened" in run("--store", folder / "none.sqlite", status=1).stderr
    assert run("--store", store, "more", status=2).stdout == ""
    configuration = folder / "sekisho.ini"
    configuration.write_text("[classifier]\nstore = %s\n" % store, encoding="utf-8")
    assert json.loads(run("--config", configuration, "--json").stdout)["sum"]["targeted"] == 2


with tempfile.TemporaryDirectory() as name:
    place = pathlib.Path(name)
    written = make(place)
    check_json(written)
    check_text(written)
    check_years(written, place)
    check_page(written, place)
    check_mistakes(written, place)
