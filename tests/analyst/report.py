#!/usr/bin/env python3
"""report.py SEKISHO: sekisho report takes mail in every form that people hand it in, and keeps what it must."""
import email.message
import email.policy
import hashlib
import io
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

SEKISHO = sys.argv[1]
KEPT = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(KEPT.name)
STORE = str(FOLDER / "store.sqlite")

SAMPLE = b"""Return-Path: <sato@mail.example>\r
Received: from mail.example (mail.example [192.0.2.7]) by mx.kikan.example with ESMTP; Mon, 4 Dec 2023 10:00:00 +0900\r
From: =?UTF-8?B?5L2Q6Jek?= <sato@mail.example>\r
To: yamada@kikan.example\r
Subject: =?UTF-8?B?5Y+W5p2Q44Gu44GK6aGY44GE?=\r
Date: Mon, 4 Dec 2023 09:59:58 +0900\r
Message-ID: <one@mail.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
""" + "取材のお願いです。資料をご確認ください。\r\n".encode()


def sekisho(*arguments, stdin=b""):
    return subprocess.run([SEKISHO, *map(str, arguments)], input=stdin, capture_output=True)


def fail(text, result=None):
    sys.exit(text + (f"\n{result.returncode}\n{result.stdout.decode()}\n{result.stderr.decode()}" if result else ""))


def write(name, content):
    path = FOLDER / name
    path.write_bytes(content)
    return path


def objects(result):
    if result.returncode != 0:
        fail("failed", result)
    return [json.loads(line) for line in result.stdout.splitlines()]


def report_mail(attach=None, name=None, text="怪しいメールが届きました。", subject="不審メール", sender="yamada@kikan.example"):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "report@kikan.example", subject
    mail.set_content(text)
    if attach is not None and name is None:
        mail.make_mixed()
        part = email.message.MIMEPart(policy=email.policy.SMTP)
        part["Content-Type"] = "message/rfc822"
        head = mail.as_bytes()
        boundary = mail.get_boundary()
        return head.replace(f"--{boundary}--".encode(),
                            f"--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n".encode() + attach +
                            f"\r\n--{boundary}--".encode())
    if attach is not None:
        mail.add_attachment(attach, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def page_mail(page):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "yamada@kikan.example", "report@kikan.example", "Fwd: x"
    mail.set_content(f"<html><body>{page}</body></html>", subtype="html")
    return mail.as_bytes()


def digest_of(raw):
    """SHA-256 with LF as line ends, one of them at the end."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n").hexdigest()


def check_same():
    """A mail stays the same one with other line ends, or other empty lines at its end; with another word, it doesn't."""
    store = FOLDER / "same"
    lf = SAMPLE.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    forms = [lf, lf.replace(b"\n", b"\r\n"), lf + b"\n", lf[:-1], lf + b"\r\n" * 300, lf.replace(b"\n", b"\r\n") + b"\n"]
    for i, content in enumerate(forms):
        got, = objects(sekisho("report", "--class", "targeted", "--by", "ono", "--json", "--store", store,
                               write(f"same-{i}.eml", content)))
        if got["digest"] != hashlib.sha256(lf).hexdigest() or got["known"] != (i > 0) or got["id"] != 1:
            fail(f"the same mail, form {i}: {got}")
    for i, content in enumerate([lf + b"x", lf.replace(b"\n\n", b"\n\n\n", 1), lf.replace(b"\n", b"\r\r\n")]):
        got, = objects(sekisho("report", "--class", "targeted", "--by", "ono", "--json", "--store", store,
                               write(f"other-{i}.eml", content)))
        if got["id"] != i + 2 or got["digest"] != digest_of(content):
            fail(f"another mail, form {i}: {got}")


def check_no_mail():
    """What has no header field of a mail is refused with its name and the reason, and nothing of it is kept."""
    store, packed = FOLDER / "no-mail", io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("From.txt", "From: a@b.example\n\nx\n")
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000)  # as a Word file begins
    cases = [("a.zip", packed.getvalue()), ("a.pdf", b"%PDF-1.4\n1 0 obj\n<< /Subject (x) >>\n\nFrom: x\n"),
             ("random", bytes(i * 7919 % 251 for i in range(5000))), ("word.msg", ole), ("empty.eml", b""),
             ("text.eml", b"hello\n\nFrom: a@b.example\nSubject: x\n"), ("html.eml", b"<p>Subject: x</p>\n"),
             ("field.eml", b"X-From: a@b.example\nFromage: x\n\nDate: x\n"),
             ("attached.eml", report_mail(b"no mail\n\nSubject: x\n"))]
    for name, content in cases:
        path = write(name, content)
        for options in ([], ["--as", "mail"]) if name != "attached.eml" else ([],):
            got = sekisho("report", "--class", "targeted", "--by", "ono", "--store", store, *options, path)
            if got.returncode != 1 or got.stdout or f"{name}: " not in got.stderr.decode() or len(got.stderr.splitlines()) != 1:
                fail(f"no mail: {name}: {got.stdout} {got.stderr}")
    if sekisho("report", "list", "--json", "--store", store).stdout:
        fail("no mail: something was kept")
    for i, content in enumerate([b"subject : x\n\n", b"X-Y: z\nDATE: x\n", b"\r\n\r\nMessage-Id: <a@b.example>\r\n\r\n",
                                 b"From a@b.example Mon\nTo: x@y.example\n\nx\n"]):
        objects(sekisho("report", "--class", "bulk", "--by", "ono", "--json", "--store", store,
                        write(f"least-{i}.eml", content)))
    if len(sekisho("report", "list", "--json", "--store", store).stdout.splitlines()) != 4:
        fail("a mail with one field is refused")


