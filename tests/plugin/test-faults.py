#!/usr/bin/env python3
"""What becomes of a mail when something fails: test-faults.py MILTER STAND-IN SEKISHO [TEST…]

Each test breaks one thing under a running milter (the real one, but for deaths of workers), sends mail through it, and
looks at what the MTA was told and at the log. Mounting a full or read-only file system needs root; without it these
parts say so and the rest still counts.
"""

import contextlib
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

import mta
from daemon import Daemon

MILTER, STAND_IN, SEKISHO = sys.argv[1:4]
BODY = "先日はお打ち合わせをありがとうございました。資料は来週お送りします。\r\n".encode()
SERIAL = iter(range(1, 1000000))


def fields(sender=b"suzuki@partner.example"):
    return ((b"Message-ID", b" <fault.%d@partner.example>" % next(SERIAL)), (b"From", b" " + sender),
            (b"To", b" taro@kikan.example"), (b"Subject", b" =?UTF-8?B?6LOH5paZ?="),
            (b"Content-Type", b" text/plain; charset=utf-8"), (b"Content-Transfer-Encoding", b" 8bit"))


def connect(daemon):
    connection = mta.Connection(daemon.socket)
    connection.introduce()
    return connection


def is_judged(daemon, connection=None):
    """Sends a mail; whether it went on with a verdict, and not merely went on."""
    connection = connection or connect(daemon)
    edits, answer = connection.mail(fields(), BODY)
    assert answer[0] == b"c", answer
    return mta.verdict(edits) is not None


def with_store(path, **policy):
    return Daemon(MILTER, {"classifier": {"own_domains": "kikan.example", "store": path}, "policy": policy})


