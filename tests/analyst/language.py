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
    print("1 passed, 0 failed")


main(*sys.argv[1:])
