#!/usr/bin/env python3
"""retrain.py SEKISHO COMPOSE: reports into training, and what evaluate, replay and explain say of two packages.

Small packages are trained on written samples without one family; reports are of that family. What is expected of the
commands is counted from the verdicts of scan, and from the number of files composed.
"""
import email
import email.message
import email.policy
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

SEKISHO, COMPOSE = sys.argv[1:3]
KEPT = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(KEPT.name)
CAMPAIGN = "export-control-question"
WRITTEN, REPORTED, NEXT = FOLDER / "written", FOLDER / "reported", FOLDER / "next"
BEFORE, AFTER, STORE = FOLDER / "before.model", FOLDER / "after.model", FOLDER / "reports.sqlite"
OWN = ["--own-domain", "kikan.example"]
SCANNED = {}
KEPT_OUT = ["--keep-out", "0"]  # so few samples are all needed
SETS = ["--ham", WRITTEN / "clean", "--bulk", WRITTEN / "bulk", "--targeted", WRITTEN / "targeted"]


def sekisho(*arguments):
    return subprocess.run([SEKISHO, *map(str, arguments)], capture_output=True, text=True)


def fail(text, result=None):
    sys.exit(text + (f"\n{result.returncode}\n{result.stdout}\n{result.stderr}" if result else ""))


def good(*arguments):
    result = sekisho(*arguments)
    if result.returncode != 0 or result.stderr:
        fail(f"failed: {arguments}", result)
    return result.stdout


def objects(*arguments):
    return [json.loads(line) for line in good(*arguments, "--json").splitlines()]


def compose(output, *options):
    subprocess.run([sys.executable, COMPOSE, "--output", output, *options], check=True, stdout=subprocess.DEVNULL)


def scan(model, *paths):
    """Verdicts by file name. Judged once: after prepare() no mail is changed, and a package is known by its bytes."""
    key = (hashlib.sha256(model.read_bytes()).digest(), paths)
    if key not in SCANNED:
        SCANNED[key] = {os.path.basename(row["file"]): row for row in objects("scan", *OWN, "--model", model, *paths)}
    return SCANNED[key]


def prepare():
    """Half of the families, so that training doesn't take long, and not the campaign's."""
    compose(WRITTEN, "--per-family", "1")
    for folder in ("clean", "bulk", "targeted"):
        paths = sorted((WRITTEN / folder).iterdir())
        families = sorted({path.name.split("-0001")[0] for path in paths})
        for path in paths:
            family = path.name.split("-0001")[0]
            if family == CAMPAIGN or families.index(family) % 2:
                path.unlink()
    compose(FOLDER / "campaign", "--family", CAMPAIGN, "--per-family", "10", "--seed", "7")
    REPORTED.mkdir()
    NEXT.mkdir()
    shutil.copy(WRITTEN / "WRITTEN", FOLDER)  # what says that these are samples goes with them
    for i, path in enumerate(sorted((FOLDER / "campaign/targeted").iterdir())):
        path.rename((REPORTED if i < 5 else NEXT) / path.name)


def check_train():
    """Five reports of a plan raise most of its later mails, none of which is missed, and hardly anything else is called
    targeted; the same twice."""
    good("train", *OWN, *KEPT_OUT, *SETS, "--output", BEFORE)
    good("report", "--class", "targeted", "--by", "ono", "--store", STORE, *OWN, REPORTED)
    said = good("train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", STORE, "--output", AFTER)
    count = sum(1 for _ in WRITTEN.glob("*/*.eml")) + 5
    if f"trained on {count} mails" not in said:
        fail(f"train: want {count} mails, said {said}")
    good("train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", STORE, "--output", FOLDER / "again.model")
    if AFTER.read_bytes() != (FOLDER / "again.model").read_bytes():
        fail("train: the same input gives another package")
    before, after = scan(BEFORE, NEXT), scan(AFTER, NEXT)
    for name, row in after.items():
        if row["class"] != "targeted":
            fail(f"train: {name}: {before[name]['score']} became {row['score']}, {row['class']}")
    raised = [name for name, row in after.items() if row["score"] >= before[name]["score"] + 2]
    if len(raised) * 2 <= len(after):
        fail(f"train: only {raised} are raised")
    alarms = [name for name, row in scan(AFTER, WRITTEN / "clean", WRITTEN / "bulk").items()
              if row["class"] == "targeted"]
    # Thresholds allow 2 in 100 of written clean mail.
    if len(alarms) > math.ceil(0.02 * sum(1 for _ in (WRITTEN / "clean").iterdir())):
        fail(f"train: now called targeted: {alarms}")
    # A report that is withdrawn counts no more: the package is that without reports, but for what it says of sets.
    for row in objects("report", "list", "--store", STORE):
        good("report", "withdraw", row["id"], "--store", STORE)
    good("train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", STORE, "--output", FOLDER / "again.model")
    withdrawn = scan(FOLDER / "again.model", NEXT)
    if any(row["score"] != before[name]["score"] for name, row in withdrawn.items()):
        fail("train: withdrawn reports count")


