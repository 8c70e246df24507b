#!/usr/bin/env python3
"""A long day for the gateway: soak.py FOLDER MILTER SEKISHO COMPOSE PACKAGE [MAILS [CONNECTIONS]]

MAILS (100,000) written samples, some of them with up to 2 MB of ballast, go through a real Postfix over CONNECTIONS (100)
sessions at once, with an empty and frozen store, while the milter is told to reload every few seconds and its model package is another file each time.
At the end: every mail that was accepted arrived exactly once; its verdict is that of `sekisho scan`; memory and
descriptors are level. FOLDER is where tests/gateway/prepare unpacked the MTAs. Exit 77: skipped.
"""

import glob
import json
import os
import random
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "plugin"))

import gateway  # noqa: E402
from daemon import Daemon  # noqa: E402

FOLDER, MILTER, SEKISHO, COMPOSE, PACKAGE = map(os.path.abspath, sys.argv[1:6])
MAILS = int(sys.argv[6]) if len(sys.argv) > 6 else 100000
CONNECTIONS = int(sys.argv[7]) if len(sys.argv) > 7 else 100
SENDER, RECIPIENT, CLIENT = "sender@partner.example", "taro@kikan.example", "203.0.113.5"
RELOAD_SECONDS = 5


class Arrivals:
    """In place of the sink's list of mails: what arrived, by number, without the mails themselves."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seen = {}

    def append(self, mail):
        head = mail[2].split(b"\r\n\r\n", 1)[0]
        number = int(re.search(rb"(?m)^X-Soak: (\d+)", head).group(1))
        verdict = re.search(rb"(?m)^X-Sekisho-Verdict: (\w+)", head)
        score = re.search(rb"(?m)^X-Sekisho-Score: ([-+.\d]+)", head)
        with self.lock:
            self.seen.setdefault(number, []).append(
                (verdict.group(1).decode() if verdict else None, float(score.group(1)) if score else None))


def empty_store(folder):
    store = os.path.join(folder, "state", "memory.sqlite")
    if not os.path.exists(store):
        os.mkdir(os.path.dirname(store), 0o755)
        subprocess.run([SEKISHO, "memory", "learn", "--store", store, "--own-domain", "kikan.example", os.devnull], check=True, stdout=subprocess.DEVNULL)
    return store


def samples(folder):
    """Mails as bytes, with CR LF and no Return-Path, and what `sekisho scan` says of each: [(bytes, class, score)]."""
    subprocess.run([sys.executable, COMPOSE, "--output", os.path.join(folder, "raw"), "--seed", "7", "--per-family", "2"],
                   check=True, stdout=subprocess.DEVNULL)
    chosen, ballast = [], random.Random(7)
    os.mkdir(os.path.join(folder, "mails"))
    for path in sorted(glob.glob(os.path.join(folder, "raw", "*", "*.eml"))):
        with open(path, "rb") as file:
            data = re.sub(rb"\r?\n", b"\r\n", file.read())
        data = re.sub(rb"\A(?:Return-Path|From )[^\n]*\n", b"", data)
        if ballast.random() < 0.02:  # a text that is too long to be read to its end, on purpose
            data += b"\r\n" + b"0123456789 " * ballast.randrange(1000, 180000) + b"\r\n"
            data = re.sub(rb"[^\r\n]{900}", rb"\g<0>\r\n", data)
        if b"\r\nMessage-ID:" not in data or b"\r\nDate:" not in data:
            continue  # Postfix would add them
        data = b"X-Soak: 0\r\n" + data
        with open(os.path.join(folder, "mails", "%05d.eml" % len(chosen)), "wb") as file:
            file.write(data)
        chosen.append(data)
    store = empty_store(folder)
    done = subprocess.run([SEKISHO, "scan", "--json", "--store", store, "--frozen", "--own-domain", "kikan.example", "--envelope-from", SENDER, "--rcpt", RECIPIENT,
                           "--client", CLIENT, os.path.join(folder, "mails")], check=True, stdout=subprocess.PIPE, text=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return [(data, verdict["class"], verdict["score"]) for data, verdict in zip(chosen, verdicts)]


class Load:
    def __init__(self, port, mails):
        self.port, self.mails, self.lock = port, mails, threading.Lock()
        self.next, self.accepted, self.refused, self.errors = 0, set(), set(), []

    def take(self):
        with self.lock:
            number = self.next
            self.next += 1
        return number if number < MAILS else None

    def converse(self):
        client = smtplib.SMTP("127.0.0.1", self.port, "helo.partner.example", timeout=300)
        client.ehlo()
        code, text = client.docmd("XCLIENT", "NAME=[UNAVAILABLE] ADDR=" + CLIENT)
        assert code == 220, (code, text)
        client.ehlo()
        return client

    def run(self):
        client = None
        while (number := self.take()) is not None:
            data = self.mails[number % len(self.mails)][0].replace(b"X-Soak: 0", b"X-Soak: %d" % number, 1)
            try:
                client = client or self.converse()
                client.mail(SENDER, ["BODY=8BITMIME"])
                client.rcpt(RECIPIENT)
                code, text = client.data(data)
                (self.accepted if code == 250 else self.refused).add(number)
            except smtplib.SMTPException as error:
                self.errors.append((number, repr(error)))
                client = None
        if client is not None:
            client.quit()


def memory_kb(daemon):
    total = 0
    for pid in [daemon.process.pid, *tree(daemon.process.pid)]:
        try:
            with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            continue
    return total


def tree(pid):
    found = []
    for path in glob.glob("/proc/%d/task/*/children" % pid):
        try:
            with open(path, encoding="ascii") as file:
                for child in map(int, file.read().split()):
                    found += [child, *tree(child)]
        except OSError:
            continue
    return found


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def swap_model(folder, number):
    """Another file under the same name, by renaming a link, as `sekisho model activate` does."""
    package = os.path.join(folder, "model-%d" % (number % 2))
    if not os.path.exists(package):
        shutil.copy(PACKAGE, package)
    link = os.path.join(folder, "next")
    os.symlink(package, link)
    os.rename(link, os.path.join(folder, "active.model"))


def disturb(daemon, folder, over, levels, load):
    """Reloads, and watches memory and descriptors, until all is sent."""
    number = 0
    while not over.wait(RELOAD_SECONDS):
        number += 1
        swap_model(folder, number)
        daemon.signal(signal.SIGHUP)
        levels.append((min(load.next, MAILS), memory_kb(daemon), descriptors(daemon.milter_pid())))
    return number


def judge(load, arrivals, mails):
    wrong = []
    for number in load.accepted:
        seen = arrivals.seen.get(number, [])
        _, class_, score = mails[number % len(mails)]
        if len(seen) != 1:
            wrong.append((number, "arrived %d times" % len(seen)))
        elif seen[0][0] != class_ or seen[0][1] is None or abs(seen[0][1] - score) > 0.0051:
            wrong.append((number, "judged %s, by scan %s %.2f" % (seen[0], class_, score)))
    strangers = set(arrivals.seen) - load.accepted
    return wrong + [(number, "arrived, though not accepted") for number in strangers]


def main():
    if os.geteuid() != 0 or not os.path.isdir(os.path.join(FOLDER, "root")):
        print("needs root, and tests/gateway/prepare")
        return 77
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        os.chmod(folder, 0o755)
        mails = samples(folder)
        swap_model(folder, 0)
        sink = gateway.Sink()
        sink.mails = arrivals = Arrivals()
        settings = {"classifier": {"own_domains": "kikan.example", "model": os.path.join(folder, "active.model"),
                                   "store": empty_store(folder)},
                    "memory": {"frozen": "yes"}, "pool": {"deadline": "60"}, "log": {"level": "warning"}}
        daemon = Daemon(MILTER, settings, socket="inet:%d@127.0.0.1" % gateway.free_port())
        daemon.start(wait=False)
        time.sleep(3)
        setup = daemon.setup()[0] + ["smtpd_client_connection_count_limit = 0", "default_process_limit = %d" % (CONNECTIONS + 20),
                                     "smtpd_timeout = 600s"]
        mta = gateway.Postfix(FOLDER, setup, sink)
        load, over, levels = Load(mta.port, mails), threading.Event(), []
        started = time.monotonic()
        watcher = threading.Thread(target=disturb, args=(daemon, folder, over, levels, load))
        threads = [threading.Thread(target=load.run) for _ in range(CONNECTIONS)]
        for thread in [watcher, *threads]:
            thread.start()
        for thread in threads:
            thread.join()
        sent = time.monotonic() - started
        end = time.monotonic() + 600
        while len(arrivals.seen) < len(load.accepted) and time.monotonic() < end:
            time.sleep(0.5)
        over.set()
        watcher.join()
        time.sleep(2)
        wrong = judge(load, arrivals, mails)
        idle = descriptors(daemon.milter_pid())
        mta.stop()
        sink.stop()
        daemon.stop()
    quarter = levels[len(levels) // 4:] or [(0, 0, 0)]
    first, last = quarter[0], quarter[-1]
    print("%d mails over %d connections in %.0f s: %d accepted, %d refused, %d errors; %d reloads" %
          (MAILS, CONNECTIONS, sent, len(load.accepted), len(load.refused), len(load.errors), len(levels)))
    print("memory after a quarter %.1f MB, at the end %.1f MB, at most %.1f MB; descriptors of the milter %d, %d, idle %d" %
          (first[1] / 1024, last[1] / 1024, max((level[1] for level in levels), default=0) / 1024, first[2], last[2], idle))
    for problem in [*wrong[:10], *load.errors[:5]]:
        print(*problem)
    print("wrong: %d" % len(wrong))
    assert len(load.accepted) == MAILS and not load.errors, "not all mails were accepted"
    assert not wrong
    assert last[1] < first[1] * 1.25 + 20480, "memory grows"
    assert idle <= 40, "descriptors are left"
    return 0


if __name__ == "__main__":
    sys.exit(main())
