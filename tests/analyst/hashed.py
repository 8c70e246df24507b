#!/usr/bin/env python3
"""hashed.py SEKISHO COMPOSE: with privacy = hashed, no name and no address of the mails can be read in the store.

Written mail of all classes and sequences is scanned, learned and reported; then the bytes of all the store's files are
searched for every address, displayed name, host of an address and Message-ID that the mails hold."""
import email
import email.header
import email.utils
import json
import pathlib
import subprocess
import sys
import tempfile

SEKISHO, COMPOSE = sys.argv[1:3]
OWN = ["--own-domain", "kikan.example"]
# Words that the program writes itself: classes, zones, mailers, charsets and the like are no names.
LEAST = 5
TABLES = {"notice", "report", "person", "domain", "exception"}  # displayed names that tables of the store are called, too


def run(*arguments):
    process = subprocess.run([str(argument) for argument in arguments], capture_output=True)
    # On a busy machine a mail may be judged without the memory; how much is in it is looked at below.
    errors = [line for line in process.stderr.decode().splitlines() if "judged without the memory" not in line]
    if process.returncode != 0 and errors:
        sys.exit(f"{arguments}: {process.returncode}\n{process.stderr.decode()[:2000]}")
    return process.stdout


def decoded(value):
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, UnicodeError, email.errors.HeaderParseError):
        return value


def strings_of(path):
    """What of a mail must not be read in the store."""
    mail = email.message_from_bytes(path.read_bytes())
    found = set()
    for field in ("From", "To", "Cc", "Reply-To", "Sender", "Return-Path"):
        for name, address in email.utils.getaddresses([str(value) for value in mail.get_all(field, [])]):
            found.update((decoded(name), address, address.rpartition("@")[2]))
    for field in ("Message-ID", "References", "In-Reply-To"):
        for one in str(mail.get(field, "")).split():
            found.update((one.strip("<>"), one.strip("<>").rpartition("@")[2]))
    return {text for text in found if len(text.encode()) >= LEAST and text.lower() not in TABLES}


def main():
    with tempfile.TemporaryDirectory(prefix="sekisho-hashed-") as name:
        folder = pathlib.Path(name)
        people, config, store = folder / "people.csv", folder / "sekisho.ini", folder / "store"
        config.write_text(f"[classifier]\nstore = {store}\npeople = {people}\n[memory]\nprivacy = hashed\n")
        run(COMPOSE, "--output", folder / "mails", "--per-family", "1", "--people", people)
        run(COMPOSE, "--sequences", folder / "sequences")
        mails = sorted(folder.glob("mails/clean/*"))[:60] + sorted(folder.glob("mails/targeted/*"))[:30]
        mails += sorted(folder.glob("sequences/account-takeover/*.eml")) + sorted(folder.glob("sequences/one-section/*.eml"))
        run(SEKISHO, "scan", "--json", "--config", config, "--store", store, *OWN, *mails)
        run(SEKISHO, "report", "--class", "targeted", "--by", "Chief Ohno <ohno@kikan.example>", "--config", config, *OWN,
            *mails[-3:])
        run(SEKISHO, "memory", "learn", "--config", config, *OWN, mails[-1])
        secrets = set().union(*(strings_of(path) for path in mails)) | {"ohno@kikan.example", "Chief Ohno"}
        files = [path for path in folder.iterdir() if path.name.startswith("store") and path.suffix != ".key"]
        kept = b"\0".join(path.read_bytes() for path in files)
        read = sorted(secret for secret in secrets if secret.encode() in kept or secret.lower().encode() in kept)
        print(f"{len(secrets)} names and addresses of {len(mails)} mails, {len(kept)} bytes")
        if len(secrets) < 100 or not any(folder.glob("store.key")):
            sys.exit("too little to look for")
        if read:
            sys.exit("can be read in the store: " + ", ".join(read[:20]))
        # With the key, the log and the reports tell what they have to.
        logged = [json.loads(line) for line in run(SEKISHO, "log", "--json", "--store", store).splitlines()]
        if len(logged) < 50 or not all("@" in one["message_id"] for one in logged if one["message_id"]):
            sys.exit(f"the log does not tell which mails it is about: {len(logged)} of {len(mails)}, {logged[:2]}")
        if any("@" in one["from"] or any("@" in to for to in one["to"]) for one in logged):
            sys.exit("the log tells addresses")
        reports = [json.loads(line) for line in run(SEKISHO, "report", "list", "--json", "--store", store).splitlines()]
        if len(reports) != 3 or any("ohno" not in one["reporter"] or not one["earlier"] for one in reports):
            sys.exit(f"reports: {reports}")
    return 0


sys.exit(main())