def check_same_reports():
    """Of one mail with other line ends the latest opinion counts, and it is one mail; also if a store of before mails were
    known by what they are with LF has it under the digest of its bytes."""
    store, path = FOLDER / "same.sqlite", min(REPORTED.iterdir())
    dos = FOLDER / "dos.eml"
    dos.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for class_, file in (("targeted", path), ("bulk", dos)):
        good("report", "--class", class_, "--by", "ono", "--as", "mail", "--store", store, *OWN, file)
        with sqlite3.connect(store) as rows:
            content = file.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            rows.execute("UPDATE report SET digest = ? WHERE class = ?", (digest, class_))
            rows.execute("INSERT OR REPLACE INTO report_mail (digest, at, size, bytes) VALUES (?, 1, ?, ?)",
                         (digest, len(content), content))
    digests_ = {row["digest"] for row in objects("report", "list", "--store", store)}
    said = good("train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", store, "--output", FOLDER / "same.model")
    with zipfile.ZipFile(FOLDER / "same.model") as package:
        sets = {one["name"]: one["mails"] for one in json.loads(package.read("manifest.json"))["training"]["sets"]}
    count = sum(1 for _ in WRITTEN.glob("*/*.eml")) + 1
    reported = {name: mails for name, mails in sets.items() if name.startswith("reports/")}
    if len(digests_) != 2 or f"trained on {count} mails" not in said or reported != {"reports/bulk": 1}:
        fail(f"the same mail twice: {digests_}, {said}, {sets}")


def check_one_campaign():
    """Of one party's campaign, five reports are enough for its next mails, also without a file; others stay unmarked."""
    for name in ("login-link-en", "product-inquiry-carrier"):
        folder, store, model = FOLDER / name, FOLDER / f"{name}.sqlite", FOLDER / f"{name}.model"
        compose(folder, "--campaign", "1", "--family", name, "--per-family", "12", "--seed", "7")
        mails = sorted((folder / "targeted").iterdir())
        good("report", "--class", "targeted", "--by", "ono", "--store", store, *OWN, *mails[:5])
        good("train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", store, "--output", model)
        found = [row["class"] for row in scan(model, *mails[5:]).values()].count("targeted")
        if found < len(mails) - 6:
            fail(f"campaign: {name}: {found} of {len(mails) - 5} next mails are found")
        alarms = [row["class"] for row in scan(model, WRITTEN / "clean").values()].count("targeted")
        if alarms > math.ceil(0.02 * sum(1 for _ in (WRITTEN / "clean").iterdir())):
            fail(f"campaign: {name}: {alarms} legitimate mails are called targeted")


def bare_copy(folder, path):
    """The mail without its files and links, and without what it says of a password."""
    with path.open("rb") as stream:
        mail = email.message_from_binary_file(stream, policy=email.policy.default)
    copy = email.message.EmailMessage(policy=email.policy.default)
    for name in ("Received", "From", "To", "Subject", "Date", "Message-ID"):
        copy[name] = str(mail[name])
    copy.set_content(re.sub(r".*(https?://|パスワード).*\n?", "", mail.get_body(("plain",)).get_content()))
    (folder / path.name).write_bytes(copy.as_bytes())
    return folder / path.name


