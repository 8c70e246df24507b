#!/usr/bin/env python3
"""The installed tree, and the one file that its programs need beside them: the trigram table. test-tree.py BUILD SANITIZERS

`meson install` fills a folder that only its owner may enter. From there the programs find their table; a table that is
missing, cut short, foreign or another build's is told by file and reason, and nothing starts. Another program finds it by
the library, and can have it opened before it is another user. The milter, which is not root any more, goes on and is
reloaded when the table was replaced or removed, and loses no mail when it is cut short."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "plugin"))
import mta
from daemon import Daemon

BUILD, SANITIZERS = sys.argv[1:]
HEADERS = [(b"From", " 佐藤 <sato@partner.example>".encode()), (b"Subject", " 会議資料の件".encode()),
           (b"Content-Type", b" text/plain; charset=utf-8")]
BODY = "田中様\r\n\r\n昨日の会議で説明した資料を明日までにお送りいたします。ご確認をお願いいたします。\r\n".encode() * 20


# Another program, for which the library lies elsewhere than it does itself: LIBRARY USER
PROGRAM = """
import ctypes, os, sys
library = ctypes.CDLL(sys.argv[1])
for name in ["sks_problems_create", "sks_problems_text"]:
    getattr(library, name).restype = ctypes.c_void_p
problems = ctypes.c_void_p(library.sks_problems_create())
result = library.sks_classifier_open_tables(problems)
if result == 0 and os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
if result == 0:
    classifier = ctypes.c_void_p()
    result = library.sks_classifier_create(ctypes.byref(classifier), bytes(4096), problems)
if result != 0:
    print(ctypes.string_at(library.sks_problems_text(problems, 0)).decode())
sys.exit(-result)
"""


class Tree:
    """What is installed, with a table that can be exchanged."""

    def __init__(self, root):
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", root], check=True,
                       stdout=subprocess.DEVNULL)
        self.root = pathlib.Path(root)
        self.table = self.only(root, "share/sekisho/trigram.bin")
        self.configured = pathlib.Path("/") / self.table.relative_to(root)
        self.sekisho = self.only(root, "bin/sekisho")
        milters = list(pathlib.Path(root).rglob("sbin/sekisho-milter"))
        self.milter = milters[0] if milters else None
        self.whole = self.table.read_bytes()
        self.mail = pathlib.Path(root) / "mail.eml"
        self.mail.write_bytes(b"".join(name + b":" + value + b"\r\n" for name, value in HEADERS) + b"\r\n" + BODY)

    @staticmethod
    def only(root, name):
        found = list(pathlib.Path(root).rglob(name))
        assert len(found) == 1, (name, found)
        return found[0]

    def put(self, data):
        """A new file in the table's place, as packages bring one; None: none."""
        if data is None:
            self.table.unlink()
            return
        new = self.table.with_suffix(".new")
        new.write_bytes(data)
        new.replace(self.table)

    def run(self, program, *arguments):
        return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=120)


def check_whole(tree):
    assert tree.table.stat().st_mode & 0o7777 == 0o644, oct(tree.table.stat().st_mode)
    part = tree.table.read_bytes()[1 << 20:(1 << 20) + 64]
    assert part not in pathlib.Path(tree.sekisho).read_bytes(), "the table is in the program as well"
    scanned = tree.run(tree.sekisho, "scan", "--json", tree.mail)
    assert scanned.returncode == 0 and '"class":' in scanned.stdout, scanned
    checked = tree.run(tree.sekisho, "check")
    assert "table of Japanese %s: fine\n" % tree.table in checked.stdout and checked.returncode == 0, checked


def check_faults(tree):
    other = bytearray(tree.whole)
    other[40] ^= 1  # of the digest
    cases = [(tree.whole[:-1], "is cut short: it has %d bytes" % (len(tree.whole) - 1)),
             (b"", "is cut short: it has 0 bytes"), (b"GIF89a" * 100, "is not a trigram table"),
             (bytes(other), "is the table of another build")]
    if not tree.configured.exists():  # the one that is looked for where none lies beside the program
        cases.append((None, "No such file or directory"))
    daemon = Daemon(str(tree.milter), {}) if tree.milter else None
    for data, reason in cases:
        tree.put(data)
        commands = [(tree.sekisho, "scan", tree.mail), (tree.sekisho, "check")]
        if daemon is not None:
            commands += [(tree.milter, "-n", "-c", daemon.configuration), (tree.milter, "-f", "-c", daemon.configuration)]
        for command in commands:
            done = tree.run(*command)
            told = "%s: %s" % (tree.configured if data is None else tree.table, reason)
            assert done.returncode == 1 and told in done.stderr and done.stdout == "", (command, told, done)
        tree.put(tree.whole)
    # What only shows when all of it is read is told when it is asked for.
    tree.put(tree.whole[:-1] + bytes([tree.whole[-1] ^ 1]))
    checked = tree.run(tree.sekisho, "check")
    assert checked.returncode == 1 and "%s: is damaged" % tree.table in checked.stderr, checked
    assert tree.run(tree.sekisho, "scan", tree.mail).returncode == 0
    tree.put(tree.whole)


def check_library(tree):
    if SANITIZERS != "none":
        return  # they want to be the first library of a program
    library = next(path for path in tree.root.rglob("libsekisho.so.*") if path.is_symlink())
    command = [sys.executable, "-c", PROGRAM, str(library), str(pwd.getpwnam("nobody").pw_uid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done
    tree.put(tree.whole[:-1])
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2 and done.stdout.startswith("%s: is cut short" % tree.table), done
    tree.put(tree.whole)


def send(daemon):
    connection = mta.Connection(daemon.socket)
    connection.introduce()
    edits, answer = connection.mail(HEADERS, BODY)
    connection.quit()
    assert answer[0] == b"c", answer
    return mta.verdict(edits)


def check_running(tree):
    # Another user's: what is only root's to enter can't be opened again.
    root = os.geteuid() == 0
    daemon = Daemon(str(tree.milter), {"milter": {"user": "nobody" if root else ""}}, "inet:%d@127.0.0.1" % (20000 + os.getpid() % 20000))
    os.chmod(daemon.folder, 0o755)  # the configuration is read again, the tree is not entered
    daemon.start()
    assert send(daemon) is not None
    for number, data in enumerate([b"GIF89a" * 100, None], 2):
        tree.put(data)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("uses generation %d" % number)
        assert send(daemon) is not None
        tree.put(tree.whole)
    daemon.stop()

    if SANITIZERS != "none":
        return  # a crash is theirs to report, and fails the test, also one that is meant
    daemon = Daemon(str(tree.milter), {}, daemon.socket).start()
    os.truncate(tree.table, 4096)
    assert send(daemon) is None  # accepted as it came: the configured action for a failure
    daemon.wait_for('failure="worker crashed"')
    daemon.stop()


def main():
    if shutil.which("meson") is None:
        print("meson is not in the path")
        return 77
    with tempfile.TemporaryDirectory(prefix="sekisho-tree-") as folder:
        tree = Tree(folder)
        check_whole(tree)
        check_faults(tree)
        check_library(tree)
        if tree.milter is not None:
            check_running(tree)
    return 0


if __name__ == "__main__":
    sys.exit(main())