def check_forms():
    """Each form: what is taken for the mail, who reported it, and what it says of itself."""
    forwarded = "よろしく。\n\n---------- Forwarded message ---------\nFrom: 佐藤 <sato@mail.example>\n" \
                "Date: 2023年12月4日(月) 9:59\nSubject: 取材のお願い\nTo: <yamada@kikan.example>\n\n" \
                "取材のお願いです。資料をご確認ください。\n"
    outlook = "\n-----Original Message-----\nFrom: Sato <sato@mail.example>\nSent: Monday, December 4, 2023 9:59 AM\n" \
              "To: yamada@kikan.example\nSubject: 取材のお願い\n\n取材のお願いです。資料をご確認ください。\n"
    own = ["--own-domain", "kikan.example"]
    cases = [
        ("mail", SAMPLE, [], "mail", None),
        ("attached", report_mail(SAMPLE), own, "attached", "yamada@kikan.example"),
        ("attached, no domains known", report_mail(SAMPLE), [], "attached", "yamada@kikan.example"),
        ("attached to what a colleague handed on", report_mail(report_mail(SAMPLE, sender="mori@kikan.example")), own,
         "attached", "yamada@kikan.example"),
        ("eml file", report_mail(SAMPLE, "怪しい.eml"), own, "attached", "yamada@kikan.example"),
        ("inline", report_mail(text=forwarded, subject="Fwd: 取材のお願い"), own, "forwarded", "yamada@kikan.example"),
        ("inline, Outlook", report_mail(text=outlook, subject="相談"), own, "forwarded", "yamada@kikan.example"),
        # What comes from outside is the sample, whatever is attached to it or forwarded in it.
        ("stranger with a mail attached", report_mail(SAMPLE, sender="x@else.example"), own, "mail", None),
        ("stranger who forwards", report_mail(text=forwarded, subject="Fwd: x", sender="x@else.example"), own, "mail",
         None),
        ("mail, said so", report_mail(SAMPLE), own + ["--as", "mail"], "mail", None),
    ]
    for i, (name, content, options, form, reporter) in enumerate(cases):
        path = write(f"form-{i}.eml", content)
        (got,) = objects(sekisho("report", "--class", "targeted", "--json", "--store", FOLDER / f"forms-{i}", *options,
                                 path))
        if got["form"] != form or (reporter and got["reporter"] != reporter):
            fail(f"{name}: {got}")
        if got["partial"] != (form == "forwarded"):
            fail(f"{name}: partial is {got['partial']}")
        raw = sekisho("report", "show", got["id"], "--raw", "--store", FOLDER / f"forms-{i}").stdout
        if got["digest"] != digest_of(raw):
            fail(f"{name}: the digest is not that of what is kept")
        with open("/dev/full", "wb") as full:
            told = subprocess.run([SEKISHO, "report", "show", str(got["id"]), "--raw", "--store",
                                   FOLDER / f"forms-{i}"], stdout=full, stderr=subprocess.PIPE, check=False)
        if told.returncode != 1 or b"No space left on device" not in told.stderr or b"descriptor" in told.stderr:
            fail(f"{name}: where nothing can be written: {told}")
        if form == "attached" and raw.rstrip() != SAMPLE.rstrip():
            fail(f"{name}: {raw}")
        if form == "forwarded":
            kept = email.message_from_bytes(raw, policy=email.policy.default)
            text = kept.get_body().get_content()
            if "取材のお願いです。" not in text or "よろしく" in text or kept["Subject"] != "取材のお願い" or \
                    "sato@mail.example" not in kept["From"] or kept["Received"] or kept["Date"]:
                fail(f"{name}: {raw}")


