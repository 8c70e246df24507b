#!/usr/bin/env python3
"""OpenDKIM and OpenDMARC before Sekisho in a real Postfix: test-dkim.py FOLDER MILTER

FOLDER is where tests/gateway/prepare unpacked them. Mail is signed here; OpenDKIM has the public key from a file, OpenDMARC
asks a name server of this test on loopback, which it finds in a mount namespace of its own; where that can't be made, the
part of OpenDMARC is left out. Exit 77: skipped."""

import base64
import ctypes
import hashlib
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "plugin"))

import gateway  # noqa: E402
from daemon import Daemon  # noqa: E402

FOLDER, MILTER = (os.path.abspath(argument) for argument in sys.argv[1:3])
NAME = "gateway.kikan.example"  # under which the checks are written
HEADER = ("From: Yamada <yamada@partner.example>\r\nTo: taro@kikan.example\r\nSubject: Minutes of %s\r\n"
          "Date: Mon, 02 Nov 2026 10:00:00 +0900\r\nMessage-ID: <%s@partner.example>\r\n")
BODY = "Dear Taro,\r\n\r\nplease find the minutes of our last meeting below. We meet again in spring.\r\n\r\nYamada\r\n"
TYPED = "Authentication-Results: %s; dkim=pass header.d=partner.example; dmarc=pass header.from=partner.example\r\n" % NAME
TRACE = "Received: from a.partner.example (a.partner.example [192.0.2.5]) by b.partner.example; Mon, 02 Nov 2026 10:00:00 +0900\r\n"


class Names:
    """A name server for TXT records, on loopback; what it does not know does not exist."""

    def __init__(self, records):
        self.records = records
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.socket.settimeout(0.2)
        self.open = True
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while self.open:
            try:
                question, client = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            at, labels = 12, []
            while question[at]:
                labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
                at += 1 + question[at]
            asked = question[12:at + 5]
            text = self.records.get(".".join(labels)) if asked[-4:-2] == b"\0\x10" else None
            answer = b""
            if text is not None:
                value = b"".join(bytes([len(text[i:i + 255])]) + text[i:i + 255].encode() for i in range(0, len(text), 255))
                answer = b"\xc0\x0c\0\x10\0\1\0\0\0\x3c" + struct.pack(">H", len(value)) + value
            code = 0x8580 if text is not None else 0x8583
            self.socket.sendto(question[:2] + struct.pack(">HHHHH", code, 1, 1 if answer else 0, 0, 0) + asked + answer, client)

    def stop(self):
        self.open = False
        self.thread.join()
        self.socket.close()


