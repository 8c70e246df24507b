#!/usr/bin/env python3
"""test-sequences.py SEKISHO COMPOSE [--show]: mail after mail through `sekisho scan --store`.

A store first learns ordinary mail, so that a first contact means something. Then each sequence of corpora/sequences is
played on a copy of it, and each mail must be called what its sequence says, with the evidence that it says and without
what it must not have. Without a store nothing of the memory may be told. --show prints all that was found.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

OWN = ["--own-domain", "kikan.example"]
# What only a memory can know.
REMEMBERED = {"sender.first-contact", "sender.usual-address-differs", "sender.habit-differs",
              "sender.domain-habit-differs", "bulk.wave", "lure.one-section", "lure.exchange-turns",
              "lure.unknown-thread", "clean.known-correspondent", "clean.answers-ours", "clean.encrypted-habit",
              "clean.released"}


def scan(program, people, paths, store=None):
    command = [program, "scan", "--json", *OWN, "--people", people]
    command += ["--store", str(store)] if store else []
    process = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(f"scan failed: {process.stderr[:2000]}")
    return [json.loads(line) for line in process.stdout.splitlines()]


def found(verdict):
    return {item["id"]: item for item in verdict["evidence"]}


def learn_ordinary_mail(program, compose, people, folder):
    """A store that has seen ordinary mail before the sequences begin."""
    subprocess.run([compose, "--output", folder / "ordinary", "--class", "clean", "--per-family", "3", "--people",
                    people], check=True)
    mails = sorted((folder / "ordinary" / "clean").iterdir())
    verdicts = scan(program, people, mails, folder / "store")
    return len(verdicts)


def problems_of(expected, verdicts, alone):
    problems = []
    for item, verdict, lone in zip(expected, verdicts, alone):
        ids, place = found(verdict), f"{item['file']} (line {item['line']})"
        if item["class"] and verdict["class"] != item["class"]:
            top = sorted(verdict["evidence"], key=lambda one: -abs(one["contribution"]))[:8]
            problems.append(f"{place}: is {verdict['class']}, want {item['class']}; score {verdict['score']:.2f}, bulk "
                            f"{verdict['bulk_score']:.2f}: " + " ".join(f"{one['id']} {one['contribution']:+.1f}"
                                                                      for one in top))
        problems += [f"{place}: without {name}" for name in item["evidence"] if name not in ids]
        problems += [f"{place}: with {name} ({ids[name]['en']})" for name in item["without"] if name in ids]
        problems += [f"{place}: {name} without a store" for name in REMEMBERED if name in found(lone)]
    return problems


def differs(verdicts, alone):
    """Whether the store made a difference to what was found."""
    return any(set(found(one)) != set(found(lone)) for one, lone in zip(verdicts, alone))


def play(program, folder, place, show):
    """What is wrong with one sequence."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["mails"]
    paths = [folder / item["file"] for item in expected]
    store, people = place / folder.name, folder / "people.csv"
    shutil.copy(place / "store", store)
    verdicts, alone = scan(program, people, paths, store), scan(program, people, paths)
    if show:
        for item, verdict in zip(expected, verdicts):
            print(folder.name, item["file"], verdict["class"], f"{verdict['score']:+.2f} {verdict['bulk_score']:+.2f}")
            for one in verdict["evidence"]:
                print(f"    {one['contribution']:+.2f} {one['bulk_contribution']:+.2f} {one['id']}: {one['en']} / {one['ja']}")
    problems = problems_of(expected, verdicts, alone)
    if not differs(verdicts, alone):
        problems.append("the store makes no difference")
    return problems


def main():
    program, compose, show = sys.argv[1], sys.argv[2], sys.argv[3:]
    with tempfile.TemporaryDirectory(prefix="sekisho-sequences-") as name:
        place = pathlib.Path(name)
        people = place / "people.csv"
        known = learn_ordinary_mail(program, compose, people, place)
        subprocess.run([compose, "--sequences", place / "sequences"], check=True)
        problems, count = [], 0
        for folder in sorted((place / "sequences").iterdir()):
            if show and show[1:] and folder.name not in show[1:]:
                continue
            problems += [f"{folder.name}: {text}" for text in play(program, folder, place, show)]
            count += 1
        print(f"{count} sequences after {known} mails")
        print("\n".join(problems))
    return 1 if problems else 0


sys.exit(main())