HEAD = "From: 佐藤 &lt;<a href='mailto:sato@mail.example'>sato@mail.example</a>&gt;<br>Sent: Monday, December 4, 2023 " \
       "9:59<br>To: yamada@kikan.example<br>Subject: 取材のお願い<br><br>"


CHAIN = "From: %s<br>Sent: Monday, December 4, 2023 10:59<br>To: 情報室<br>Subject: %s<br><br>"


def check_inline():
    """Of an inline forward in HTML links stay where they were, and no others; the marks of the whole go."""
    link = "<a href='https://x.example/%s'>%s</a>"
    cases = [
        # links of the reader and of the head
        ("ご確認ください。<a href='https://kikan.example/'>情報室</a><br>" + HEAD + "資料は" + link % ("?a&amp;b", "こちら") +
         "から。<br>sato@mail.example", "資料は" + link % ("?a&amp;b", "こちら") + "から。/sato@mail.example"),
        # shown over two lines, as nothing, and twice
        (HEAD + link % (1, "&nbsp;資料を<br>開く") + " &lt;b&gt;<br>" + link % (2, "") + "末尾<br>" + link % (3, "開く"),
         link % (1, "資料を/開く") + " &lt;b&gt;/末尾/" + link % (2, "") + link % (3, "開く")),
        ("見てください。<blockquote type='cite'>" + HEAD + "本文です。<br>&gt; 引用</blockquote>", "本文です。/> 引用"),
        # handed on: what a colleague says of it is no part of it
        ("報告です。<br>" + CHAIN % ("山田", "Fwd: 取材") + "開いてよいですか。<br>" + CHAIN % ("森 &lt;mori@kikan.example&gt;", "FW: 取材") +
         "至急。<br>" + HEAD + "本文です。", "本文です。"),
        (CHAIN % ("森 &lt;mori@kikan.example&gt;", "会議") + "本文です。<br>" + HEAD + "引用です。",
         "本文です。/From: 佐藤 &lt;" + link.replace("https://x.example/", "mailto:") % (("sato@mail.example",) * 2) + "&gt;/" +
         HEAD.split("<br>", 1)[1].replace("<br>", "/").replace("//", "/") + "引用です。"),
        ("<img src='https://kikan.example/logo.png'>見て。<br>" + HEAD + "本文です。", "本文です。"),
        (HEAD + "本文です。<img src='https://x.example/y.png'><form action='https://x.example/z'></form>",
         "本文です。<img src='https://x.example/y.png'><form action='https://x.example/z'></form>"),
    ]
    for i, (page, want) in enumerate(cases):
        store = FOLDER / f"inline-{i}"
        (got,) = objects(sekisho("report", "--class", "targeted", "--json", "--own-domain", "kikan.example", "--store",
                                 store, write("inline.eml", page_mail(page))))
        kept = email.message_from_bytes(sekisho("report", "show", got["id"], "--raw", "--store", store).stdout,
                                        policy=email.policy.default).get_body()
        said = re.sub(r"((<br>)?\n)+", "/", kept.get_content().replace('"', "'")).strip("/")
        if said != want:
            fail(f"inline {i}: {said!r}")


def check_attached():
    """Whose mail is attached: one of ours hands on what is attached to it, a stranger's is the sample."""
    no_mail = report_mail(b"no mail\n\nx\n", sender="mori@kikan.example")
    forged = b"Authentication-Results: mx.kikan.example; dmarc=fail header.from=kikan.example\r\n" + \
        report_mail(SAMPLE, sender="mori@kikan.example")
    for i, (attached, own) in enumerate(((report_mail(SAMPLE, sender="x@else.example"), True), (no_mail, True), (forged, True),
                                         (report_mail(SAMPLE, sender="mori@kikan.example"), False))):
        store = FOLDER / f"attached-{i}"
        (got,) = objects(sekisho("report", "--class", "targeted", "--json", *(["--own-domain", "kikan.example"] if own else []),
                                 "--store", store, write("attached.eml", report_mail(attached))))
        if sekisho("report", "show", got["id"], "--raw", "--store", store).stdout.strip() != attached.strip():
            fail(f"attached {i}: {got}")


