#!/usr/bin/env python3
"""The caretaker: what it does while no mail comes, and that it is replaced. test-caretaker.py MILTER COMPOSE

Exit 77: skipped."""

import glob
import json
import os
import re
import signal
import socket
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
MILTER, COMPOSE = sys.argv[1:3]
FAMILY = "meeting-papers-second-mail"


def compose(folder, kind, family):
    subprocess.run([sys.executable, COMPOSE, "--output", folder, "--family", family, "--per-family", "1"], check=True,
                   stdout=subprocess.DEVNULL)
    return sorted(glob.glob(os.path.join(folder, kind, family + "-0001-*.eml")))


def send(daemon, file, queue_id="4Fabcdef01", product="Postfix 3.7.11"):
    """One mail on a connection of its own; the edits."""
    with open(file, "rb") as mail:
        fields, body = fields_and_body(mail.read())
    connection = mta.Connection(daemon.socket)
    connection.macro(b"C", v=product, j="gateway.kikan.example")
    connection.introduce("unknown", "203.0.113.5")
    answer = connection.begin(fields, body)
    assert answer is None, answer
    connection.macro(b"E", i=queue_id)
    edits, answer = connection.end()
    assert answer[0] == b"c", answer
    connection.quit()
    return edits


class Helper:
    """In the place of sekisho-release: writes down what it is asked."""

    def __init__(self, path, answers=()):
        self.asked, self.answers = [], list(answers)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(16)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            line = client.recv(100)
            if line:
                self.asked.append(line)
                client.sendall(self.answers.pop(0) if self.answers else b"done\n")
            client.close()


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def settings(folder, **sections):
    result = {"classifier": {"own_domains": "kikan.example", "store": os.path.join(folder, "memory.sqlite")},
              "pool": {"deadline": "60", "workers": "2"}}
    for section, values in sections.items():
        result.setdefault(section, {}).update(values)
    return result


def rows(folder, sql):
    database = sqlite3.connect(os.path.join(folder, "memory.sqlite"), timeout=10)
    try:
        found = database.execute(sql).fetchall()
        database.commit()
        return found
    finally:
        database.close()


def test_what_is_old_goes_while_no_mail_comes(folder):
    first, _ = compose(folder, "targeted", FAMILY)
    daemon = Daemon(MILTER, settings(folder)).start()
    send(daemon, first)
    daemon.stop()
    assert rows(folder, "SELECT count(*) FROM waiting_mail") == [(1,)]
    rows(folder, "UPDATE waiting SET at = at - 8 * 86400")
    rows(folder, "UPDATE verdict SET at = at - 401 * 86400")
    daemon = Daemon(MILTER, settings(folder)).start()
    wait_until(lambda: rows(folder, "SELECT count(*) FROM waiting_mail") == [(0,)])
    wait_until(lambda: rows(folder, "SELECT count(*) FROM verdict") == [(0,)])
    for name in os.listdir(folder):
        if name.startswith("memory.sqlite"):
            assert os.stat(os.path.join(folder, name)).st_mode & 0o777 == 0o600, name
    daemon.stop()


