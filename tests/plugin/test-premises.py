#!/usr/bin/env python3
"""test-premises.py MILTER SEKISHO: -n and `sekisho check` tell what can't be used of the file system, and make nothing.

Each problem has file, line and key; started as root, the configured user counts.
"""
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile

from daemon import Daemon

MILTER, SEKISHO = (os.path.abspath(path) for path in sys.argv[1:3])

# Configuration ({} is the folder), what is told of it after "FILE:"; the user is that of the test unless told.
CASES = [
    ("[classifier]\nstore = {}/open/m.db", []),
    ("[classifier]\nstore = {}/gone/m.db", ["2: store: {}/gone: files can't be made there: No such file or directory"]),
    ("[classifier]\nstore = {}/file/m.db", ["2: store: {}/file/m.db: can't be used: Not a directory"]),
    ("[classifier]\nstore = {}/open", ["2: store: {}/open: is no regular file"]),
    ("[classifier]\nstore = {}/file", ["2: store: {}/file: is no store of Sekisho"]),
    ("[classifier]\nstore = {}/empty", []),
    ("[classifier]\nstore = {}/open/m.db\n[memory]\nfrozen = yes",
     ["2: store: {}/open/m.db: is only read, but can't be: No such file or directory"]),
    ("[milter]\npid_file = {}/gone/pid", ["2: pid_file: {}/gone: files can't be made there: No such file or directory"]),
    ("[milter]\nsocket = unix:{}/file", ["2: socket: {}/file: is in the way, and no socket"]),
    ("[milter]\nsocket = unix:{}/gone/s", ["2: socket: {}/gone: files can't be made there: No such file or directory"]),
    ("[milter]\nsocket = unix:/run/no-such-folder/s", []),
    ("[classifier]\nstore = {}/open/m.db\n[notice]\ncommand = {}/file\nto = a@b.example",
     ["4: command: {}/file: can't be run: Permission denied"]),
]
AS_NOBODY = [
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/closed/m.db",
     ["4: store: {}/closed/m.db: can't be used: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/open/m.db",
     ["4: store: {}/open: files can't be made there: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/shared/m.db", []),
    ("[milter]\nuser = nobody\n[classifier]\nstore = {}/shared/roots.db",
     ["4: store: {}/shared/roots.db: can't be read and written: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n[classifier]\nlists = {}/closed",
     ["4: lists: {}/closed: can't be read: Permission denied (as user nobody)"]),
    ("[milter]\nuser = nobody\n; 0600", ["2: user: FILE: can't be read again, at a reload: Permission denied (as user nobody)"]),
    ("[milter]\nuser = no-such-user", ['2: user: there is no user "no-such-user"']),
]


def check(file):
    """What both commands tell of the configuration; they have to agree."""
    told = []
    for command, start in (([MILTER, "-n", "-c", file], ""), ([SEKISHO, "check", "--config", file], "sekisho check: ")):
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        lines = [line[len(start + file) + 1:] for line in done.stderr.splitlines() if line.startswith(start + file)]
        assert done.returncode == bool(lines), (done.returncode, done.stderr)
        told.append(lines)
    assert told[0] == told[1], told
    return told[0], done.stdout


def a_listener(family, address):
    listener = socket.socket(family)
    listener.bind(address)
    listener.listen(1)
    return listener


def check_taken(folder):
    """What another program listens on is told; what a milter that runs does is not."""
    path = os.path.join(folder, "taken")
    four, unix = a_listener(socket.AF_INET, ("127.0.0.1", 0)), a_listener(socket.AF_UNIX, path)
    file, port = os.path.join(folder, "some.ini"), four.getsockname()[1]
    for text, wanted in (
            ("[milter]\nuser =\nsocket = inet:%d@127.0.0.1\n" % port,
             ["3: socket: inet:%d@127.0.0.1: another program has this port" % port]),
            ("[milter]\nuser =\nsocket = inet:%d@192.0.2.1\n" % port,
             ["3: socket: inet:%d@192.0.2.1: is no address of this host" % port]),
            ("[milter]\nuser =\nsocket = unix:%s\n" % path, ["3: socket: %s: another program listens there" % path]),
            ("[milter]\nuser =\n[metrics]\nlisten = 127.0.0.1:%d\n" % port,
             ["4: listen: 127.0.0.1:%d: another program has this port" % port])):
        pathlib.Path(file).write_text(text)
        told, _ = check(file)
        assert told == wanted, (text, told)
    four.close()
    daemon = Daemon(MILTER, {"metrics": {"listen": "127.0.0.1:%d" % port}}).start()
    try:
        told, _ = check(daemon.configuration)
        assert told == [], told
        text = pathlib.Path(daemon.configuration).read_text()
        pathlib.Path(file).write_text(text.replace(daemon.socket.removeprefix("unix:"), path))
        told, _ = check(file)
        assert os.geteuid() != 0 or (len(told) == 1 and told[0].endswith(": another program listens there")), told
    finally:
        daemon.stop()
        unix.close()


def check_schemas(folder):
    """A store of a later program is told; one of an earlier version isn't, and stays as it is."""
    store, file = os.path.join(folder, "m.db"), os.path.join(folder, "some.ini")
    pathlib.Path(file).write_text("[milter]\nuser =\n[classifier]\nstore = %s\n" % store)
    database = sqlite3.connect(store)
    database.executescript("CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
                           "INSERT INTO meta VALUES ('program', 'sekisho'), ('schema', '8')")
    before = tree(folder)
    told, said = check(file)
    assert told == [] and "of an earlier version" in said, (told, said)
    assert tree(folder) == before
    database.executescript("UPDATE meta SET value = '1000' WHERE key = 'schema'")
    told, _ = check(file)
    assert told == ["4: store: %s: was made by a later version of Sekisho, and can't be used by this one" % store], told
    database.executescript("DROP TABLE meta; CREATE TABLE other (x)")
    told, _ = check(file)
    assert told == ["4: store: %s: is no store of Sekisho" % store], told
    database.close()


def tree(folder):
    return sorted((str(path), path.lstat().st_mtime_ns) for path in pathlib.Path(folder).rglob("*"))


def main():
    failed = 0
    for test in check_taken, check_schemas:
        with tempfile.TemporaryDirectory(prefix="sekisho-premises-") as folder:
            test(folder)
    with tempfile.TemporaryDirectory(prefix="sekisho-premises-") as folder, tempfile.TemporaryDirectory() as beside:
        os.chmod(folder, 0o755)
        os.chmod(beside, 0o755)
        for name, mode in (("open", 0o755), ("closed", 0o700), ("shared", 0o1777)):
            os.mkdir(f"{folder}/{name}")
            os.chmod(f"{folder}/{name}", mode)
        pathlib.Path(folder, "file").write_text("no database, and no program\n")
        pathlib.Path(folder, "empty").write_text("")
        pathlib.Path(folder, "shared/roots.db").touch(0o600)
        before, file = tree(folder), os.path.join(beside, "some.ini")
        for text, wanted in CASES + (AS_NOBODY if os.geteuid() == 0 else []):
            settings = text.format(*[folder] * 9)
            if "user =" not in settings:
                settings = settings.replace("[milter]\n", "[milter]\nuser =\n") if "[milter]" in settings else (
                    settings + "\n[milter]\nuser =")
                shift = text.startswith("[milter]")
            else:
                shift = False
            pathlib.Path(file).write_text(settings + "\n")
            os.chmod(file, 0o600 if "0600" in settings else 0o644)
            for command, start in (([MILTER, "-n", "-c", file], ""), ([SEKISHO, "check", "--config", file], "sekisho check: ")):
                done = subprocess.run(command, capture_output=True, text=True, timeout=600)
                told = [line for line in done.stderr.splitlines() if line.startswith(start + file)]
                expected = [start + file + ":" + (line.replace("2:", "3:", 1) if shift else line).format(*[folder] * 9)
                            .replace("FILE", file) for line in wanted]
                if told != expected or done.returncode != bool(wanted):
                    failed += 1
                    print(command, settings, told, expected, done.returncode, done.stderr, sep="\n  ")
            if tree(folder) != before:
                failed += 1
                print("something was made or changed", settings)
    return 1 if failed else 0


sys.exit(main())