def check_bare():
    """A mail whose evidence is its likeness to reports, without file or link: explain says so; and of the same mail with
    a file it doesn't say that it would be clean without the file, since it isn't."""
    folder, store, model = FOLDER / "bare-campaign", FOLDER / "bare.sqlite", FOLDER / "bare.model"
    folder.mkdir()
    mails = [bare_copy(folder, path) for path in sorted((FOLDER / "product-inquiry-carrier/targeted").iterdir())]
    good("report", "--class", "targeted", "--by", "ono", "--store", store, *OWN, *mails[:5])
    good("train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", store, "--output", model)
    verdicts = scan(model, *mails[5:])
    path = next((path for path in mails[5:] if verdicts[path.name]["class"] == "targeted"), None)
    if path is None:
        fail(f"bare: none is found: {verdicts}")
    row, = objects("explain", *OWN, "--model", model, path)
    brings = ("attachment.", "lure.link-", "lure.file-service", "lure.shortener")
    total = row["targeted"]["bias"] + sum(item["contribution"] for item in row["evidence"])
    wording = [item["contribution"] for item in row["evidence"] if item["id"] == "lure.wording"]
    if any(item["id"].startswith(brings) for item in row["evidence"]) or abs(total - verdicts[path.name]["score"]) > 1e-6 \
            or not wording or wording[0] < 4 or row["changes"]["without"]["ids"] != ["lure.wording"]:
        fail(f"bare: {verdicts[path.name]['score']}: {row}")
    with path.open("rb") as stream:
        mail = email.message_from_binary_file(stream, policy=email.policy.default)
    mail.add_attachment(b"MZ" + bytes(200), maintype="application", subtype="octet-stream", filename="list.exe")
    bringing = FOLDER / "bringing.eml"
    bringing.write_bytes(mail.as_bytes())
    row, = objects("explain", *OWN, "--model", model, bringing)
    if "attachment.runs-code" not in [item["id"] for item in row["evidence"]] or \
            "lure.wording" not in row["changes"]["without"]["ids"]:
        fail(f"bare: with a file: {row}")


def check_people():
    """What one reader alone says changes nothing, is told, and counts as soon as a second one says so of one like it."""
    store, model = FOLDER / "people.sqlite", FOLDER / "people.model"
    train = ["train", *OWN, *KEPT_OUT, *SETS, "--reports", "--store", store, "--output", model]
    mails = sorted((FOLDER / "product-inquiry-carrier/targeted").iterdir())
    for path in mails[:4]:  # by other spellings of one address
        by = ["yamada@kikan.example", "Yamada@Kikan.example", "yamada+1@kikan.example"][mails.index(path) % 3]
        good("report", "--class", "targeted", "--by", by, "--store", store, *OWN, path)
    if {row["standing"] for row in objects("report", "list", "--store", store)} != {"alone"}:
        fail("people: one reader's reports aren't marked")
    said = sekisho(*train)
    if said.returncode != 0 or "4 of 4 reported mails are left out" not in said.stderr or \
            "(yamada@kikan.example 4)" not in said.stderr or len(said.stderr.splitlines()) != 1:
        fail("people: one reader", said)
    before, after = scan(BEFORE, *mails), scan(model, *mails)
    if any(row["score"] != before[name]["score"] for name, row in after.items()):
        fail("people: one reader alone changes scores")
    good("report", "--class", "targeted", "--by", "sato@kikan.example", "--store", store, *OWN, mails[4])
    good(*train)
    found = [row["class"] for row in scan(model, *mails[5:]).values()].count("targeted")
    if found < len(mails) - 6:
        fail(f"people: with a second reader {found} of {len(mails) - 5} are found")


def check_exception():
    """A clean report of a mail that raised an alarm makes an exception of it, and of no other of the campaign."""
    first, second = sorted(NEXT.iterdir())[:2]
    store = ["--store", FOLDER / "exception.sqlite", *OWN]
    for path in (first, second):
        row, = objects("scan", "--model", AFTER, *store, path)
        if row["class"] != "targeted":
            fail(f"exception: {path.name} is {row['class']}")
    report, = objects("report", "--class", "clean", *store, first)
    if report["earlier"] != "targeted":
        fail(f"exception: {report}")
    for path, want in ((first, "clean"), (second, "targeted")):
        row, = objects("scan", "--model", AFTER, *store, path)
        if row["class"] != want or ("clean.released" in [item["id"] for item in row["evidence"]]) != (want == "clean"):
            fail(f"exception: {path.name}: want {want}: {row}")