def test_a_command_is_told(folder):
    """Once for each change, with JSON, without a shell; a failure is tried again, a kill of the caretaker loses nothing."""
    first, second = compose(folder, "targeted", FAMILY)
    told = os.path.join(folder, "told")
    program = os.path.join(folder, "command")
    with open(program, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n[ \"$1\" = '$(touch$IFS/tmp/x)' ] && cat >> '%s'\n" % told)
    os.chmod(program, 0o755)
    notice = {"command": program + " $(touch$IFS/tmp/x)"}
    daemon = Daemon(MILTER, settings(folder, notice=notice)).start()
    send(daemon, first)
    rows(folder, "UPDATE waiting SET class = 'clean'")  # whatever the model takes it for by itself
    daemon.signal(signal.SIGHUP)  # the caretaker is another one then
    daemon.wait_for("generation 2 in use")
    send(daemon, second)
    daemon.wait_for("notice 1 sent")
    with open(told, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert len(lines) == 1 and lines[0]["class"] == "targeted" and lines[0]["previous"] == "clean", lines
    assert lines[0]["summary"]["ja"] and lines[0]["summary"]["en"] and lines[0]["held"] == "", lines
    assert rows(folder, "SELECT count(*) FROM notice") == [(0,)]
    daemon.stop()


def test_a_dead_caretaker_is_replaced(folder):
    daemon = Daemon(MILTER, settings(folder)).start()
    for count in (1, 2):
        wait_until(lambda: len(daemon.pids()) == 3)
        names = {}
        for pid in daemon.pids():
            with open("/proc/%d/stat" % pid, encoding="ascii") as file:
                names[pid] = int(file.read().rsplit(")", 1)[1].split()[19])  # start time: the caretaker is the youngest
        os.kill(max(names, key=lambda pid: (names[pid], pid)), signal.SIGKILL)
        daemon.wait_for("the caretaker ended by signal 9", count=count)
    wait_until(lambda: len(daemon.pids()) == 3)
    daemon.stop()


def test_held_mail(folder):
    """Only for Postfix, only with the helper; let go once its time has passed, and again if that failed."""
    first, _ = compose(folder, "clean", "ppap-company")
    helper = Helper(os.path.join(folder, "helper"))
    policy = {"hold": "yes", "hold_least": "0", "hold_time": "2", "hold_helper": os.path.join(folder, "helper")}
    daemon = Daemon(MILTER, settings(folder, policy=policy)).start()
    assert b"q" not in [command for command, _ in send(daemon, first, "4Fabcdef01", "8.17.1")]
    assert rows(folder, "SELECT count(*) FROM held") == [(0,)]
    assert b"q" in [command for command, _ in send(daemon, first, "4Fabcdef02")]
    wait_until(lambda: helper.asked == [b"release 4Fabcdef02\n"])
    wait_until(lambda: rows(folder, "SELECT count(*) FROM held") == [(0,)])
    helper.answers = [b"failed\n"]
    send(daemon, first, "4Fabcdef03")
    daemon.wait_for("held mail can't be released queue_id=4Fabcdef03")
    assert rows(folder, "SELECT queue_id FROM held") == [("4Fabcdef03",)]
    rows(folder, "UPDATE held SET due = 1")
    wait_until(lambda: helper.asked[-2:] == [b"release 4Fabcdef03\n"] * 2)
    wait_until(lambda: rows(folder, "SELECT count(*) FROM held") == [(0,)])
    daemon.stop()


def test_held_mail_and_a_clock_that_leaps(folder):
    """A leap lets none go before its time has run; one held by a clock that was ahead is not held for as long as that."""
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
    if not os.path.exists(library) or "asan" in subprocess.run(["ldd", MILTER], capture_output=True, text=True,
                                                               check=False).stdout:
        print("needs libfaketime and a build without sanitizers: left out")
        return
    clock = os.path.join(folder, "clock")

    def leap(offset):
        with open(clock + ".new", "w", encoding="utf-8") as file:
            file.write(offset)
        os.rename(clock + ".new", clock)

    leap("+0")
    first, _ = compose(folder, "clean", "ppap-company")
    helper = Helper(os.path.join(folder, "helper"))
    policy = {"hold": "yes", "hold_least": "0", "hold_time": "8", "hold_helper": os.path.join(folder, "helper")}
    faked = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1",
             "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    os.environ.update(faked)
    try:
        daemon = Daemon(MILTER, settings(folder, policy=policy)).start()
    finally:
        for name in faked:
            del os.environ[name]
    send(daemon, first, "4Fabcdef01")
    sent = time.monotonic()
    leap("+10d")
    daemon.wait_for("the clock has leapt")
    time.sleep(2)
    assert not helper.asked, helper.asked
    wait_until(lambda: helper.asked == [b"release 4Fabcdef01\n"])
    assert 7 <= time.monotonic() - sent, time.monotonic() - sent
    wait_until(lambda: rows(folder, "SELECT count(*) FROM held") == [(0,)])
    leap("+3650d")
    daemon.wait_for("the clock has leapt", count=2)
    send(daemon, first, "4Fabcdef02")
    leap("+0")
    wait_until(lambda: rows(folder, "SELECT max(due) FROM held")[0][0] < time.time() + 61)  # not sooner: it tries again
    daemon.stop()


class MailServer:
    """Takes mail by SMTP, but for some recipients."""

    def __init__(self, refused):
        self.refused, self.recipients, self.mails = refused, [], 0
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            with client, client.makefile("rwb", buffering=0) as stream:
                self.serve(stream)

    def serve(self, stream):
        in_mail = False
        stream.write(b"220 mx.kikan.example\r\n")
        for line in stream:
            if in_mail:
                in_mail = line != b".\r\n"
                self.mails += not in_mail
                answer = None if in_mail else b"250 taken"
            elif line.upper().startswith(b"RCPT"):
                refused = any(name in line for name in self.refused)
                self.recipients += [] if refused else [line.split(b"<")[1].split(b">")[0]]
                answer = b"550 no such user" if refused else b"250 ok"
            else:
                in_mail = line.upper().startswith(b"DATA")
                answer = b"354 go on" if in_mail else b"250 ok"
            if answer is not None:
                stream.write(answer + b"\r\n")
            if line.upper().startswith(b"QUIT"):
                return


def test_a_refused_recipient_is_told(folder):
    """The mail server knows one of two analysts: that one is told, once, and the log tells of the other."""
    server = MailServer([b"old@"])
    notice = {"to": "old@kikan.example soc@kikan.example", "from": "sekisho@kikan.example", "smtp": "%d@127.0.0.1" % server.port}
    daemon = Daemon(MILTER, settings(folder, notice=notice)).start()
    wait_until(lambda: os.path.exists(os.path.join(folder, "memory.sqlite")) and
               rows(folder, "SELECT count(*) FROM sqlite_master WHERE name = 'notice'") == [(1,)])
    rows(folder, "INSERT INTO notice (at, message_id, sender, recipients, subject, class, previous, score, because, why_ja,"
                 " why_en, held, claimed, tries) VALUES (1, 'm', 's', 't', 'u', 'targeted', 'clean', 1, 'b', '', '', '', 0, 0)")
    daemon.wait_for("notice 1: the mail server refused some of its recipients")
    daemon.wait_for("notice 1 sent")
    assert (server.recipients, server.mails) == ([b"soc@kikan.example"], 1), (server.recipients, server.mails)
    wait_until(lambda: rows(folder, "SELECT count(*) FROM notice") == [(0,)])
    daemon.stop()


def test_too_many_notices(folder):
    daemon = Daemon(MILTER, settings(folder, notice={"command": "/bin/true", "hourly": "2"})).start()
    wait_until(lambda: os.path.exists(os.path.join(folder, "memory.sqlite")) and
               rows(folder, "SELECT count(*) FROM sqlite_master WHERE name = 'notice'") == [(1,)])
    for number in range(5):
        rows(folder, "INSERT INTO notice (at, message_id, sender, recipients, subject, class, previous, score, because, why_ja,"
                     " why_en, held, claimed, tries) VALUES (1, 'm%d', 's', 't', 'u', 'targeted', 'clean', 1, 'b', '', '', '', 0, 0)"
                     % number)
    wait_until(lambda: rows(folder, "SELECT count(*) FROM notice") == [(0,)])
    told = lambda pattern: len([line for line in daemon.lines if re.search(pattern, line)])
    wait_until(lambda: (told('reason="too many this hour"'), told(r"notice \d+ sent")) == (3, 2))  # its lines come a little later
    daemon.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(MILTER, settings(folder))
        checked = subprocess.run([MILTER, "-n", "-c", daemon.configuration], capture_output=True, text=True, check=False)
        if "no model package is built in" in checked.stderr:
            print("no model package is built in")
            return 77
        assert checked.returncode == 0, checked.stderr
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                test(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
