#!/usr/bin/env python3
"""Two mails of one delivery through a real Postfix, on connections of their own: test-join.py FOLDER MILTER RELEASE SEKISHO COMPOSE

FOLDER is where tests/gateway/prepare unpacked the MTAs; the classifier is the real one. Exit 77: skipped."""

import email
import email.policy
import glob
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "plugin"))

import gateway  # noqa: E402
from daemon import Daemon  # noqa: E402

FOLDER, MILTER, RELEASE, SEKISHO, COMPOSE = (os.path.abspath(argument) for argument in sys.argv[1:6])
USER = "nobody"
TARGETED, HARMLESS = "meeting-papers-second-mail", "ppap-company"
ANALYST = "analyst@kikan.example"
SENDER = "sender@sender.example"
CLIENTS = ("203.0.113.5", "198.51.100.7")  # of the first mail, and of the second


def as_mta_gets_it(file):
    """The trace of the way here is not there yet."""
    with open(file, "rb") as opened:
        return re.sub(rb"\r?\n", b"\r\n", re.sub(rb"\A(?:(?:Return-Path|Received):.*\n(?:[ \t].*\n)*)+", b"", opened.read()))


def scan(store, mail, to, client):
    """Judged as the milter will judge it."""
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(mail)
        file.flush()
        shown = subprocess.run([SEKISHO, "scan", "--json", "--store", store, "--own-domain", "kikan.example", "--envelope-from",
                                SENDER, "--rcpt", to, "--client", client, file.name], capture_output=True, check=True).stdout
        return json.loads(shown)