def check_replay():
    """Alarms by day are those of two scans."""
    paths = [WRITTEN, REPORTED, NEXT]
    before, after = scan(BEFORE, *paths), scan(AFTER, *paths)
    rows = objects("replay", *OWN, "--model", AFTER, "--today-model", BEFORE, *paths)
    days = {row["day"]: row for row in rows if "mails" in row}
    changed = [row for row in rows if "file" in row]
    all_ = days.pop("all")
    for side, verdicts in (("today", before), ("new", after)):
        want = sum(row["class"] == "targeted" for row in verdicts.values())
        if all_[side]["targeted"] != want or sum(day[side]["targeted"] for day in days.values()) != want:
            fail(f"replay: {side}: want {want}: {all_}")
    if all_["mails"] != len(before) or sum(day["mails"] for day in days.values()) != len(before):
        fail(f"replay: want {len(before)} mails: {all_}")
    for name, day in days.items():
        want = sum(row["date"][:10] == name for row in before.values())
        if day["mails"] != want:
            fail(f"replay: {name}: want {want} mails: {day}")
    want = {name for name in before if before[name]["class"] != after[name]["class"]}
    got = {os.path.basename(row["file"]) for row in changed}
    if not want or got != want or all_["changed"] != len(want):
        fail(f"replay: want {want}, got {got}")
    row = changed[0]
    name = os.path.basename(row["file"])
    if (row["today"]["class"], row["new"]["class"]) != (before[name]["class"], after[name]["class"]):
        fail(f"replay: {row}")
    text = good("replay", *OWN, "--model", AFTER, "--today-model", BEFORE, NEXT)
    if "Alarms a day: " not in text or not re.search(r"^all +5 ", text, re.MULTILINE):
        fail(f"replay: {text}")
    text = good("replay", *OWN, "--model", AFTER, "--today-model", BEFORE, *paths)
    told = re.findall(r"^(\d{4}-\d\d-\d\d)  \w+, \w+ → ", text, re.MULTILINE)
    if len(told) != len(want) or told != sorted(told) or f"(days with mail: {len(days)})" not in text or " \n" in text:
        fail(f"replay: {text}")


def check_explain():
    """Contributions add up to the score that scan gives; taking away what it names changes the verdict."""
    verdicts = {**scan(AFTER, NEXT), **scan(AFTER, WRITTEN / "bulk")}
    for row in objects("explain", *OWN, "--model", AFTER, NEXT, WRITTEN / "bulk"):
        path = row["file"]
        other = verdicts[os.path.basename(path)]
        total = row["targeted"]["bias"] + sum(item["contribution"] for item in row["evidence"])
        if abs(total - row["targeted"]["score"]) > 1e-6 or abs(row["targeted"]["score"] - other["score"]) > 1e-6:
            fail(f"explain: {path}: {total}, {row['targeted']}, {other['score']}")
        if row["class"] != other["class"] or abs(sum(row["probability"].values()) - 1) > 1e-6:
            fail(f"explain: {path}: {row}")
        seen = {item["id"] for item in row["evidence"]}
        without, with_ = row["changes"]["without"], row["changes"]["with"]
        if not set(without["ids"]) <= seen or set(with_["ids"]) & seen or without["class"] == row["class"] or \
                with_["class"] == row["class"] or (without["class"] == "") != (not without["ids"]):
            fail(f"explain: {path}: {row['changes']}, seen {seen}")
    path = min(NEXT.iterdir())
    row, = objects("explain", *OWN, "--model", AFTER, path)
    pulls = [max(abs(word["targeted"]), abs(word["bulk"])) for word in row["words"]]
    if len(pulls) != 10 or pulls != sorted(pulls, reverse=True) or not pulls[-1] > 0:
        fail(f"explain: words: {row['words']}")
    for word in row["words"]:
        if word["field"] not in ("subject", "body", "link", "attachment", "header") or not word["text"]:
            fail(f"explain: {word}")
    aim = row["targeted"]
    reached = aim["alarm"] >= aim["threshold"]
    which = "clearly targeted" if row["leads"] else "rather targeted" if row["beats_bulk"] else "likelier bulk"
    told = "attack (targeted or bulk): against clean %+.2f, threshold %+.2f: %s" % (
        aim["alarm"], aim["threshold"], "reached, " + which if reached else "not reached\n")
    for language, words in (("en", [told, "sum: the score", "words that moved the wording most", "[body]"]),
                            ("ja", ["合計（スコア）", "文面のスコアを最も動かした語", "[本文]"]), ("both", ["sum:", "合計"])):
        text = good("explain", *OWN, "--model", AFTER, "--language", language, path)
        if any(word not in text for word in words):
            fail(f"explain: {language}: {text}")


