#!/usr/bin/env python3
"""language.py SEKISHO: what `sekisho language` prints: one object a line, places in code points, NUL bytes and all;
and for the eye, places that overlap under one number.
"""
import json
import os
import subprocess
import sys

ENVIRONMENT = dict(os.environ, LANG="ja_JP.UTF-8", LC_ALL="ja_JP.UTF-8")


def run(sekisho, arguments, data):
    done = subprocess.run([sekisho, "language", *arguments, "-"], input=data, capture_output=True, env=ENVIRONMENT)
    if done.returncode != 0:
        sys.exit(f"{arguments}: exit code {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def check(name, got, want):
    if got != want:
        sys.exit(f"{name}: got {got!r}, want {want!r}")


def check_other_encodings(sekisho, text):
    """What isn't UTF-8 is refused with the file, the reason and the place; nothing of it is judged."""
    whole = f"ABC {text}\n" * 3
    for encoding, offset in (("cp932", 4), ("euc-jp", 4), ("utf-16", 0), ("utf-16-le", 10), ("iso2022_jp", 4)):
        for arguments in ([], ["--json"], ["--lines", "--json"]):
            done = subprocess.run([sekisho, "language", *arguments, "-"], input=whole.encode(encoding),
                                  capture_output=True, env=ENVIRONMENT)
            told = done.stderr.decode()
            check(f"{encoding} {arguments}: exit code", done.returncode, 1)
            lines = done.stdout.splitlines()
            if "--lines" in arguments:  # one object a line all the same, of an empty text
                check(f"{encoding} {arguments}: nothing judged",
                      {json.loads(line)["characters"] for line in lines} <= {0}, True)
            else:
                check(f"{encoding} {arguments}: nothing judged", done.stdout, b"")
            check(f"{encoding} {arguments}: {told!r}", [part in told for part in ("-: isn't UTF-8", f"offset {offset};")],
                  [True, True])
    plain = run_failing(sekisho, ["--json"], "Only letters of ASCII, without a mark.".encode("utf-16-le"))
    check("UTF-16 of letters", (plain[0], "0x00 at offset 1;" in plain[1]), ("", True))
    late = run_failing(sekisho, ["--json", "--lines"], f"{text}\n".encode() + b"abc\xff\n" + f"{text}\n".encode())
    check("the other lines are judged", [json.loads(line)["characters"] > 0 for line in late[0].splitlines()],
          [True, False, True])
    check("the place in the file", f"0xff at offset {len(text.encode()) + 4};" in late[1], True)
    # A text that is cut in the middle of a character is fine.
    for padding in ("", "a", "ab"):
        run(sekisho, ["--json"], (padding + "資料を読みます。" * 4000).encode())


def run_failing(sekisho, arguments, data):
    done = subprocess.run([sekisho, "language", *arguments, "-"], input=data, capture_output=True, env=ENVIRONMENT)
    check("exit code", done.returncode, 1)
    return done.stdout.decode(), done.stderr.decode()


def main(sekisho):
    wrong = "資料を読むの人が来ました。"
    lines = run(sekisho, ["--json", "--lines"], f"{wrong}\n\n\0\n前\0後、{wrong}\r\n".encode()).splitlines()
    check("objects", len(lines), 4)
    results = [json.loads(line) for line in lines]
    check("languages", [result["language"] for result in results], ["ja", "", "", "ja"])
    check("a place", [(span["at"], span["length"]) for span in results[0]["spans"]], [(3, 4)])
    check("a place behind a NUL", [(span["at"], span["length"]) for span in results[3]["spans"]], [(7, 4)])
    whole = json.loads(run(sekisho, ["--json"], f"一行目です。\0\n{wrong}".encode()))
    check("a text with a NUL", [(span["at"], span["length"]) for span in whole["spans"]], [(11, 4)])
    shown = run(sekisho, [], wrong.encode()).splitlines()
    check("marked", shown[0], "資料を[読むの人](1)が来ました。")
    check("reason", shown[1].startswith("  (1) 読むの人: "), True)
    glyphs = json.loads(run(sekisho, ["--json"], "你の資料です吧。".encode()))["foreign_glyph"]
    check("a word, and no Japanese form", [(glyph["character"], glyph["japanese"], glyph["at"]) for glyph in glyphs],
          [("你", "あなた", 0), ("吧", "", 6)])
    shown = run(sekisho, [], "会議は明日です吧。".encode())
    check("no Japanese form, marked", "[吧](1)" in shown.splitlines()[0], True)
    check("no Japanese form, reason", "  (1) 吧: 日本語では使わない字です" in shown.splitlines(), True)
    check_other_encodings(sekisho, wrong)
    print("1 passed, 0 failed")


main(*sys.argv[1:])
