#!/usr/bin/env python3
"""Mail through a real MTA and the milter: test-gateway.py (Postfix|Sendmail) FOLDER DAEMON

FOLDER is where tests/gateway/prepare unpacked the MTAs; DAEMON is the milter with the stand-in for a classifier, so that
each mail says what its class is to be. Exit 77: skipped."""

import base64
import os
import re
import signal
import smtplib
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "plugin"))

import gateway  # noqa: E402
from daemon import Daemon  # noqa: E402

KIND, FOLDER, PROGRAM = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])

JAPANESE = "件名：お見積りの件"
PLAIN_HEADER = b"From: =?UTF-8?B?5bGx55Sw?= <yamada@partner.example>\r\nTo: taro@kikan.example\r\nDate: Mon, 02 Nov 2026 10:00:00 +0900\r\n"

# What has to come out as it went in. Each gets a Message-ID of its own in front.
MAILS = {
    "ascii": b"Subject: Hello\r\n\r\nHi\r\n.a dot\r\n..two\r\n\r\n",
    "iso-2022-jp": b"Subject: =?ISO-2022-JP?B?" + base64.b64encode(JAPANESE.encode("iso2022_jp")) + b"?=\r\nMIME-Version: 1.0\r\n"
                   b"Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
                   + JAPANESE.encode("iso2022_jp") + b"\r\n",
    "raw iso-2022-jp": b"Subject: " + JAPANESE.encode("iso2022_jp") + b"\r\n\r\n" + JAPANESE.encode("iso2022_jp") + b"\r\n",
    "raw shift_jis": b"Subject: " + JAPANESE.encode("cp932") + b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=Shift_JIS\r\n"
                     b"Content-Transfer-Encoding: 8bit\r\n\r\n" + JAPANESE.encode("cp932") + b"\r\n",
    "raw utf-8": b"Subject: " + JAPANESE.encode() + b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
                 b"Content-Transfer-Encoding: 8bit\r\n\r\n" + JAPANESE.encode() + b"\r\n",
    "folded": b"Subject: one\r\n two\r\n\tthree\r\nReferences: <a@partner.example>\r\n\t<b@partner.example>\r\n  <c@partner.example>\r\n\r\nHi\r\n",
    "odd blanks": b"Subject:no blank\r\nX-Two:  two blanks\r\nX-End: end \r\nComments: x\r\n\r\n  Hi \r\n\t\r\n",
    "no body": b"Subject: nothing\r\n\r\n",
    "no subject": b"X-Other: 1\r\n\r\nHi\r\n",
    "long lines": b"Subject: " + b"x" * 900 + b"\r\n\r\n" + b"y" * 950 + b"\r\n",
    "large": b"Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\n\r\nHi\r\n--=_b\r\n"
             b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
             + base64.encodebytes(bytes(range(256)) * 8000).replace(b"\n", b"\r\n") + b"--=_b--\r\n",
}


def make(name, kind, marker):
    """The mail of that name, which asks for a class and carries a marker."""
    return b"Message-ID: <%s@partner.example>\r\nX-Stand-In: %s\r\n" % (marker, kind) + PLAIN_HEADER + MAILS[name]


def split(message):
    """Header fields as they stand (folds included), and the body."""
    head, _, body = message.partition(b"\r\n\r\n")
    return re.split(rb"\r\n(?![ \t])", head), body


def value(message, name):
    fields = [field for field in split(message)[0] if field.lower().startswith(name.lower() + b":")]
    assert len(fields) <= 1, fields
    return fields[0].split(b":", 1)[1].removeprefix(b" ") if fields else None


def without(message, *names):
    fields, body = split(message)
    return [field for field in fields if not field.lower().startswith(tuple(name.lower() + b":" for name in names))], body


def without_ours(message):
    fields, body = split(message)
    return [field for field in fields if not field.startswith(b"X-Sekisho-")], body


class Setting:
    def __init__(self, settings, **keywords):
        self.sink = gateway.Sink()
        # Sendmail accepts no unix socket below /tmp, where everybody may write.
        self.daemon = Daemon(PROGRAM, settings, socket="inet:%d@127.0.0.1" % gateway.free_port()).start()
        setup = self.daemon.setup()[0 if KIND == "Postfix" else 1]
        self.gateway = getattr(gateway, KIND)(FOLDER, setup, self.sink, **keywords)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        gateway.end(self.daemon, self.gateway, self.sink, kind is not None)

    def restart(self, settings):
        self.daemon = Daemon(PROGRAM, settings, socket=self.daemon.socket).start()

    def submit(self, message, **keywords):
        return gateway.submit(self.gateway.port, message, **keywords)


