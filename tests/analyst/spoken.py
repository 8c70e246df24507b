#!/usr/bin/env python3
"""spoken.py SEKISHO: what people read comes in Japanese and English, by the locale or --language, in straight columns.

What machines read is the same in both; a path without mail is told on stderr; one thing is no plural.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

SEKISHO = os.path.abspath(sys.argv[1])
MAIL = ("Received: from mx.b.example (mx.b.example [192.0.2.1]) by mx.kikan.example; %s, 5 Oct 2026 10:00:00 +0900\n"
        "From: a@b.example\nTo: c@kikan.example\nSubject: hello\nMessage-ID: <%s@b.example>\n\nhello\n")
SENT = ("From: c@kikan.example\nTo: a@b.example\nSubject: hello\nMessage-ID: <sent@kikan.example>\n"
        "Date: Mon, 05 Oct 2026 10:00:00 +0900\n\nhello\n")
PEOPLE = "name,kana,romaji,address,also,organisation,title\n田中,,,t@kikan.example,,,\n"

# Arguments, and for each language texts that stand in what is printed.
CASES = [
    (["report", "--class", "targeted", "--by", "soc", "mail"],
     ["mail：報告 1：標的型、「hello」、差出人 a@b.example、報告者 soc、ゲートウェイの判定は正常（報告済み）\n"],
     ["mail: report 1: targeted, \"hello\" of a@b.example, by soc; the gateway had said clean (was known)\n"]),
    (["log"], ["  正常       ", "  a@b.example"], ["  clean    ", "  a@b.example"]),
    (["report", "list"], ["当初の判定", "標的型      正常        "], ["earlier", "  targeted  clean     "]),
    (["report", "show", "1"], ["報告の形式      メールそのもの\n"], ["handed in as    mail\n"]),
    (["memory", "show", "a@b.example"], ["  受信 1通（2026-10-05～2026-10-05）", "こちらからの送信 1回\n"],
     ["  wrote 1 mail from 2026-10-05 to 2026-10-05", "was written to 1 time\n"]),
    (["memory", "show", "nobody@x.example"], ["  記録なし\n"], ["  never seen\n"]),
    (["memory", "stats"], ["学習したメール       2\n", "氏名などの保存形式   平文\n"],
     ["mails              2\n", "privacy            plain\n"]),
    (["memory", "expire"], ["古い記録0件を削除しました\n"], ["0 old entries deleted\n"]),
    (["memory", "learn", "sent"], ["1通を学習、0通は対象外"], ["1 mail learned, 0 without a recipient outside or not ours\n"]),
    (["memory", "release", "mail"], ["1通を解除しました\n"], ["1 mail released\n"]),
    (["people", "check", "people.csv"], ["1人：問題なし\n"], ["1 person: fine\n"]),
    (["people", "import", "people.csv"], ["1人を登録しました\n"], ["1 person imported\n"]),
    (["check"], ["モデル ", "：問題なし\n", "日本語の表 /", "学習データ store：問題なし\n"], ["model ", "table of Japanese /", ": fine\n", "store store: fine\n"]),
    (["model", "list", "--models", "."], ["* built-in ", "通\n"], ["* built-in ", " mails\n"]),
    (["model", "show", "--words=1", "--models", "."], ["しきい値    標的型 ", "示す判定   語 "], ["thresholds  targeted ", "speak for"]),
    (["replay", "mail"], ["現行", "合計              1 ", "一日あたりの警告：現行 0.0通、新 0.0通（メールのある1日の平均）\n"],
     ["today", "all               1 ", "Alarms a day: 0.0 today, 0.0 with the new (days with mail: 1).\n"]),
    (["scan", "mail"], ["正常        hello\n"], ["clean     hello\n"]),
    (["attachment", "mail"], ["mail: mail\n"], ["mail: mail\n"]),
    (["stats"], ["週  "], ["week  "]),
]
STORELESS = ["people check", "model list", "model show", "replay mail", "scan mail", "attachment mail"]
JSON = [["log"], ["report", "list"], ["report", "show", "1"], ["memory", "show", "a@b.example"], ["memory", "stats"],
        ["model", "list", "--models", "."], ["replay", "mail"], ["attachment", "mail"]]
TABLES = [["report", "list"], ["model", "show", "--words=3", "--models", "."], ["replay", "mail"], ["memory", "stats"]]
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


def run(arguments, locale, *further):
    store = [] if " ".join(arguments[:2]) in STORELESS else ["--store", "store"]
    environment = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES", "LANG")}
    return subprocess.run([SEKISHO, *arguments, *further, *store], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, env=dict(environment, LC_ALL=locale))


def width(line):
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def check_languages():
    wrong = []
    for arguments, japanese, english in CASES:
        for locale, option, wanted in (("ja_JP.UTF-8", [], japanese), ("C", ["--language", "ja"], japanese),
                                       ("C", [], english), ("ja_JP.UTF-8", ["--language", "en"], english)):
            done = run(arguments, locale, *option)
            missing = [text for text in wanted if text not in done.stdout]
            if done.returncode != 0 or missing or (wanted is english and JAPANESE.search(done.stdout)):
                wrong.append((arguments, locale, option, missing, done.returncode, done.stdout[:400], done.stderr[:300]))
    return wrong


def check_machines():
    return [("json", arguments) for arguments in JSON
            if run(arguments, "ja_JP.UTF-8", "--json").stdout != run(arguments, "C", "--json").stdout]


def check_columns():
    """Numbers and heads end, or texts begin, at the same column; nothing of a table is wider than 80."""
    wrong = []
    for arguments in TABLES:
        for locale in ("ja_JP.UTF-8", "C"):
            lines = run(arguments, locale).stdout.splitlines()
            wrong += [("too wide", arguments, line) for line in lines if width(line) > 80]
            if arguments[0] == "replay":
                ends = {width(line) for line in lines[1:4]}
                wrong += [("not straight", arguments, locale, ends)] if len(ends) != 1 else []
            if arguments[0] == "model":
                ends = {width(line) for line in lines[-10:]}
                wrong += [("not straight", arguments, locale, ends)] if len(ends) != 1 else []
    return wrong


def check_prose():
    """Sentences are wrapped at a hundred columns in a pipe, as tables are not."""
    pathlib.Path("lure").write_text(MAIL % ("Mon", "2") + "資料をダウンロードをお願いいたします。 https://x.example/a.zip パスワードは 1234 です。\n" * 3)
    wrong = []
    for locale in ("ja_JP.UTF-8", "C"):
        done = run(["evaluate", "--against", "built-in", "--ham", "mail", "--bulk", "mail", "--targeted", "mail"], locale)
        wide = [line for line in done.stdout.splitlines() if not line.startswith("|") and width(line) > 100]
        wrong += [("evaluate", locale, done.returncode, done.stderr, wide)] if done.returncode or wide else []
        done = run(["explain", "lure"], locale)
        wide = [line for line in done.stdout.splitlines() if width(line) > 100 or line.endswith(" ")]
        wrong += [("explain", locale, done.returncode, done.stderr, wide)] if done.returncode or wide else []
    return wrong


def check_barren():
    """Status 0 where no mail was needed, 1 where there is nothing to answer from."""
    wrong = []
    for command, status in (("scan", 0), ("memory learn", 0), ("memory release", 0), ("explain", 1), ("replay", 1),
                            ("report --class bulk", 1)):
        for path in ("empty", "empty.mbox"):
            done = run([*command.split(), path], "C")
            told = [line for line in done.stderr.splitlines() if line.endswith("%s: no mail in it" % path)]
            if done.returncode != status or len(told) != 1:
                wrong.append((command, path, done.returncode, done.stderr))
        done = run([*command.split(), "empty", "mail"], "C")
        if "empty: no mail in it" not in done.stderr or done.returncode != (command.startswith("report")):
            wrong.append((command, "one of two", done.returncode, done.stderr))
    return wrong


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir("empty")
        pathlib.Path("empty.mbox").write_text("")
        pathlib.Path("mail").write_text(MAIL % ("Mon", "1"))
        pathlib.Path("sent").write_text(SENT)
        pathlib.Path("people.csv").write_text(PEOPLE)
        for arguments in (["memory", "learn", "sent"], ["scan", "mail", "--store", "store", "--own-domain", "kikan.example"],
                          ["report", "--class", "targeted", "--by", "soc", "mail"]):
            run(arguments, "C")
        wrong = check_languages() + check_machines() + check_columns() + check_prose() + check_barren()
    for line in wrong:
        print(*line)
    return 1 if wrong else 0


sys.exit(main())