def check_links():
    """Mail behind links is learned from and measured on as what lies there itself; a loop has no effect."""
    linked = FOLDER / "linked"
    linked.mkdir()
    (linked / "folder").symlink_to(NEXT)
    (linked / "loop").symlink_to(linked)
    for path in REPORTED.iterdir():
        (linked / path.name).symlink_to(path)
    report, = objects("evaluate", *OWN, "--targeted", linked)
    want = len(list(NEXT.iterdir())) + len(list(REPORTED.iterdir()))
    if [one["n"] for one in report["sets"].values()] != [want]:
        fail(f"links: want {want} mails: {report['sets']}")


def check_marker():
    """Only where compose's marker stands, here or above, a mail is a sample of a family, whatever its name is."""
    mails = FOLDER / "far/away"
    mails.mkdir(parents=True)
    paths = sorted((WRITTEN / "clean").iterdir())[:12]
    for i, path in enumerate(paths):
        shutil.copy(path, mails / f"mail-{i:04}.eml")
    cases = [("no marker", None, "", None), ("another file of its name", mails, "Subject: x\n\n", None),
             ("a marker", mails, (WRITTEN / "WRITTEN").read_text(), {"mail"}), ("above", mails.parent, None, {"mail"})]
    for name, folder, text, want in cases:
        if text:
            (folder / "WRITTEN").write_text(text)
        elif folder:
            (mails / "WRITTEN").rename(folder / "WRITTEN")
        report, = objects("evaluate", *OWN, "--ham", mails)
        one, = report["sets"].values()
        count = len(paths) + (name == "another file of its name")
        families = set(one["families"]) if "families" in one else None
        if one["n"] != count or families != want or report["real_called_targeted"]["mails"] != (0 if want else count):
            fail(f"marker: {name}: {report['real_called_targeted']}, {one}")
    # Of no real mail there is no rate.
    said = good("evaluate", *OWN, "--ham", mails)
    if "No real mail that is not targeted was measured" not in said or "real mails" in said:
        fail(f"marker: of no real mail: {said}")


def mcnemar(one, other):
    """The two-sided exact test, by the definition: a fair coin thrown for each mail that only one gets wrong."""
    from math import comb
    n, k = one + other, min(one, other)
    return min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / 2 ** n)