def test_bytes():
    """An accepted mail is unchanged but for the headers at its top; a tagged one but for its subject, too."""
    with Setting({"policy": {"targeted": "tag"}}) as setting:
        for number, name in enumerate(MAILS):
            results = {}
            for way in (b"plain", b"clean", b"targeted"):
                marker = b"%s-%d" % (way, number)
                port = setting.gateway.plain_port if way == b"plain" else setting.gateway.port
                kind = b"clean" if way == b"plain" else way
                answer = gateway.submit(port, make(name, kind, marker))
                assert answer[0] == 250, (name, way, answer)
                results[way] = setting.sink.wait_for(marker)
            # Without the milter the MTA makes some changes of its own (Sendmail more than Postfix): those are the measure.
            plain = [without(results[b"plain"], b"Received", b"Message-ID")]
            clean_fields, clean_body = without_ours(results[b"clean"])
            clean = [without(b"\r\n".join(clean_fields) + b"\r\n\r\n" + clean_body, b"Received", b"Message-ID")]
            assert clean == plain, (name, clean, plain)
            first = split(results[b"clean"])[0]
            assert [field.split(b":")[0] for field in first[:3]] == [b"X-Sekisho-Verdict", b"X-Sekisho-Score", b"X-Sekisho-Evidence"], first[:4]

            drop = (b"Received", b"Message-ID", b"Subject", b"X-Stand-In")
            tagged_fields, tagged_body = without_ours(results[b"targeted"])
            tagged = without(b"\r\n".join(tagged_fields) + b"\r\n\r\n" + tagged_body, *drop)
            assert tagged == without(results[b"plain"], *drop), name
            original, subject = value(results[b"plain"], b"Subject"), value(results[b"targeted"], b"Subject")
            assert subject.startswith(b"=?UTF-8?B?"), subject
            if original is None:
                assert value(results[b"targeted"], b"X-Sekisho-Original-Subject") is None
                continue
            assert subject.endswith(b" " + original), (name, subject)
            assert value(results[b"targeted"], b"X-Sekisho-Original-Subject").lstrip() == original
            # Postfix itself changes nothing: there the bytes are those that were sent.
            if KIND == "Postfix":
                sent = make(name, b"clean", b"clean-%d" % number)
                fields, body = without_ours(results[b"clean"])
                assert fields[0].startswith(b"Received:")
                assert b"\r\n".join(fields[1:]) + b"\r\n\r\n" + body == sent, name


def test_counts():
    """Delivered, tagged and held are as many as were sent, in a crowd; what is released carries its banner."""
    with Setting({"policy": {"targeted": "quarantine", "bulk": "tag"}, "pool": {"workers": "2"}}) as setting:
        answers = []

        def run(thread):
            for index in range(10):
                kind = (b"clean", b"bulk", b"targeted")[(thread + index) % 3]
                answers.append(setting.submit(make("iso-2022-jp", kind, b"count-%s-%d-%d" % (kind, thread, index)))[0])

        threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [250] * 60, answers
        end = time.monotonic() + 60
        while len(setting.sink.mails) < 40 and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(0.5)
        delivered = [mail[2] for mail in setting.sink.mails]
        assert len(delivered) == 40, len(delivered)
        assert sum(b"<count-clean-" in mail for mail in delivered) == 20
        tagged = [mail for mail in delivered if value(mail, b"X-Sekisho-Original-Subject") is not None]
        assert len(tagged) == 20 and all(b"<count-bulk-" in mail for mail in tagged)
        assert len(setting.gateway.held()) == 20, setting.gateway.held()

        setting.gateway.release()
        end = time.monotonic() + 90
        while len(setting.sink.mails) < 60 and time.monotonic() < end:
            time.sleep(0.1)
        released = [mail[2] for mail in setting.sink.mails if b"<count-targeted-" in mail[2]]
        assert len(released) == 20 and not setting.gateway.held(), (len(released), setting.gateway.held())
        for mail in released:
            assert value(mail, b"X-Sekisho-Quarantine") == b"targeted: route.seen, attachment.encrypted"
            assert value(mail, b"Subject").startswith(b"=?UTF-8?B?")
        log = "\n".join(setting.daemon.lines)
        assert len(re.findall(r"mail queue_id=\"\w+\".*class=targeted.*action=quarantine", log)) == 20