def check_opinions():
    """A second opinion stands beside the first; the same again is none; a withdrawn one stays as a record."""
    path = write("one.eml", SAMPLE)
    sekisho("scan", "--store", STORE, path)
    (verdict,) = objects(sekisho("log", "--json", "--store", STORE))
    first, = objects(sekisho("report", "--class", "targeted", "--by", "ono", "--note", "n", "--json", "--store", STORE,
                             path))
    if first["earlier"] != verdict["class"] or first["reporter"] != "ono" or first["note"] != "n":
        fail(f"first: {first}")
    second, = objects(sekisho("report", "--class", "clean", "--by", "mori", "--json", "--store", STORE, path))
    again, = objects(sekisho("report", "--class", "clean", "--by", "mori", "--json", "--store", STORE, path))
    if second["id"] == first["id"] or again["id"] != second["id"] or not again["known"] or second["known"]:
        fail(f"opinions: {first} {second} {again}")
    if [row["class"] for row in objects(sekisho("report", "list", "--json", "--store", STORE))] != ["targeted", "clean"]:
        fail("list")
    gone, = objects(sekisho("report", "withdraw", first["id"], "--by", "ono", "--json", "--store", STORE))
    if not gone["withdrawn"] or gone["withdrawn_by"] != "ono":
        fail(f"withdrawn: {gone}")
    if sekisho("report", "withdraw", first["id"], "--store", STORE).returncode != 1:
        fail("withdrawn twice")
    if len(objects(sekisho("report", "list", "--json", "--store", STORE))) != 2:
        fail("a withdrawn report is gone")


def check_standing():
    """Whose word is taken, by the rules of model/voices.h: each row is what people say of one mail, in that order."""
    x, y, z = (f"{name}@kikan.example" for name in "xyz")
    cases = [
        ("an analyst", [("targeted", "ono", "counts")]),
        ("a reader", [("targeted", x, "alone")]),
        ("the same reader again", [("targeted", x, "alone"), ("targeted", "X+2@Kikan.example", "alone")]),
        ("two readers", [("targeted", x, "counts"), ("targeted", y, "counts")]),
        ("one who has changed his mind", [("targeted", x, "outvoted"), ("clean", x, "alone")]),
        ("two who disagree", [("targeted", x, "disputed"), ("clean", y, "disputed")]),
        ("one against two", [("clean", x, "outvoted"), ("targeted", y, "counts"), ("targeted", z, "counts")]),
        ("an analyst against two", [("clean", "ono", "counts"), ("bulk", y, "outvoted"), ("bulk", z, "outvoted")]),
        ("the later analyst", [("targeted", "ono", "outvoted"), ("bulk", "mori", "counts")]),
    ]
    for i, (name, said) in enumerate(cases):
        store, path = FOLDER / f"standing-{i}", write("standing.eml", SAMPLE)
        for class_, by, _ in said:
            objects(sekisho("report", "--class", class_, "--by", by, "--json", "--store", store, path))
        got = [row["standing"] for row in objects(sekisho("report", "list", "--json", "--store", store))]
        if got != [want for _, _, want in said]:
            fail(f"standing: {name}: {got}")
    shown = sekisho("report", "show", "1", "--store", FOLDER / "standing-1", "--language", "en").stdout.decode()
    if "one reader alone says so" not in shown:
        fail(f"standing: {shown}")
    # Behind a mailbox nobody is an analyst, unless the administrator says so; also if the address has no at sign.
    store = FOLDER / "standing-pipe"
    yamada = "yamada@kikan.example"
    for i, (sender, by) in enumerate((("root", []), (yamada, []), (yamada, ["--by", "readers"]),
                                      (yamada, ["--by", "MAILER-DAEMON"]), (yamada, ["--by", ""]))):
        sekisho("report", "--class", "bulk", "--pipe", *by, "--store", store,
                stdin=report_mail(SAMPLE.replace(b"Message-ID", b"X-%d" % i), sender=sender))
    got = [row["standing"] for row in objects(sekisho("report", "list", "--json", "--store", store))]
    if got != ["alone", "alone", "counts", "alone", "alone"]:
        fail(f"standing: behind a mailbox: {got}")