def pair(kind, family):
    """The bytes of two mails of which the first looks clean by itself and becomes what the family is; and the recipient."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, COMPOSE, "--output", folder, "--family", family, "--per-family", "40"], check=True,
                       stdout=subprocess.DEVNULL)
        for number in range(1, 41):
            files = sorted(glob.glob(os.path.join(folder, kind, "%s-%04d-*.eml" % (family, number))))
            if len(files) != 2:
                continue
            mails = [as_mta_gets_it(file) for file in files]
            to = email.message_from_bytes(mails[0], policy=email.policy.default)["To"].addresses[0].addr_spec
            store = os.path.join(folder, "%d.sqlite" % number)
            first, second = (scan(store, mail, to, client) for mail, client in zip(mails, CLIENTS))
            if first["class"] == "clean" and second["class"] == kind and [c["class"] for c in second["changed"]] == [kind]:
                return mails, to
    raise AssertionError("no scenario of %s is clean at first and %s then" % (family, kind))


def message_id(mail):
    return re.search(rb"(?im)^Message-ID:\s*<([^>]*)>", mail).group(1).decode()


class Setting:
    """Postfix, sekisho-milter as an unprivileged user, and sekisho-release as root."""

    def __init__(self, settings, helper=True, notices=True):
        self.sink = gateway.Sink()
        self.state = tempfile.mkdtemp(prefix="sekisho-state-")
        os.chmod(self.state, 0o700)
        os.chown(self.state, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
        self.run = tempfile.mkdtemp(prefix="sekisho-run-")
        os.chmod(self.run, 0o755)
        self.store = os.path.join(self.state, "memory.sqlite")
        self.socket = os.path.join(self.run, "release")
        self.settings = {"milter": {"user": USER}, "classifier": {"own_domains": "kikan.example", "store": self.store},
                         "policy": {"hold_helper": self.socket}, "pool": {"deadline": "60", "workers": "2"}}
        for section, values in settings.items():
            self.settings.setdefault(section, {}).update(values)
        self.milter_socket = "inet:%d@127.0.0.1" % gateway.free_port()
        self.daemon = Daemon(MILTER, self.settings, socket=self.milter_socket)
        self.gateway = gateway.Postfix(FOLDER, self.daemon.setup()[0], self.sink)
        if notices:  # to the very port that the milter listens to, so that our own mail passes it
            self.settings["notice"] = {"smtp": "%d@127.0.0.1" % self.gateway.port, "from": "sekisho@kikan.example",
                                       "to": ANALYST, "recipients": "yes", **settings.get("notice", {})}
        self.daemon = Daemon(MILTER, self.settings, socket=self.milter_socket)
        os.chmod(self.daemon.folder, 0o755)
        self.daemon.start()
        self.helper = self.start_helper() if helper else None

    def start_helper(self):
        postsuper = os.path.join(self.run, "postsuper")
        with open(postsuper, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s \"$@\"\n" % (
                self.gateway.environment["LD_LIBRARY_PATH"], os.path.join(FOLDER, "root/usr/sbin/postsuper")))
        os.chmod(postsuper, 0o755)
        process = subprocess.Popen([RELEASE, "-s", self.socket, "-u", USER, "-p", postsuper, "-c", self.gateway.path("etc")],
                                   stderr=subprocess.DEVNULL)
        while not os.path.exists(self.socket):
            time.sleep(0.02)
        return process

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.helper is not None:
            self.helper.terminate()
            self.helper.wait(10)
        gateway.end(self.daemon, self.gateway, self.sink, kind is not None)
        shutil.rmtree(self.state)
        shutil.rmtree(self.run)

    def restart(self):
        self.daemon.stop()
        self.daemon = Daemon(MILTER, self.settings, socket=self.milter_socket)
        os.chmod(self.daemon.folder, 0o755)
        self.daemon.start()

    def submit(self, mail, to, client):
        """One mail on a connection of its own."""
        code, text = gateway.submit(self.gateway.port, mail, sender=SENDER, recipients=(to,),
                                    xclient="NAME=[UNAVAILABLE] ADDR=" + client)
        assert code == 250, (code, text)

    def log(self):
        shown = subprocess.run([SEKISHO, "log", "--json", "--store", self.store], capture_output=True, check=True).stdout
        return [json.loads(line) for line in shown.splitlines()]

    def wait_until_held(self, count, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(self.gateway.held()) != count:
            time.sleep(0.05)
        held = self.gateway.held()
        assert len(held) == count, held
        return [os.path.basename(path) for path in held]


def notice_text(mail):
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    return parsed, parsed.get_content()


def test_second_held_first_reported():
    """The first was delivered; the second, with the password, shows what it was: it is held, and people are told."""
    (first, second), to = pair("targeted", TARGETED)
    with Setting({"policy": {"targeted": "quarantine"}}) as setting:
        setting.submit(first, to, CLIENTS[0])
        setting.sink.wait_for(message_id(first).encode())
        setting.submit(second, to, CLIENTS[1])
        setting.wait_until_held(1)
        line = setting.daemon.wait_for('changed message_id="%s"' % re.escape(message_id(first)))
        assert re.search("previous=(clean|bulk) class=targeted", line) and 'because="%s"' % message_id(second) in line, line
        setting.daemon.wait_for(r"mail .*evidence=.*class=targeted|mail .*class=targeted.*action=quarantine")
        notice = setting.sink.wait_for(b"X-Sekisho-Notice:")
        setting.daemon.wait_for(r"mail .*exempt=notice")
        setting.daemon.wait_for(r"notice 1 sent")
        told = [recipients for _, recipients, data in setting.sink.mails if b"X-Sekisho-Notice:" in data]
        told = {address.decode() for recipients in told for address in re.findall(rb"<([^>]*)>", b" ".join(recipients))}
        assert told == {ANALYST, to}, told
        parsed, text = notice_text(notice)
        assert message_id(first) in text and message_id(second) in text and to in text, text
        assert "標的型攻撃の疑い" in text and "may be a targeted attack" in text, text
        assert parsed["Auto-Submitted"] == "auto-generated" and "X-Sekisho-Verdict" not in parsed
        log = setting.log()
        entries = [entry for entry in log if entry["message_id"] == message_id(first)]
        # By what it came over, the model may take it for bulk already.
        assert [entry["class"] for entry in entries] in (["clean", "targeted"], ["bulk", "targeted"]), log
        assert entries[1]["previous"] == entries[0]["class"] and entries[1]["because"] == message_id(second), entries
        # Nobody else can make such a mail: with another text it is judged like any other.
        forged = re.sub(rb"\r\n\r\n.*", b"\r\n\r\n5byV6L6T\r\n", notice, flags=re.S)
        setting.submit(re.sub(rb"(?im)^Message-ID: .*\r\n", b"Message-ID: <forged@sender.example>\r\n", forged), to, "203.0.113.5")
        assert "X-Sekisho-Verdict:" in setting.sink.wait_for(b"forged@sender.example").decode("ascii", "replace")


def test_hold_and_release():
    """A mail that nobody could look into is held; what its password opens is harmless, and it goes on."""
    (first, second), to = pair("clean", HARMLESS)
    with Setting({"policy": {"hold": "yes", "hold_least": "0"}}) as setting:
        setting.submit(first, to, CLIENTS[0])
        queue_id, = setting.wait_until_held(1)
        setting.daemon.wait_for(r'mail queue_id="%s".* held=yes' % queue_id)
        assert not setting.sink.find(message_id(first).encode())
        setting.submit(second, to, CLIENTS[0])
        setting.sink.wait_for(message_id(second).encode())
        setting.daemon.wait_for(r"held mail released queue_id=%s" % queue_id)
        mail = setting.sink.wait_for(message_id(first).encode())
        assert b"held until the password of its attachment comes" in mail
        # It came by once: what is released is not judged, or held, a second time.
        assert len([line for line in setting.daemon.lines if "mail queue_id" in line and message_id(first) in line]) == 1
        assert not setting.gateway.held() and not setting.sink.find(b"X-Sekisho-Notice:")


def test_release_after_time_and_restart():
    """No password comes. What is held is let go when its time has passed, also if the daemon was not there then."""
    (first, _), to = pair("clean", HARMLESS)
    with Setting({"policy": {"hold": "yes", "hold_least": "0", "hold_time": "3"}}) as setting:
        setting.submit(first, to, CLIENTS[0])
        setting.wait_until_held(1)
        setting.daemon.stop()
        time.sleep(4)
        assert len(setting.gateway.held()) == 1
        setting.restart()
        setting.sink.wait_for(message_id(first).encode())
        setting.daemon.wait_for("held mail released")


def test_attack_stays_held():
    """What the password opens is an attack: the mail stays where it is, and who looks after it is told where that is."""
    (first, second), to = pair("targeted", TARGETED)
    with Setting({"policy": {"hold": "yes", "hold_least": "0", "hold_time": "5"}}) as setting:
        setting.submit(first, to, CLIENTS[0])
        queue_id, = setting.wait_until_held(1)
        setting.submit(second, to, CLIENTS[1])
        notice = setting.sink.wait_for(b"X-Sekisho-Notice:")
        _, text = notice_text(notice)
        assert queue_id in text and "postsuper -H" in text, text
        told = [recipients for _, recipients, data in setting.sink.mails if b"X-Sekisho-Notice:" in data]
        assert re.findall(rb"<([^>]*)>", b" ".join(told[0])) == [ANALYST.encode()], told
        time.sleep(7)
        assert [os.path.basename(path) for path in setting.gateway.held()] == [queue_id]
        assert [data for _, _, data in setting.sink.mails if b"\r\nMessage-ID: <%s>" % message_id(first).encode() in data] == []


def test_nothing_is_held_without_helper():
    (first, _), to = pair("clean", HARMLESS)
    with Setting({"policy": {"hold": "yes", "hold_least": "0"}}, helper=False) as setting:
        setting.submit(first, to, CLIENTS[0])
        setting.sink.wait_for(message_id(first).encode())
        setting.daemon.wait_for("sekisho-release is not there: no mail is held")
        assert not setting.gateway.held()


def main():
    if os.geteuid() != 0:
        print("needs root: an MTA changes its user")
        return 77
    if not os.path.exists(os.path.join(FOLDER, "root")):
        print("no MTAs in %s: tests/gateway/prepare gets them" % FOLDER)
        return 77
    wanted = sys.argv[6:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            print(name, flush=True)
            test()
    return 0


if __name__ == "__main__":
    sys.exit(main())
