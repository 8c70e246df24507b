#!/usr/bin/env python3
"""Two milters with one store, many mails at once, and kill -9 at any moment: test-join-kill.py MILTER SEKISHO COMPOSE [PAIRS]

No mail that waits is lost, none is opened twice with different results, and the store stays sound. Exit 77: skipped."""

import collections
import concurrent.futures
import glob
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from importlib import import_module

import mta
from daemon import Daemon

fields_and_body = import_module("test-same").fields_and_body
MILTER, SEKISHO, COMPOSE = (os.path.abspath(argument) for argument in sys.argv[1:4])
PAIRS = int(sys.argv[4]) if len(sys.argv) > 4 else 16
FAMILIES = (("targeted", "meeting-papers-second-mail"), ("clean", "ppap-company"))


def is_joined(first):
    """Whether a mail is joined with the one that follows it when nothing goes wrong."""
    with tempfile.TemporaryDirectory() as folder:
        shown = subprocess.run([SEKISHO, "scan", "--json", "--store", os.path.join(folder, "probe.sqlite"), first, second_of(first)],
                               capture_output=True, check=True)
    return bool(json.loads(shown.stdout.splitlines()[1])["changed"])


def second_of(first):
    return first.replace("-1.eml", "-2.eml")


def compose(folder):
    """[[mail with the file, mail with its password], …], the same number of each family."""
    pairs, each = [], PAIRS // len(FAMILIES)
    for kind, family in FAMILIES:
        subprocess.run([sys.executable, COMPOSE, "--output", folder, "--family", family, "--per-family", str(2 * each + 4)],
                       check=True, stdout=subprocess.DEVNULL)
        found, at = [], 0
        files = sorted(glob.glob(os.path.join(folder, kind, family + "-*-1.eml")))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
            while len(found) < each and at < len(files):
                some = files[at:at + each - len(found)]
                found += [file for file, joined in zip(some, threads.map(is_joined, some)) if joined]
                at += len(some)
        pairs += [[file, second_of(file)] for file in found]
    random.Random(2).shuffle(pairs)
    return pairs


def descendants(pid):
    """[(pid, depth)] of all processes below one."""
    parents = collections.defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as file:
                    parents[int(file.read().rsplit(")", 1)[1].split()[1])].append(int(entry))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, level = [], [pid]
    for depth in range(1, 4):
        level = [child for parent in level for child in parents[parent]]
        found += [(child, depth) for child in level]
    return found


def send(daemon, file, client):
    """As an MTA does that gets no answer: until one came, and it holds a verdict. Returns how often."""
    with open(file, "rb") as mail:
        fields, body = fields_and_body(mail.read())
    for count in range(1, 1000):
        try:
            connection = mta.Connection(daemon.socket, timeout=90)
            connection.introduce("unknown", client)
            edits, answer = connection.mail(fields, body)
            connection.quit()
            if answer[0] in (b"c", b"a") and mta.verdict(edits) is not None:
                return count
        except (mta.Gone, OSError):
            pass
        time.sleep(0.1)
    raise AssertionError("no verdict on " + file)


class Killer(threading.Thread):
    """Workers most of the time; now and then one of the daemon's own processes."""

    def __init__(self, daemons):
        super().__init__(daemon=True)
        self.daemons, self.ended, self.killed, self.random = daemons, threading.Event(), 0, random.Random(1)
        self.own, self.allowed = 4, 0

    def run(self):
        # Some for each delivery, not more: on a busy host, a mail would never be done between two of them.
        while not self.ended.wait(self.random.uniform(0.02, 0.2)):
            if self.killed >= self.allowed:
                continue
            found = descendants(self.random.choice(self.daemons).process.pid)
            deep = [pid for pid, depth in found if depth > 1]
            shallow = [pid for pid, depth in found if depth == 1]
            own = self.own > 0 and self.random.random() < 0.03
            choice = shallow if own else deep
            if choice:
                self.own -= own
                try:
                    os.kill(self.random.choice(choice), signal.SIGKILL)
                    self.killed += 1
                except ProcessLookupError:
                    pass