def check_evaluate():
    """Two packages side by side: errors as scan has them, the test by its definition; a page that stands alone."""
    page = FOLDER / "page.html"
    sets = ["--ham", WRITTEN / "clean", "--bulk", WRITTEN / "bulk", "--targeted", NEXT]
    report, = objects("evaluate", *OWN, "--model", AFTER, "--against", BEFORE, "--no-curve", "--html", page, *sets)
    wrong = []
    for model in (AFTER, BEFORE):
        wrong.append({"targeted": {name for name, row in scan(model, NEXT).items() if row["class"] != "targeted"},
                      "bulk": {name for name, row in scan(model, WRITTEN / "bulk").items() if row["class"] != "bulk"}})
    for class_ in ("targeted", "bulk"):
        got = report["comparison"]["errors"][class_]
        only = len(wrong[0][class_] - wrong[1][class_]), len(wrong[1][class_] - wrong[0][class_])
        want = (len(wrong[0][class_]), len(wrong[1][class_]), *only)
        if (got["one"], got["other"], got["only_one"], got["only_other"]) != want or \
                abs(got["p"] - mcnemar(*only)) > 1e-9:
            fail(f"evaluate: {class_}: want {want}, {mcnemar(*only)}: {got}")
    for class_, path in (("targeted", NEXT), ("bulk", WRITTEN / "bulk"), ("clean", WRITTEN / "clean")):
        want = sorted(row["probability"][class_] for row in scan(AFTER, path).values() if row["class"] != class_)[:8]
        got = [mail["given"] for mail in report["wrong"] if mail["class"] == class_]
        if len(got) != len(want) or any(abs(a - b) > 1e-5 for a, b in zip(got, want)):
            fail(f"evaluate: mails most wrong of {class_}: want {want}, got {got}")
    if any(not mail["evidence"] or mail["called"] == mail["class"] for mail in report["wrong"]):
        fail(f"evaluate: {report['wrong']}")
    for class_ in ("clean", "bulk", "targeted"):
        one = report["calibration"][class_]
        folders = {"clean": WRITTEN / "clean", "bulk": WRITTEN / "bulk", "targeted": NEXT}
        want = sum(sum((row["probability"][class_] - (folder == class_)) ** 2 for row in mails.values()) / len(mails) / 3
                   for folder, mails in ((name, scan(AFTER, path)) for name, path in folders.items()))
        low, high = one["brier_interval"]
        # Also of mails whose own password opens harm, which are judged by the worse of two readings.
        if abs(one["brier"] - want) > 1e-5 or not low <= one["brier"] <= high or sum(
                part["mails"] for part in one["bins"]) != sum(len(scan(AFTER, path)) for path in folders.values()):
            fail(f"evaluate: calibration of {class_}: want a Brier score of {want}: {one}")
    check_known(report, sets, page.read_text(encoding="utf-8"))
    text = page.read_text(encoding="utf-8")
    for word in ("<script", "src=", "@import", "url(", "http://", "https://"):
        if word in text.replace('xmlns="http://www.w3.org/2000/svg"', ""):
            fail(f"evaluate: the page has {word}")
    for word in ('name="viewport"', "@media print", 'lang="ja"', 'lang="en"', "<svg", "McNemar"):
        if word not in text:
            fail(f"evaluate: the page lacks {word}")
    # Well-formed as XML, too (but for the doctype): whatever a mail writes into its subject stays text.
    import xml.etree.ElementTree
    xml.etree.ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))


def digests(*folders):
    return {hashlib.sha256(path.read_bytes()).hexdigest() for folder in folders for path in folder.glob("*.eml")}


def check_known(report, sets, page):
    """How many mails a package has learned from, by the mails' digests: honest and bulk mail; of the next of the
    campaign none, but a report's own mail if it is measured on; in JSON, as text and on the page in both languages."""
    legitimate = len(digests(WRITTEN / "clean", WRITTEN / "bulk"))
    mails = legitimate + len(list(NEXT.iterdir()))
    want = {"mails": mails, "learned": legitimate, "relatives": 0}
    for got in (report["known"], report["comparison"]["known"]):
        if {key: got[key] for key in want} != want or got["sets"]["written/clean"]["learned"] != len(
                digests(WRITTEN / "clean")) or got["sets"][f"{FOLDER.name}/next"]["learned"] != 0:
            fail(f"evaluate: known: want {want}, got {got}")
    text = good("evaluate", *OWN, "--model", AFTER, *sets)
    if f"Of these {mails} mails the package has learned from {legitimate} themselves" not in text:
        fail(f"evaluate: known, as text: {text}")
    if page.count(f"learned from {legitimate} themselves") != 2 or "The other model (" not in page:
        fail("evaluate: known of the other model, on the page")
    rows = {class_: report["confusion"][class_] for class_ in ("clean", "bulk", "targeted")}
    for class_, row in rows.items():
        if not re.search(rf"^\| {class_} +\| +{row['clean']} \| +{row['bulk']} \| +{row['targeted']} \|$", text, re.MULTILINE):
            fail(f"evaluate: confusion: want {row}: {text}")
    if f"learned from {legitimate} themselves" not in page or f"モデルは{legitimate}通をそれ自体で" not in page:
        fail("evaluate: known, on the page")
    # The same family, mails of another seed: relatives. Reported mails are known themselves.
    family = min(path.name for path in (WRITTEN / "clean").iterdir()).split("-0001")[0]
    compose(FOLDER / "other", "--family", family, "--per-family", "2", "--seed", "99")
    other = FOLDER / "other/clean"
    cases = [("reported", REPORTED, (len(digests(REPORTED)), 0)), ("relatives", other, (0, len(digests(other))))]
    for name, folder, (learned, relatives) in cases:
        got = objects("evaluate", *OWN, "--model", AFTER, "--ham", folder)[0]["known"]
        if (got["learned"], got["relatives"]) != (learned, relatives):
            fail(f"evaluate: known: {name}: {got}")