def verdicts(path):
    """How many verdicts the store has logged, by the command line."""
    done = subprocess.run([SEKISHO, "log", "--json", "--store", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return len(done.stdout.splitlines())


def waiting(path):
    """How many mails wait for their other half."""
    store = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    count, = store.execute("SELECT count(*) FROM waiting").fetchone()
    store.close()
    return count


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="sekisho-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def small_disk(megabytes):
    """A file system of that size, or None where it can't be mounted."""
    with folder() as path:
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=%dm" % megabytes, "sekisho-test", path], capture_output=True,
            check=False).returncode == 0
        try:
            yield path if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", "-l", path], check=False)


def test_store_locked():
    """Another program holds the store: mail is judged without it, within its time, and with it again afterwards."""
    with folder() as path:
        store = os.path.join(path, "memory.sqlite")
        daemon = with_store(store).start()
        assert is_judged(daemon)
        lock = sqlite3.connect(store, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        assert is_judged(daemon)
        daemon.wait_for("memory_failure=")
        lock.execute("ROLLBACK")
        lock.close()
        before = verdicts(store)
        assert is_judged(daemon)
        assert verdicts(store) == before + 1
        daemon.stop()


def test_store_slow():
    """The store is busy most of the time: mail is neither lost nor held up by it for longer than its ceiling."""
    with folder() as path:
        store = os.path.join(path, "memory.sqlite")
        daemon = with_store(store).start()
        assert is_judged(daemon)
        over = threading.Event()

        def occupy():
            lock = sqlite3.connect(store, isolation_level=None, timeout=5)
            while not over.is_set():
                lock.execute("BEGIN IMMEDIATE")
                time.sleep(0.4)
                lock.execute("COMMIT")
            lock.close()

        thread = threading.Thread(target=occupy)
        thread.start()
        connection = connect(daemon)
        for _ in range(8):
            assert is_judged(daemon, connection)
        over.set()
        thread.join()
        daemon.stop()


def test_store_corrupt():
    """A store that is no database, or becomes one under way: mail is judged without it, the log says why."""
    with folder() as path:
        store = os.path.join(path, "memory.sqlite")
        with open(store, "wb") as file:
            file.write(b"not a database" * 1000)
        os.chmod(store, 0o600)
        daemon = with_store(store).start()
        assert is_judged(daemon)
        daemon.wait_for("memory_failure=|store|memory")
        daemon.stop()
        with open(store, "rb") as file:
            assert file.read() == b"not a database" * 1000, "somebody's file was changed"
        os.unlink(store)

        daemon = with_store(store).start()
        assert is_judged(daemon)
        size = os.path.getsize(store)
        with open(store, "r+b") as file:
            file.seek(100)
            file.write(os.urandom(max(size - 100, 4096)))
        for _ in range(3):
            assert is_judged(daemon)
        daemon.stop()
        checked = subprocess.run([SEKISHO, "log", "--store", store], capture_output=True, text=True, check=False)
        assert checked.returncode in (0, 1)


def test_store_moved_away():
    """The store is moved away, or another put in its place, under a running milter: mail is judged, the log tells, and a
    reload goes on with what is there."""
    with folder() as path:
        store = os.path.join(path, "memory.sqlite")
        daemon = with_store(store).start()
        assert is_judged(daemon)
        time.sleep(1.5)
        assert not [line for line in daemon.lines if "has the store open" in line], daemon.lines
        for ending in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.rename(store + ending, store + ".old" + ending)
        daemon.wait_for(r"memory\.sqlite: is gone: who has the store open goes on with that")
        assert is_judged(daemon)
        shutil.copy(store + ".old", store)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("uses generation 2")
        assert is_judged(daemon)
        other = os.path.join(path, "other")
        for _ in range(20):  # until the new caretaker has one open
            shutil.copy(store, other)
            os.rename(other, store)
            time.sleep(1.5)
            if any("memory.sqlite: is another file now: who has" in line for line in daemon.lines):
                break
        else:
            raise AssertionError(daemon.lines)
        assert is_judged(daemon)
        daemon.stop()


def test_disk_full():
    """No room for what a mail teaches: mail is judged all the same; with room again, the store goes on and is sound."""
    with small_disk(16) as path:
        if path is None:
            print("test_disk_full: needs root and mount: left out")
            return
        store = os.path.join(path, "memory.sqlite")
        daemon = with_store(store).start()
        assert is_judged(daemon)
        filler = os.path.join(path, "filler")
        with open(filler, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * 4096)
        connection = connect(daemon)
        for _ in range(20):
            assert is_judged(daemon, connection)
        daemon.wait_for("memory_failure=")
        os.unlink(filler)
        before = verdicts(store)
        for _ in range(3):
            assert is_judged(daemon, connection)
        assert verdicts(store) > before
        daemon.stop()
        base = sqlite3.connect(store)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        base.close()


def test_store_read_only():
    """A file system that became read-only: judged without learning, and said."""
    with small_disk(8) as path:
        if path is None:
            print("test_store_read_only: needs root and mount: left out")
            return
        store = os.path.join(path, "memory.sqlite")
        daemon = with_store(store).start()
        assert is_judged(daemon)
        daemon.stop()
        subprocess.run(["mount", "-o", "remount,ro", path], check=True)
        daemon = with_store(store).start()
        assert is_judged(daemon)
        daemon.wait_for("memory_failure=")
        daemon.stop()
        subprocess.run(["mount", "-o", "remount,rw", path], check=True)


def refuses_to_start(settings, pattern):
    daemon = Daemon(MILTER, settings)
    daemon.start(wait=False)
    status = daemon.process.wait(60)
    daemon.reader.join(10)
    log = "\n".join(daemon.lines)
    daemon.clean_up()
    assert status != 0 and re.search(pattern, log), (status, log)


def built_in_package(path):
    """The package that is built in, from the source tree."""
    shutil.copy(os.path.join(os.environ["SKS_SOURCE_ROOT"], "models", "sekisho.model"), path)


def other_schema(source, target):
    """The same package, made for other features."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                data = data.replace(b'"attachment.encrypted"', b'"attachment.of-another-time"')
            new.writestr(name, data)


def test_model_missing_or_damaged():
    """The daemon does not start with a package that it can't trust, and says what is wrong with it."""
    with folder() as path:
        model = os.path.join(path, "a.model")
        refuses_to_start({"classifier": {"model": model}}, r"a\.model")
        built_in_package(model)
        with open(model, "r+b") as file:
            file.truncate(os.path.getsize(model) // 2)
        refuses_to_start({"classifier": {"model": model}}, r"a\.model")
        built_in_package(model)
        other = os.path.join(path, "b.model")
        other_schema(model, other)
        refuses_to_start({"classifier": {"model": other}}, r"b\.model")


def test_model_swapped_under_way():
    """Damaged, swapped or removed while in use: nothing happens before a reload, and a reload keeps the old one."""
    with folder() as path:
        model = os.path.join(path, "a.model")
        built_in_package(model)
        daemon = Daemon(MILTER, {"classifier": {"model": model}}).start()
        connection = connect(daemon)
        assert is_judged(daemon, connection)
        with open(model, "r+b") as file:
            file.truncate(1000)
        assert is_judged(daemon, connection)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for(r"(stays|keep|remain|old)")
        assert is_judged(daemon, connection)
        os.unlink(model)
        os.kill(daemon.nursery_pid(), 0)
        assert is_judged(daemon, connection)
        replacement = os.path.join(path, "new")
        built_in_package(replacement)
        os.rename(replacement, model)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("uses generation [2-9]|generation [2-9] in use")
        assert is_judged(daemon, connection)
        daemon.stop()


def test_bad_list():
    """A list with bad lines: file, line and reason, all at once; on reload the old lists stay."""
    with folder() as path:
        bad = os.path.join(path, "webmail.txt")
        settings = {"classifier": {"lists": path}}
        with open(bad, "w", encoding="utf-8") as file:
            file.write("# Source: this test\nmail.example\nnot a domain!\n")
        refuses_to_start(settings, r"webmail\.txt:3")
        with open(bad, "w", encoding="utf-8") as file:
            file.write("# Source: this test\nmail.example\n")
        daemon = Daemon(MILTER, settings).start()
        assert is_judged(daemon)
        with open(bad, "a", encoding="utf-8") as file:
            file.write("\x01\x02 !\n")
        daemon.signal(signal.SIGHUP)
        daemon.wait_for(r"webmail\.txt:3")
        assert is_judged(daemon)
        daemon.stop()


def test_out_of_descriptors():
    """The milter process has no descriptor left: connections wait or fail, mails go on; with some again, all is well."""
    daemon = Daemon(MILTER, {}).start()
    connection = connect(daemon)
    assert is_judged(daemon, connection)
    pid = daemon.milter_pid()
    used = max(int(name) for name in os.listdir("/proc/%d/fd" % pid)) + 1
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limits[1]))
    edits, answer = connection.mail(fields(), BODY)
    assert answer[0] == b"c" and mta.verdict(edits) is None, (edits, answer)  # the failure action: unchanged
    daemon.wait_for("failure=")
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    assert is_judged(daemon, connection)
    assert is_judged(daemon)
    daemon.stop()


def test_crashing_workers():
    """Ten workers a minute die, of all causes: their mails get the failure action, all others are served."""
    daemon = Daemon(STAND_IN, {"pool": {"workers": "2", "deadline": "3", "memory": "256M"}, "policy": {"targeted": "tag"}}).start()
    orders = (b"crash", b"memory", b"clean slow=6000")
    causes = {b"crash": "crashed", b"memory": "memory", b"clean slow=6000": "deadline"}

    def hurt():
        connection = connect(daemon)
        for number in range(12):
            edits, answer = connection.mail(((b"X-Stand-In", b" " + orders[number % 3]),), b"x")
            assert answer[0] == b"c" and mta.verdict(edits) is None, (edits, answer)

    thread = threading.Thread(target=hurt)
    thread.start()
    connection, served = connect(daemon), 0
    while thread.is_alive():
        edits, answer = connection.mail(((b"X-Stand-In", b" targeted"),), b"x")
        assert answer[0] == b"c" and mta.verdict(edits) == "targeted", (edits, answer)
        served += 1
        time.sleep(0.02)
    thread.join()
    assert served >= 12, served
    until = time.monotonic() + 20
    failures = []
    while len(failures) < 12 and time.monotonic() < until:  # the log may come a moment after the answer
        time.sleep(0.1)
        failures = [line for line in daemon.lines if "failure=" in line]
    if "asan" in subprocess.run(["ldd", STAND_IN], capture_output=True, text=True, check=False).stdout:
        del causes[b"memory"]  # no ceiling of memory under sanitizers: the deadline comes first
    for order, words in causes.items():
        assert any(words in line for line in failures), (order, failures)
    assert len(failures) == 12, failures
    daemon.stop()


def test_mta_goes_away():
    """At every stage of the protocol: nothing is left behind, and the next mail is judged."""
    daemon = Daemon(MILTER, {"pool": {"workers": "1"}}).start()  # a second one would need descriptors, too
    assert is_judged(daemon)
    pid = daemon.milter_pid()
    time.sleep(0.5)
    before = len(os.listdir("/proc/%d/fd" % pid))
    steps = [(b"C", b"mail.partner.example\0004\0\x19203.0.113.5\0"), (b"H", b"mail.partner.example\0"),
             (b"M", b"<sender@partner.example>\0"), (b"R", b"<taro@kikan.example>\0"), (b"L", b"Subject\0 x\0"), (b"N", b""),
             (b"B", b"x" * 60000), (b"E", b"")]
    for last in range(len(steps) + 1):
        for cut in (False, True):
            connection = mta.Connection(daemon.socket)
            for command, data in steps[:last]:
                connection.send(command, data)
            if cut:  # in the midst of a packet
                connection.socket.sendall(b"\0\0\1\0L")
            connection.socket.close()
    assert is_judged(daemon)
    end = time.monotonic() + 20
    while len(os.listdir("/proc/%d/fd" % pid)) > before and time.monotonic() < end:
        time.sleep(0.1)
    assert len(os.listdir("/proc/%d/fd" % pid)) <= before, os.listdir("/proc/%d/fd" % pid)
    daemon.stop()


def test_clock_jumps():
    """The host's clock goes back a year, forward ten, and forward a month before a reload: deadlines rest on another clock,
    mail is judged, and what waits for its other half still does when the clock is right again."""
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
    linked = subprocess.run(["ldd", MILTER], capture_output=True, text=True, check=False).stdout
    if not os.path.exists(library) or "asan" in linked:
        print("test_clock_jumps: needs libfaketime and a build without sanitizers: left out")
        return
    with folder() as path:
        clock = os.path.join(path, "clock")
        with open(clock, "w", encoding="utf-8") as file:
            file.write("+0")
        store = os.path.join(path, "memory.sqlite")
        os.environ.update(LD_PRELOAD=library, FAKETIME_TIMESTAMP_FILE=clock, FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
        try:
            daemon = with_store(store).start()
        finally:
            for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"):
                del os.environ[name]
        connection = connect(daemon)
        connection.mail(fields(), "先ほどお送りした添付ファイルのパスワードは Kx82bQ71 です。\r\n".encode())
        waited = waiting(store)
        assert waited == 1, waited
        for offset in ("+0", "-365d", "+0", "+3650d", "+0"):
            with open(clock, "w", encoding="utf-8") as file:
                file.write(offset)
            for _ in range(3):
                assert is_judged(daemon, connection), offset
            if offset == "+3650d":
                daemon.wait_for("the clock has leapt")
        time.sleep(3)  # the caretaker looks each second
        # Forward by ten years again: what a caretaker knows, the next one reads, and mails don't move the memory's clock.
        with open(clock, "w", encoding="utf-8") as file:
            file.write("+3650d")
        daemon.wait_for("the clock has leapt by 315", count=2)
        for _ in range(5):
            assert is_judged(daemon, connection)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("generation 2 in use")
        time.sleep(3)
        assert waiting(store) == waited, waiting(store)
        database = sqlite3.connect("file:%s?mode=ro" % store, uri=True)
        ahead = database.execute("SELECT value FROM counter WHERE name = 'clock'").fetchone()[0] - time.time()
        database.close()
        assert 0 < ahead <= 86400 + 60, ahead
        with open(clock, "w", encoding="utf-8") as file:
            file.write("+0")
        years = {int(line[:4]) - time.gmtime().tm_year for line in daemon.lines if " mail queue_id=" in line}
        assert min(years) < 0 and max(years) > 8, years  # the jumps did reach it
        assert not [line for line in daemon.lines if "deadline" in line], daemon.lines
        daemon.stop()


def main():
    named = sys.argv[4:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not named or name in named):
            started = time.monotonic()
            test()
            print("%s: fine, %.1f s" % (name, time.monotonic() - started), flush=True)


if __name__ == "__main__":
    main()