def query(store, sql):
    database = sqlite3.connect(store, timeout=20)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def message_id(file):
    with open(file, "rb") as mail:
        return re.search(rb"(?im)^Message-ID:\s*<([^>]*)>", mail.read()).group(1).decode()


def check(store, pairs):
    assert query(store, "PRAGMA integrity_check") == [("ok",)]
    locked = query(store, "SELECT message_id FROM waiting WHERE locked > 0")
    assert not locked, locked
    assert query(store, "SELECT count(*) FROM waiting_mail WHERE waiting NOT IN (SELECT id FROM waiting)") == [(0,)]
    assert query(store, "SELECT count(*) FROM waiting_key WHERE waiting NOT IN (SELECT id FROM waiting)") == [(0,)]
    for first, second in pairs:
        ids = message_id(first), message_id(second)
        for one, other in (ids, ids[::-1]):
            verdicts = query(store, "SELECT class, because FROM verdict WHERE message_id = '%s' ORDER BY id" % one)
            assert verdicts, one
            anew = {class_ for class_, because in verdicts if because == other}
            assert len(anew) <= 1, (one, verdicts)
        # Each delivery was joined, at least once, from one side or the other.
        joined = query(store, "SELECT count(*) FROM verdict WHERE message_id IN ('%s', '%s') AND because <> ''" % ids)
        assert joined[0][0] >= 1, (ids, joined)
        # What was joined before the MTA got its answer, and is sent again, is judged by itself.
        if query(store, "SELECT max(n) FROM (SELECT count(*) AS n FROM verdict WHERE message_id IN ('%s', '%s') AND because = ''"
                        " GROUP BY message_id)" % ids)[0][0] > 1:
            continue
        last = [query(store, "SELECT class FROM verdict WHERE message_id = '%s' ORDER BY id DESC LIMIT 1" % one)[0][0] for one in ids]
        assert last[0] == last[1], (ids, last)


def main():
    with tempfile.TemporaryDirectory() as folder:
        pairs = compose(folder)
        store = os.path.join(folder, "memory.sqlite")
        settings = {"classifier": {"own_domains": "kikan.example", "store": store},
                    "pool": {"deadline": "30", "workers": "3"}, "log": {"level": "warning"}}
        daemons = [Daemon(MILTER, settings) for _ in range(2)]
        checked = subprocess.run([MILTER, "-n", "-c", daemons[0].configuration], capture_output=True, text=True, check=False)
        if "no model package is built in" in checked.stderr:
            print("no model package is built in")
            return 77
        assert checked.returncode == 0 and len(pairs) == PAIRS, (checked.stderr, len(pairs))
        for daemon in daemons:
            daemon.start(wait=False)
        for daemon in daemons:
            while not os.path.exists(daemon.socket.removeprefix("unix:")):
                time.sleep(0.05)
        killer, errors = Killer(daemons), []
        tries = collections.Counter()

        def deliver(pair, number):
            """Both mails at once or one after the other, through different milters, from a network of their own."""
            client = "198.%d.%d.5" % (18 + number // 256, number % 256)
            try:
                ways = [(pair[0], daemons[number % 2]), (pair[1], daemons[(number + 1) % 2])]
                if number % 3 == 0:
                    ways.reverse()
                if number % 3 == 2:
                    for file, daemon in ways:
                        tries[send(daemon, file, client)] += 1
                    return
                threads = [threading.Thread(target=lambda way=way: tries.update([send(way[1], way[0], client)])) for way in ways]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            except AssertionError as error:
                errors.append(error)

        killer.start()
        for at in range(0, len(pairs), 4):
            killer.allowed = 4 * (at + 4)
            threads = [threading.Thread(target=deliver, args=(pair, at + index)) for index, pair in enumerate(pairs[at:at + 4])]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        killer.ended.set()
        killer.join()
        assert not errors, errors
        for daemon in daemons:
            daemon.stop()
        check(store, pairs)
        print("%d deliveries, %d processes killed, tries %s" % (len(pairs), killer.killed, dict(tries)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