def check_wrong():
    """Bad input is told in one line with its reason; nothing is written then."""
    text, empty, out = FOLDER / "text.model", FOLDER / "empty.mbox", FOLDER / "out.model"
    text.write_text("hello\n")
    empty.write_bytes(b"")
    bare, pipe = FOLDER / "bare", FOLDER / "pipe"
    bare.mkdir()
    os.mkfifo(pipe)
    small = ["--ham", empty, "--bulk", empty, "--targeted", empty]
    train = ["train", *SETS, "--reports", "--output", out]
    cases = [
        ("replay: no package", ["replay", "--model", text, NEXT], 1, "text.model: not a model package"),
        ("replay: today's is none", ["replay", "--today-model", text, NEXT], 1, "text.model: not a model package"),
        ("replay: empty mbox", ["replay", empty], 1, "no mail in"),
        ("replay: missing file", ["replay", FOLDER / "gone"], 1, "gone: "),
        ("replay: no path", ["replay"], 2, "usage"),
        ("explain: no package", ["explain", "--model", text, NEXT], 1, "text.model: not a model package"),
        ("explain: empty mbox", ["explain", empty], 1, "no mail in"),
        ("explain: missing file", ["explain", FOLDER / "gone"], 1, "gone: "),
        ("explain: language", ["explain", "--language", "fr", NEXT], 2, "\"fr\""),
        ("evaluate: no package", ["evaluate", "--model", text, *SETS], 1, "text.model: not a model package"),
        ("evaluate: against none", ["evaluate", "--against", text, *SETS], 1, "text.model: not a model package"),
        ("evaluate: empty mboxes", ["evaluate", *small], 1, "no mail to measure on", 4),
        ("evaluate: an empty mbox", ["evaluate", "--ham", empty, "--targeted", NEXT], 1, "empty.mbox: no mail in it"),
        ("evaluate: an empty folder", ["evaluate", "--ham", bare, "--targeted", NEXT], 1, "bare: no mail in it"),
        ("evaluate: a missing folder", ["evaluate", "--ham", FOLDER / "gone", "--targeted", NEXT], 1, "gone: No such"),
        ("evaluate: a pipe", ["evaluate", "--ham", pipe, "--targeted", NEXT], 1, "pipe: not a regular file"),
        ("evaluate: no folder for the page", ["evaluate", "--no-curve", "--html", FOLDER / "gone/page.html", *SETS], 1,
         "gone/page.html"),
        ("train: unknown class", ["train", "--virus", NEXT, "--output", out], 2, "virus"),
        ("train: empty mbox", ["train", "--ham", empty, *SETS[2:], "--output", out], 1,
         "clean: 0 campaigns, families or days to learn from; at least 5 are needed", 2),
        ("train: no output", ["train", *SETS], 2, "usage"),
        ("train: which store", train, 2, "which store?"),
        ("train: missing store", [*train, "--store", FOLDER / "gone.sqlite"], 1, "gone.sqlite"),
        ("train: a store that is none", [*train, "--store", text], 1, "text.model: is no database"),
        ("report: unknown class", ["report", "--class", "virus", "--store", STORE, NEXT], 2, "virus"),
        ("model: unknown package", ["model", "show", "gone", "--models", FOLDER], 1, "gone"),
    ]
    for name, arguments, status, reason, *count in cases:
        got = sekisho(*arguments)
        lines = got.stderr.splitlines()
        if got.returncode != status or reason not in got.stderr or out.exists() or (
                status == 1 and len(lines) != (count or [1])[0]):
            fail(f"wrong: {name}: want {status} and \"{reason}\"", got)
    if (FOLDER / "gone.sqlite").exists():
        fail("wrong: a store was made by looking for one")


prepare()
check_train()
check_same_reports()
check_one_campaign()
check_bare()
check_people()
check_exception()
check_replay()
check_explain()
check_evaluate()
check_links()
check_marker()
check_wrong()
