#!/usr/bin/env python3
"""join.py SEKISHO: one archive whose members have different passwords, which come in two mails, through
`sekisho scan --store` and `sekisho log`: each mail opens its member, and the archive waits for the rest."""
import base64
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

PASSWORDS = ["Kx8!pqr2", "Mm77-zzq"]
MEMBERS = [("memo.txt", b"We meet at ten in room three.\n"), ("plan.txt", b"The plan for March, line by line.\n" * 3)]
MAIL = """Received: from m.yama.example (m.yama.example [192.0.2.7]) by mx1.kikan.example with ESMTP id 1; Tue, 02 Mar 2021 10:%02d:00 +0900
From: Tanaka Taro <tanaka@yama.example>
To: suzuki@kikan.example
Date: Tue, 02 Mar 2021 10:%02d:00 +0900
Message-ID: <%s@yama.example>
Subject: %s
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

%s
"""
FILE = """--b
Content-Type: application/zip
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="shiryou.zip"

%s
"""


class Keys:
    """The cipher of PKZIP, by its description (APPNOTE 6.1)."""

    def __init__(self, password):
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password.encode():
            self.update(byte)

    @staticmethod
    def step(crc, byte):
        return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(self, byte):
        self.keys[0] = self.step(self.keys[0], byte)
        self.keys[1] = ((self.keys[1] + (self.keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.keys[2] = self.step(self.keys[2], self.keys[1] >> 24)

    def encrypt(self, plain):
        out = bytearray()
        for byte in plain:
            mask = (self.keys[2] | 2) & 0xFFFF
            out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
            self.update(byte)
        return bytes(out)


def make_zip():
    local, central = b"", b""
    for (name, content), password in zip(MEMBERS, PASSWORDS):
        crc = zlib.crc32(content)
        data = Keys(password).encrypt(bytes(range(11)) + bytes([crc >> 24]) + content)
        common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0x5262, crc, len(data), len(content), len(name), 0)
        central += (b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(local)) +
                    name.encode())
        local += b"PK\3\4" + common + name.encode() + data
    end = struct.pack("<HHHHIIH", 0, 0, len(MEMBERS), len(MEMBERS), len(central), len(local), 0)
    return local + central + b"PK\5\6" + end


def run(program, *arguments):
    process = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(f"{arguments}: exit {process.returncode}\n{process.stdout}{process.stderr}")
    return [json.loads(line) for line in process.stdout.splitlines()]


def check(name, have, want):
    if have != want:
        sys.exit(f"{name}: {have!r}, want {want!r}")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="sekisho-join-") as name:
        folder = pathlib.Path(name)
        store, paths = folder / "store", [folder / f"{number}.eml" for number in range(3)]
        encoded = base64.encodebytes(make_zip()).decode()
        paths[0].write_text(MAIL % (0, 0, "file", "Documents for Thursday", "Two documents are attached.") +
                            FILE % encoded + "--b--\n")
        for number, password in enumerate(PASSWORDS, 1):
            paths[number].write_text(MAIL % (number, number, f"password{number}", "Password",
                                             f"Password: {password}") + "--b--\n")
        verdicts = run(program, "scan", "--json", "--all", "--own-domain", "kikan.example", "--store", store, *paths)
        for number, verdict in enumerate(verdicts):
            evidence = {item["id"]: item for item in verdict["evidence"]}
            check(f"mail {number} opens", evidence.get("attachment.opened", {}).get("related"),
                  "file@yama.example" if number > 0 else None)
            check(f"mail {number} changes", [item["message_id"] for item in verdict.get("changed", [])],
                  ["file@yama.example"] if number > 0 else [])
            check(f"mail {number} shows all", "clean.opened-harmless" in evidence, number == 2)
        rows = [row for row in run(program, "log", "--json", "--store", store)
                if row["message_id"] == "file@yama.example"]
        check("the first mail's verdicts", sorted(row["because"] for row in rows),
              ["", "password1@yama.example", "password2@yama.example"])
        text = subprocess.run([program, "log", "--store", store], capture_output=True, text=True, check=True).stdout
        check("log for people says why", text.count(", because of <password1@yama.example>)\n"), 1)
    return 0


sys.exit(main())