def test_forged_headers_and_second_pass():
    with Setting({"policy": {"targeted": "tag"}}) as setting:
        forged = b"X-Sekisho-Verdict: clean\r\nx-sekisho-score: -9\r\nX-Sekisho-Verdict: clean; version=1\r\nX-Sekisho-Original-Subject: x\r\n"
        assert setting.submit(forged + make("ascii", b"targeted", b"forged"))[0] == 250
        mail = setting.sink.wait_for(b"<forged@")
        assert value(mail, b"X-Sekisho-Verdict").startswith(b"targeted; version=1; action=tag")
        assert value(mail, b"X-Sekisho-Score").startswith(b"3.50")
        assert value(mail, b"X-Sekisho-Original-Subject") == b"Hello"
        # The same mail comes by again, for example through a mailing list.
        again = mail.replace(b"<forged@", b"<again@")
        assert setting.submit(again)[0] == 250
        second = setting.sink.wait_for(b"<again@")
        assert value(second, b"Subject") == value(mail, b"Subject")
        assert value(second, b"X-Sekisho-Original-Subject") == b"Hello"


def test_failures():
    """A fault of ours, or our absence, neither loses nor holds a mail up; with "tempfail" nothing passes unjudged."""
    with Setting({"pool": {"deadline": "3"}}) as setting:
        for order in (b"targeted crash", b"targeted slow=8000"):
            marker = b"failure-" + order[9:14]
            sent = make("raw utf-8", order, marker)
            assert setting.submit(sent)[0] == 250
            mail = setting.sink.wait_for(marker)
            assert b"X-Sekisho-" not in mail and value(mail, b"Subject") == JAPANESE.encode()
        setting.daemon.stop()
        assert setting.submit(make("ascii", b"targeted", b"down"))[0] == 250
        assert b"X-Sekisho-" not in setting.sink.wait_for(b"<down@")
        setting.restart({})
        assert setting.submit(make("ascii", b"targeted", b"up"))[0] == 250
        assert value(setting.sink.wait_for(b"<up@"), b"X-Sekisho-Verdict").startswith(b"targeted")

    with Setting({"pool": {"deadline": "3"}, "policy": {"failure": "tempfail"}}) as setting:
        assert setting.submit(make("ascii", b"targeted crash", b"crash"))[0] == 451
        setting.daemon.stop()
        code, text = setting.submit(make("ascii", b"clean", b"down"))
        assert 400 <= code < 500, (code, text)
        assert not setting.sink.mails
        setting.restart({})


def test_patience():
    """A mail that takes longer than the MTA waits without a sign of life."""
    with Setting({"pool": {"deadline": "30"}, "policy": {"targeted": "tag"}}, patience=7) as setting:
        assert setting.submit(make("ascii", b"targeted slow=11000", b"patient"))[0] == 250
        assert value(setting.sink.wait_for(b"<patient@"), b"X-Sekisho-Verdict").startswith(b"targeted")


def test_reload_and_stop_under_load():
    with Setting({"policy": {"targeted": "tag", "failure": "tempfail"}, "pool": {"workers": "2"}}) as setting:
        answers, stopped = {}, threading.Event()

        def run(thread):
            for index in range(1000):
                if stopped.is_set():
                    return
                marker = b"load-%d-%d" % (thread, index)
                answers[marker] = setting.submit(make("ascii", b"targeted slow=50", marker))

        threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            time.sleep(0.7)
            setting.daemon.signal(signal.SIGHUP)
        time.sleep(0.7)
        before = dict(answers)
        assert len(before) > 20 and all(answer[0] == 250 for answer in before.values()), list(before.values())[:3]
        setting.daemon.stop()
        time.sleep(1)
        stopped.set()
        for thread in threads:
            thread.join()
        # Accepted means judged and delivered; whatever was not is for the sender to send again.
        for marker, (code, text) in answers.items():
            assert code == 250 or 400 <= code < 500, (marker, code, text)
            if code == 250:
                mail = setting.sink.wait_for(b"<%s@" % marker, 20)
                assert value(mail, b"X-Sekisho-Verdict").startswith(b"targeted"), mail[:300]
        time.sleep(0.5)
        unsent = [marker for marker, answer in answers.items() if answer[0] != 250 and setting.sink.find(b"<%s@" % marker)]
        assert not unsent, unsent
        print("%d accepted, %d left to the sender" % (sum(a[0] == 250 for a in answers.values()), sum(a[0] != 250 for a in answers.values())))
        setting.restart({})


