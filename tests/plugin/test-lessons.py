#!/usr/bin/env python3
"""Many mails at once, and kill -9 of the whole daemon: test-lessons.py MILTER SEKISHO [ROUNDS]

What a mail taught, and its verdict in the log, outlive the kill if the mail was answered, and a mail by itself sees all that
was taught before it. Exit 77: skipped."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

import mta
from daemon import Daemon

MILTER, SEKISHO = (os.path.abspath(argument) for argument in sys.argv[1:3])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 4
CLIENTS = 6


def send(connection, number, sender):
    fields = [(b"From", b"Tanaka <%s>" % sender), (b"To", b"taro@kikan.example"), (b"Subject", b"Minutes of the meeting"),
              (b"Date", b"Thu, 26 Nov 2026 10:00:00 +0900"), (b"Message-ID", b"<%d@yama.example>" % number)]
    edits, answer = connection.mail(fields, b"Dear Mr. Suzuki,\r\nhere are the minutes, number %d.\r\n" % number)
    return edits if answer[0] in (b"c", b"a") and mta.verdict(edits) is not None else None


def crowd(daemon, first, answered):
    """Clients that send until the daemon is gone; each mail that was answered is noted."""
    def client(which):
        number = first + which
        try:
            connection = mta.Connection(daemon.socket, timeout=60)
            connection.introduce("mail.yama.example", "203.0.113.%d" % (which + 1))
            while send(connection, number, b"tanaka%d@yama.example" % which) is not None:
                answered.append(number)
                number += CLIENTS
        except (mta.Gone, OSError):
            pass

    threads = [threading.Thread(target=client, args=(which,)) for which in range(CLIENTS)]
    for thread in threads:
        thread.start()
    return threads


def kill_all(daemon):
    """The supervisor, its children and theirs, which have groups of their own, as one blow."""
    parents, family = {}, {daemon.process.pid}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as file:
                parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    while found := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= found
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    daemon.process.wait(30)


def logged(store):
    lines = subprocess.run([SEKISHO, "log", "--json", "--store", store], capture_output=True, check=True).stdout.splitlines()
    return [json.loads(line)["message_id"] for line in lines]


def main():
    with tempfile.TemporaryDirectory() as folder:
        store = os.path.join(folder, "memory.sqlite")
        settings = {"classifier": {"own_domains": "kikan.example", "store": store}, "pool": {"workers": "2"},
                    "log": {"level": "warning"}}
        daemon = Daemon(MILTER, settings)
        checked = subprocess.run([MILTER, "-n", "-c", daemon.configuration], capture_output=True, text=True, check=False)
        if "no model package is built in" in checked.stderr:
            print("no model package is built in")
            return 77
        answered, gathered, chance = [], False, random.Random(3)
        for turn in range(ROUNDS):
            if os.path.exists(daemon.socket.removeprefix("unix:")):
                os.unlink(daemon.socket.removeprefix("unix:"))
            daemon.start(wait=False)
            while not os.path.exists(daemon.socket.removeprefix("unix:")):
                time.sleep(0.02)
            before = len(answered)
            threads = crowd(daemon, turn * 1000000, answered)
            end = time.monotonic() + 60
            while len(answered) < before + 30 and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.3))
            kill_all(daemon)
            for thread in threads:
                thread.join()
            assert len(answered) >= before + 30, len(answered)
            gathered = gathered or os.path.getsize(store + "-lessons") > 0
            ids = logged(store)
            missing = {"%d@yama.example" % number for number in answered} - {id_.strip("<>") for id_ in ids}
            assert not missing, missing
            assert len(ids) == len(set(ids)), "a verdict is logged twice"
            assert os.path.getsize(store + "-lessons") == 0, "the log was read without what was gathered"
        assert gathered, "nothing was ever gathered"
        shown = subprocess.run([SEKISHO, "check", "--store", store], capture_output=True, text=True, check=False)
        assert shown.returncode == 0, shown.stderr
        print("%d answered mails, %d kills" % (len(answered), ROUNDS))
        daemon.clean_up()
    return 0


if __name__ == "__main__":
    sys.exit(main())