def check_kept():
    """keep = no keeps no mail; the size and the days are ceilings."""
    def kept(store):
        rows = sqlite3.connect(store)
        return rows.execute("SELECT count(*) FROM report_mail").fetchone()[0], \
            rows.execute("SELECT count(*) FROM report").fetchone()[0]

    config = write("none.ini", b"[memory]\nkeep = no\n")
    sekisho("report", "--class", "bulk", "--config", config, "--store", FOLDER / "none", write("k.eml", SAMPLE))
    if kept(FOLDER / "none") != (0, 1):
        fail(f"keep = no: {kept(FOLDER / 'none')}")
    if sekisho("report", "show", "1", "--raw", "--store", FOLDER / "none").returncode != 1:
        fail("raw of a mail that is not kept")
    config = write("small.ini", b"[memory]\nreport_total = 1M\n")
    for i in range(4):
        large = SAMPLE + b"%d\r\n" % i + b"x" * 400000
        sekisho("report", "--class", "bulk", "--config", config, "--store", FOLDER / "small", write("l.eml", large))
    if kept(FOLDER / "small") != (2, 4):
        fail(f"report_total: {kept(FOLDER / 'small')}")
    database = sqlite3.connect(FOLDER / "small")
    database.execute("UPDATE report_mail SET at = at - 3 * 86400")
    database.commit()
    config = write("days.ini", b"[memory]\nreport_days = 2\n")
    sekisho("report", "--class", "bulk", "--config", config, "--store", FOLDER / "small", FOLDER / "k.eml")
    if kept(FOLDER / "small") != (1, 5):
        fail(f"report_days: {kept(FOLDER / 'small')}")