def own_names(folder):
    """For a child: a /etc/resolv.conf of its own, which names this test's server."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x00020000) != 0:  # CLONE_NEWNS
        os._exit(99)
    if libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None) != 0:  # MS_REC | MS_PRIVATE
        os._exit(99)
    if libc.mount(os.path.join(folder, "resolv.conf").encode(), b"/etc/resolv.conf", None, 0x1000, None) != 0:  # MS_BIND
        os._exit(99)


def sign(header, body, key):
    """Adds a DKIM-Signature (RFC 6376, simple/simple) over all of a header and a body."""
    fields = re.split(r"(?<=\r\n)(?![ \t])", header)[:-1]
    names = ":".join(field.partition(":")[0] for field in fields)
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    signature = ("DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=partner.example; s=s1;\r\n h=%s;\r\n bh=%s;\r\n b="
                 % (names, digest))
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=(header + signature).encode(),
                            capture_output=True, check=True).stdout
    return signature + base64.b64encode(signed).decode() + "\r\n" + header


class Filters:
    """OpenDKIM, and OpenDMARC if it can be made to ask here."""

    def __init__(self, keep):
        """keep: what others wrote under our name is not removed."""
        self.folder = tempfile.mkdtemp(prefix="sekisho-dkim-")
        os.chmod(self.folder, 0o755)
        self.key = os.path.join(self.folder, "key.pem")
        self.processes, self.ports = [], []
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        public = subprocess.run(["openssl", "rsa", "-in", self.key, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout
        record = "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()
        self.write("keys", "s1._domainkey.partner.example %s\n" % record)
        self.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        libraries = [os.path.join(FOLDER, "root/usr/lib", part) for part in
                     ("", "x86_64-linux-gnu", "aarch64-linux-gnu", "postfix")]
        self.environment = dict(os.environ, LD_LIBRARY_PATH=":".join(libraries), LC_ALL="C")
        self.start("opendkim", "AuthservID %s\nMode v\nTestPublicKeys %s\nAlwaysAddARHeader yes\nSyslog no\n"
                   "KeepAuthResults %s\nRemoveARAll yes\nRemoveARFrom %s\nInternalHosts %s\nOn-DNSError accept\nOn-KeyNotFound accept\n"
                   % (NAME, os.path.join(self.folder, "keys"), "yes" if keep else "no", NAME, self.write("internal", "192.0.2.255\n")))
        try:
            self.names = Names({"_dmarc.partner.example": "v=DMARC1; p=none", "_dmarc.other.example": "v=DMARC1; p=none"})
        except OSError as error:
            self.names = None
            print("without OpenDMARC: no name server can stand on 127.0.0.1:53 (%s)" % error)
        if self.names is not None and not self.start(
                "opendmarc", "AuthservID %s\nTrustedAuthservIDs %s\nIgnoreHosts %s\nSyslog no\nRejectFailures no\n"
                "SoftwareHeader no\n" % (NAME, NAME, self.write("ignored", "192.0.2.255\n")), lambda: own_names(self.folder)):
            self.names.stop()
            self.names = None
            print("without OpenDMARC: it can have no /etc/resolv.conf of its own here")

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)
        return os.path.join(self.folder, name)

    def start(self, name, configuration, before=None):
        port = gateway.free_port()
        path = self.write(name + ".conf", "Socket inet:%d@127.0.0.1\n%s" % (port, configuration))
        arguments = ["-f", "-x" if name == "opendkim" else "-c", path]
        log = open(os.path.join(self.folder, name + ".log"), "w+", encoding="utf-8")
        process = subprocess.Popen([os.path.join(FOLDER, "root/usr/sbin", name), *arguments], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=before)

        def told():
            log.seek(0)
            return log.read()

        try:
            gateway.wait_for_port(port, process, told)
        except AssertionError:
            if process.poll() == 99:
                return False
            raise
        self.processes.append(process)
        self.ports.append(port)
        return True

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait(20)
        if self.names is not None:
            self.names.stop()
        shutil.rmtree(self.folder)


class Setting:
    """Postfix with the filters in front of Sekisho."""

    def __init__(self, keep):
        self.sink, self.filters = gateway.Sink(), Filters(keep)
        self.daemon = Daemon(MILTER, {"classifier": {"own_domains": "kikan.example", "authserv_ids": NAME},
                                      "pool": {"deadline": "60"}, "policy": {"observe": "yes"}},
                             socket="inet:%d@127.0.0.1" % gateway.free_port()).start()
        ports = ", ".join("inet:127.0.0.1:%d" % port for port in self.filters.ports)
        setup = [line.replace("= ", "= %s, " % ports, 1) if line.startswith("smtpd_milters") else line
                 for line in self.daemon.setup()[0]]
        self.gateway = gateway.Postfix(FOLDER, setup, self.sink)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            print("\n".join(self.daemon.lines[-20:]), self.gateway.log()[-3000:], sep="\n")
        self.gateway.stop()
        self.sink.stop()
        self.filters.stop()
        if kind is None:
            self.daemon.stop()

    def deliver(self, name, message):
        """The results that arrive under our name, and the evidence."""
        code, text = gateway.submit(self.gateway.port, message.encode(), sender="yamada@partner.example",
                                    xclient="NAME=a.partner.example ADDR=192.0.2.5")
        assert code == 250, (code, text)
        head = self.sink.wait_for(b"Minutes of %s\r\n" % name.encode()).decode().partition("\r\n\r\n")[0]
        fields = re.split(r"\r\n(?![ \t])", head)
        results = [field for field in fields if field.startswith("Authentication-Results:")]
        evidence = " ".join(field for field in fields if field.startswith("X-Sekisho-Evidence:"))
        print("%-14s %s" % (name, " | ".join(re.findall(r"(?:dkim|dmarc)=\w+", " ".join(results)))))
        return results, set(re.findall(r"([a-z]+\.[a-z-]+)=", evidence))


def signed(name, key, body=BODY):
    return sign(HEADER % (name, name), body, key) + "\r\n" + body


def check_believed(setting):
    """What OpenDKIM and OpenDMARC find is what Sekisho says; what others typed is gone before."""
    key = setting.filters.key
    results, evidence = setting.deliver("good", signed("good", key))
    assert any("dkim=pass" in field for field in results) and "clean.authenticated" in evidence, (results, evidence)
    assert not any("dmarc" in field for field in results) == (setting.filters.names is None), results
    results, evidence = setting.deliver("altered", signed("altered", key) + "More.\r\n")
    assert any("dkim=fail" in field for field in results), results
    assert "sender.authentication-failed" in evidence and "clean.authenticated" not in evidence, evidence
    results, evidence = setting.deliver("unsigned", HEADER % ("unsigned", "unsigned") + "\r\n" + BODY)
    assert "clean.authenticated" not in evidence, evidence
    assert ("sender.authentication-failed" in evidence) == (setting.filters.names is not None), evidence
    for name, typed in (("typed", TYPED), ("typed below", TRACE + TYPED)):
        results, evidence = setting.deliver(name, typed + HEADER % (name, name.replace(" ", "-")) + "\r\n" + BODY)
        assert not any("=pass" in field for field in results), results
        assert not evidence & {"clean.authenticated", "sender.forged-results"}, evidence


def check_told(setting):
    """Where OpenDKIM leaves what others typed under our name, it is not believed, but told."""
    for name, typed in (("typed", TYPED), ("typed below", TRACE + TYPED)):
        message = typed + HEADER % (name, name.replace(" ", "-")) + "\r\n" + BODY
        results, evidence = setting.deliver(name, message)
        assert any("dkim=pass" in field for field in results), results
        assert "sender.forged-results" in evidence and "clean.authenticated" not in evidence, (name, evidence)
    results, evidence = setting.deliver("good", signed("good", setting.filters.key))
    assert "clean.authenticated" in evidence and "sender.forged-results" not in evidence, evidence


def main():
    needed = [os.path.join(FOLDER, "root", path) for path in ("usr/lib/postfix/sbin/master", "usr/sbin/opendkim")]
    if os.getuid() != 0 or not all(os.path.exists(path) for path in needed) or shutil.which("openssl") is None:
        print("skipped: root, openssl, and what tests/gateway/prepare unpacks are needed")
        return 77
    for keep, check in ((False, check_believed), (True, check_told)):
        with Setting(keep) as setting:
            check(setting)
    return 0


sys.exit(main())
