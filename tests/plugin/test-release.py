#!/usr/bin/env python3
"""sekisho-release with a program in postsuper's place: test-release.py PROGRAM"""

import atexit
import getpass
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])


def ask(path, line):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(30)
        client.connect(path)
        client.sendall(line)
        return client.recv(100)


def start(folder, path, **keywords):
    process = subprocess.Popen([PROGRAM, "-s", path, "-u", getpass.getuser(), "-p", os.path.join(folder, "postsuper"), "-c", folder],
                               stdin=subprocess.DEVNULL, **keywords)
    atexit.register(process.kill)
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            ask(path, b"\n")
            return process
        except OSError:
            time.sleep(0.02)
    raise AssertionError("it does not listen")


def test_requests(folder, path):
    """One ID is let go with the words of postsuper(1); whatever else is asked starts nothing."""
    process = start(folder, path, stderr=subprocess.DEVNULL)
    assert ask(path, b"release 4Fabcdef01\n") == b"done\n"
    assert ask(path, b"release FAILS00001\n") == b"failed\n"
    for line in (b"release ALL\n", b"release 4Fabcdef01 -d ALL\n", b"release -dALL00000\n", b"delete 4Fabcdef01\n",
                 b"release ../../etc01\n", b"release 4Fabcdef01\nrelease 4Fabcdef02\n", b"release 4Fabc\0def01\n"):
        assert ask(path, line) in (b"refused\n", b""), line
    with open(os.path.join(folder, "asked"), encoding="ascii") as file:
        assert file.read() == "-c %s -H 4Fabcdef01\n-c %s -H FAILS00001\n" % (folder, folder)
    process.terminate()
    assert process.wait(30) == 0 and not os.path.exists(path)


def test_nobody_reads_the_log(folder, path):
    """Standard error was a pipe whose reader has died: mail is let go all the same, and postsuper dies of SIGPIPE as ever."""
    reader, writer = os.pipe()
    process = start(folder, path, stderr=writer)
    os.close(writer)
    os.close(reader)
    for number in range(3):
        assert ask(path, b"release 4Fabcdef0%d\n" % number) == b"done\n", process.poll()
    with open(os.path.join(folder, "ignored"), encoding="ascii") as file:
        assert not int(file.read().split()[1], 16) & 1 << (signal.SIGPIPE - 1)
    process.terminate()
    assert process.wait(30) == 0 and not os.path.exists(path)


def test_two(folder, path):
    """A second one leaves the first its socket; what a dead one left behind is taken."""
    first = start(folder, path, stderr=subprocess.DEVNULL)
    second = subprocess.run([PROGRAM, "-s", path, "-u", getpass.getuser(), "-p", os.path.join(folder, "postsuper"), "-c", folder],
                            capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1 and "another program listens here already" in second.stderr, second
    assert ask(path, b"release 4Fabcdef01\n") == b"done\n"
    first.kill()
    first.wait(30)
    assert os.path.exists(path)
    third = start(folder, path, stderr=subprocess.DEVNULL)
    assert ask(path, b"release 4Fabcdef02\n") == b"done\n"
    third.terminate()
    assert third.wait(30) == 0


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name, flush=True)
            with tempfile.TemporaryDirectory(prefix="sekisho-") as folder:
                postsuper = os.path.join(folder, "postsuper")
                with open(postsuper, "w", encoding="ascii") as file:
                    file.write("#!/bin/sh\necho \"$@\" >> %s/asked\ngrep SigIgn: /proc/$$/status > %s/ignored\n"
                               "case \"$4\" in FAILS*) exit 1;; esac\n" % (folder, folder))
                os.chmod(postsuper, 0o755)
                test(folder, os.path.join(folder, "socket"))


if __name__ == "__main__":
    main()