def check_pipe():
    """Behind a mailbox: exit codes of sysexits, and nobody's word but ours."""
    base = ["report", "--class", "targeted", "--pipe", "--own-domain", "kikan.example"]
    store = ["--store", FOLDER / "pipe"]
    cases = [
        ("report", base + store, report_mail(SAMPLE), 0),
        ("nothing in it", base + store, report_mail(), 65),
        ("empty", base + store, b"", 65),
        ("not ours", base + store, report_mail(SAMPLE, sender="x@else.example"), 77),
        ("unknown class", base[:2] + ["virus"] + base[3:] + store, report_mail(SAMPLE), 64),
        ("no store", base + ["--store", FOLDER / "nowhere/store"], report_mail(SAMPLE), 75),
        ("paths", base + store + [FOLDER / "one.eml"], b"", 64),
    ]
    for name, arguments, stdin, want in cases:
        got = sekisho(*arguments, stdin=stdin)
        if got.returncode != want or (want != 0) != bool(got.stderr) or got.stdout:
            fail(f"pipe, {name}: want {want}", got)
    lock = sqlite3.connect(FOLDER / "pipe", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    got = sekisho(*base, *store, stdin=report_mail(SAMPLE, text="x"))
    if got.returncode != 75:
        fail("pipe, locked store", got)


def check_wrong():
    """Bad input is told, with exit status 1 or 2."""
    empty = write("empty.mbox", b"")
    cases = [
        ("unknown class", ["report", "--class", "virus", "--store", STORE, FOLDER / "one.eml"], 2, b"virus"),
        ("no class", ["report", "--store", STORE, FOLDER / "one.eml"], 2, b"usage"),
        ("no store", ["report", "--class", "bulk", FOLDER / "one.eml"], 2, b"no store is named"),
        ("nobody", ["report", "--class", "bulk", "--by", "", "--store", STORE, FOLDER / "one.eml"], 2, b"who reports"),
        ("no file", ["report", "--class", "bulk", "--store", STORE], 2, b"usage"),
        ("missing file", ["report", "--class", "bulk", "--store", STORE, FOLDER / "none.eml"], 1, b"none.eml"),
        ("empty file", ["report", "--class", "bulk", "--store", STORE, empty], 1, b"empty"),
        ("empty folder", ["report", "--class", "bulk", "--store", STORE, FOLDER / "folder"], 1, b"no mail"),
        ("not attached", ["report", "--class", "bulk", "--as", "attached", "--store", STORE, FOLDER / "one.eml"], 1,
         b"no mail is attached"),
        ("not forwarded", ["report", "--class", "bulk", "--as", "forwarded", "--store", STORE, FOLDER / "one.eml"], 1,
         b"no forwarded mail"),
        ("list of nothing", ["report", "list", "--store", FOLDER / "missing"], 1, b"no store"),
        ("show of nothing", ["report", "show", "99", "--store", STORE], 1, b"no report 99"),
        ("show no number", ["report", "show", "x", "--store", STORE], 2, b"usage"),
        ("withdraw nothing", ["report", "withdraw", "99", "--store", STORE], 1, b"no report 99"),
        ("a store that is none", ["report", "list", "--store", FOLDER / "one.eml"], 1, b"one.eml"),
    ]
    (FOLDER / "folder").mkdir()
    for name, arguments, want, word in cases:
        got = sekisho(*arguments)
        if got.returncode != want or word not in got.stderr or got.stdout:
            fail(f"wrong, {name}: want {want} and {word}", got)
    if (FOLDER / "missing").exists():
        fail("a store was made by looking for one")


def check_older():
    """A store of the schema before is brought up to date by whoever comes first, also by one who only reads it."""
    older = FOLDER / "older"
    sekisho("report", "--class", "bulk", "--store", older, FOLDER / "one.eml")
    database = sqlite3.connect(older)
    now = database.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    database.executescript("DROP TRIGGER party_comes; DROP TRIGGER party_goes; DROP TRIGGER domain_comes;"
                           " DROP TRIGGER domain_goes; DROP INDEX verdict_exchange; DROP INDEX verdict_anew;"
                           " DROP INDEX exception_pair; DROP INDEX waiting_message; ALTER TABLE verdict DROP COLUMN party;"
                           " ALTER TABLE verdict DROP COLUMN standing; ALTER TABLE verdict DROP COLUMN carried;"
                           " DELETE FROM counter WHERE name IN ('parties', 'domains');"
                           " DROP TABLE held; DROP TABLE notice; ALTER TABLE verdict DROP COLUMN content;"
                           " ALTER TABLE domain DROP COLUMN senders; UPDATE meta SET value = '6' WHERE key = 'schema';")
    if [row["class"] for row in objects(sekisho("report", "list", "--json", "--store", older))] != ["bulk"]:
        fail("older: the report is gone")
    if database.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() != now:
        fail("older: the schema stays")


def check_mbox():
    """Each mail of an mbox is one report; two of the same mail are one."""
    mbox = b"".join(b"From x Mon Dec  4 09:59:58 2023\n" + SAMPLE.replace(b"\r\n", b"\n") + b"%d\n\n" % (i // 2)
                    for i in range(4))
    got = objects(sekisho("report", "--class", "bulk", "--json", "--store", FOLDER / "mbox", write("m.mbox", mbox)))
    if [row["known"] for row in got] != [False, True, False, True] or len({row["id"] for row in got}) != 2:
        fail(f"mbox: {got}")


CARD = """Received: from m.example (m.example [192.0.2.9]) by mx1.kikan.example with ESMTP id 1 for <mori@kikan.example>;
 Wed, 03 Mar 2021 12:00:00 +0900
From: Card Service <Card@m.example>
To: members@kikan.example
Date: Wed, 03 Mar 2021 12:00:00 +0900
Message-ID: <%s@m.example>
Subject: Your account is suspended

%sDear customer, your account has been suspended for unusual activity. Confirm your identity within 24 hours or it will be
closed permanently: http://192.0.2.77/login%s
"""
TEXT = CARD.split("\n\n", 1)[1] % ("", "")
INLINE = "This is fine.\n\n---------- Forwarded message ---------\nFrom: Card Service <card@m.example>\n" \
         "Date: Wed, 3 Mar 2021 12:00\nSubject: Your account is suspended\nTo: <members@kikan.example>\n\n" + TEXT
PAGE = INLINE.replace("<", "&lt;").replace("\n", "<br>").replace(
    "http://192.0.2.77/login", "<a href='http://192.0.2.77/login'>http://192.0.2.77/login</a>")
BANNER = "*** This looks like bulk or phishing mail: generic greeting, threats and deadlines. ***\n\n"
OWN = ["--own-domain", "kikan.example"]


def scan_card(config, number, top="", end="", sender="Card@m.example", to="mori@kikan.example"):
    store = re.search("store = (.*)", config.read_text()).group(1)
    text = (CARD % (f"n{number}", top, end)).replace("Card@m.example", sender).replace("mori@kikan.example", to)
    (got,) = objects(sekisho("scan", "--json", "--config", config, "--store", store, *OWN,
                             write(f"card-{number}.eml", text.encode())))
    released = "clean.released" in [item["id"] for item in got["evidence"]]
    if released != (got["class"] == "clean"):
        fail(f"exceptions: {got['class']}, but released is {released}")
    return released


def check_exception(name, config, content, want):
    """A mail that raised an alarm is reported as clean, in a form of many; whether the same is let through then."""
    if scan_card(config, 1):
        fail(f"exception, {name}: no alarm")
    got = sekisho("report", "--class", "clean", "--config", config, *OWN, write("report.eml", content))
    if got.returncode != 0:
        fail(f"exception, {name}", got)
    for number, more, let in [(2, {}, want), (3, {"end": "?a"}, False), (4, {"sender": "other@m.example"}, False),
                              (5, {"to": "abe@kikan.example"}, False)]:
        if scan_card(config, number, **more) != let:
            fail(f"exception, {name}: {number} is {'not ' if let else ''}let through", got)
    if bool(got.stderr) == want:
        fail(f"exception, {name}: told or not", got)


def check_exceptions():
    """A withdrawn verdict counts for that digest, sender and recipient, however the report comes."""
    original = CARD % ("n1", "", "")
    plain = original.encode().replace(b"\n", b"\r\n")
    cases = [
        ("as a file", plain, True),
        ("attached", report_mail(plain), True),
        ("as a file that is attached", report_mail(plain, "fine.eml"), True),
        ("inline", report_mail(text=INLINE, subject="Fwd: Your account is suspended"), True),
        ("inline, as HTML", page_mail(PAGE), True),
        ("inline, as HTML, with another link", page_mail(PAGE.replace("/login'", "/'")), False),
        ("inline, and something was changed", report_mail(text=INLINE.replace("24 hours", "2 hours"), subject="Fwd: x"),
         False),
        ("as a file that says something else", plain.replace(b"24 hours", b"2 hours"), False),
        ("without its Message-ID", (CARD % ("other", "", "")).replace("Message-ID: <other@m.example>\n", "").encode(),
         True),
        ("with what the gateway wrote on top", (CARD % ("n1", BANNER, "")).encode(), True),
        ("attached, with what the gateway wrote on top",
         report_mail((CARD % ("n1", BANNER, "")).replace("\n", "\r\n").encode()), True),
    ]
    for privacy in ("plain", "hashed"):
        for i, (name, content, want) in enumerate(cases):
            config = write("exception.ini", f"[classifier]\nstore = {FOLDER}/exception-{privacy}-{i}\n[memory]\n"
                           f"privacy = {privacy}\n".encode())
            check_exception(f"{privacy}, {name}", config, content, want)


def check_exceptions_withdrawn():
    """The same for a report that is withdrawn. A mail that raised no alarm here needs no exception and gets none."""
    config = write("withdrawn.ini", f"[classifier]\nstore = {FOLDER}/withdrawn\n".encode())
    got = sekisho("report", "--class", "clean", "--config", config, *OWN,
                  write("early.eml", (CARD % ("n1", "", "")).encode()))
    if got.returncode != 0 or got.stderr or scan_card(config, 1):
        fail("exception before the alarm", got)
    forward = write("forward.eml", report_mail(text=INLINE, subject="Fwd: x"))
    (one,) = objects(sekisho("report", "--class", "targeted", "--json", "--config", config, *OWN, forward))
    if scan_card(config, 2):
        fail("exception of a standing report")
    got = sekisho("report", "withdraw", one["id"], "--config", config, *OWN)
    if got.returncode != 0 or got.stderr or not scan_card(config, 3):
        fail("exception of a withdrawn report", got)
    config = write("unkept.ini", f"[classifier]\nstore = {FOLDER}/unkept\n[memory]\nkeep = no\n".encode())
    (one,) = objects(sekisho("report", "--class", "targeted", "--json", "--config", config, *OWN, FOLDER / "one.eml"))
    got = sekisho("report", "withdraw", one["id"], "--config", config, *OWN)
    if got.returncode != 0 or b"memory release" not in got.stderr:
        fail("withdrawn without its mail", got)


check_forms()
check_inline()
check_attached()
check_same()
check_no_mail()
check_opinions()
check_standing()
check_exceptions()
check_exceptions_withdrawn()
check_kept()
check_pipe()
check_wrong()
check_mbox()
check_older()