def test_sessions_across_a_restart():
    """A session that was open at a restart has lost its filter: its mails get the failure action, as the guide says."""
    for failure, want in (("accept", 250), ("tempfail", 451)):
        settings = {"policy": {"targeted": "reject", "failure": failure}}
        with Setting(settings) as setting, smtplib.SMTP("127.0.0.1", setting.gateway.port, "helo.partner.example") as client:
            client.ehlo()
            setting.daemon.stop()
            setting.restart(settings)
            for _ in range(2):
                answer = client.mail("sender@partner.example")
                if answer[0] == 250 and client.rcpt("taro@kikan.example")[0] == 250:
                    answer = client.data(make("ascii", b"targeted", b"session"))
                assert answer[0] == want, (failure, answer)
            assert setting.submit(make("ascii", b"targeted", b"new"))[0] == 550


def test_refusal_and_envelope():
    settings = {"policy": {"targeted": "reject", "bulk": "tempfail", "trusted_networks": "192.0.2.0/24"}, "banner": {"language": "en"}}
    with Setting(settings) as setting:
        assert setting.submit(make("ascii", b"targeted", b"no"))[0] == 550
        assert setting.submit(make("ascii", b"bulk", b"later"))[0] == 451
        assert not setting.sink.mails and not setting.gateway.held()
        assert setting.submit(make("ascii", b"clean", b"bounce"), sender="", recipients=("taro@kikan.example", "hanako@kikan.example"))[0] == 250
        evidence = re.sub(rb"\r\n +", b" ", value(setting.sink.wait_for(b"<bounce@"), b"X-Sekisho-Evidence"))
        assert b"sender recipients 2 first taro@kikan.example" in evidence, evidence
        if setting.gateway.has_xclient:
            client = "NAME=mail.partner.example ADDR=203.0.113.9"
            assert setting.submit(make("ascii", b"clean", b"client"), xclient=client)[0] == 250
            evidence = re.sub(rb"\r\n +", b" ", value(setting.sink.wait_for(b"<client@"), b"X-Sekisho-Evidence"))
            assert b"client 203.0.113.9 mail.partner.example" in evidence, evidence
            # A trusted client's mail is not touched at all.
            assert setting.submit(make("ascii", b"targeted", b"ours"), xclient="NAME=pc.kikan.example ADDR=192.0.2.9")[0] == 250
            assert b"X-Sekisho-" not in setting.sink.wait_for(b"<ours@")


def test_body_banner():
    settings = {"policy": {"targeted": "tag"}, "banner": {"body": "yes", "language": "en"}}
    with Setting(settings) as setting:
        assert setting.submit(make("large", b"targeted", b"body"))[0] == 250
        assert setting.submit(make("large", b"targeted protected", b"signed"))[0] == 250
        want = MAILS["large"].partition(b"\r\n\r\n")[2]
        assert split(setting.sink.wait_for(b"<signed@"))[1] == want
        banner = b"*** This may be a targeted attack: the route and encrypted attachment. ***\r\n\r\n"
        assert split(setting.sink.wait_for(b"<body@"))[1] == want.replace(b"\r\n\r\nHi", b"\r\n\r\n" + banner + b"Hi", 1)


def main():
    if os.geteuid() != 0:
        print("needs root: an MTA changes its user")
        return 77
    if not os.path.exists(os.path.join(FOLDER, "root")):
        print("no MTAs in %s: tests/gateway/prepare gets them" % FOLDER)
        return 77
    wanted = sys.argv[4:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            print(name, flush=True)
            test()
    return 0


if __name__ == "__main__":
    sys.exit(main())
