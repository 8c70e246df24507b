#!/usr/bin/env python3
"""The life of the daemon: reload, stop, deaths, idle connections, start. test-life.py PROGRAM [NAME…]

PROGRAM is the daemon with the stand-in for a classifier (stand-in.c)."""

import grp
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

import mta
from daemon import Daemon

PROGRAM = os.path.abspath(sys.argv[1])
TARGETED = ((b"Subject", b" Hello"), (b"X-Stand-In", b" targeted"))


def slow(milliseconds, class_=b"targeted"):
    return ((b"Subject", b" Hello"), (b"X-Stand-In", b" %s slow=%d" % (class_, milliseconds)))


def connect(daemon):
    connection = mta.Connection(daemon.socket)
    assert connection.introduce() == [b"c", b"c"]
    return connection


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_reload_keeps_mails_in_hand():
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "tag"}}).start()
    idle, busy = connect(daemon), connect(daemon)
    assert busy.begin(slow(3000)) is None
    busy.send(b"E")
    time.sleep(0.5)
    daemon.configure({"policy": {"targeted": "reject"}})
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("uses generation 2")
    assert idle.mail(TARGETED)[1][0] == b"y"  # the new policy, on a connection from before
    edits, answer = busy.results()
    assert answer[0] == b"c" and mta.verdict(edits) == "targeted"  # the old one, to its end
    assert idle.mail(TARGETED)[1][0] == b"y"
    wait_until(lambda: len(daemon.pids()) == 2)  # the old nursery is gone
    daemon.stop()


def test_bad_reload_changes_nothing():
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "reject"}}).start()
    connection = connect(daemon)
    daemon.configure({"policy": {"targeted": "perhaps", "bulk": "never"}})
    daemon.signal(signal.SIGHUP)
    daemon.wait_for(r"sekisho.ini:\d+: targeted: needs one of")
    daemon.wait_for(r"sekisho.ini:\d+: bulk: needs one of")
    daemon.wait_for("the configuration in use stays")
    assert connection.mail(TARGETED)[1][0] == b"y"

    model = os.path.join(daemon.folder, "model")
    with open(model, "w", encoding="utf-8") as file:
        file.write("bad: of another schema")
    daemon.configure({"policy": {"targeted": "tag"}, "classifier": {"model": model}})
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("bad: of another schema")
    daemon.wait_for("and a second problem")
    daemon.wait_for("is not used: what was in use before stays")
    assert connection.mail(TARGETED)[1][0] == b"y"

    with open(model, "w", encoding="utf-8") as file:
        file.write("2026.11\n")
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("in use: model 2026.11")
    daemon.wait_for("uses generation")
    wait_until(lambda: mta.inserted(connection.mail(TARGETED)[0]).get("X-Sekisho-Verdict", "").endswith("model=2026.11"))
    daemon.stop()


def test_many_reloads_lose_nothing():
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "tag"}, "pool": {"workers": "2"}}).start()
    failures, done = [], []

    def run(number):
        connection = connect(daemon)
        for index in range(25):
            class_ = ("clean", "bulk", "targeted")[(number + index) % 3]
            edits, answer = connection.mail(((b"Subject", b" x"), (b"X-Stand-In", b" " + class_.encode())), b"Hi\r\n" * 100)
            if answer[0] != b"c" or mta.verdict(edits) != class_:
                failures.append((class_, edits, answer))
            done.append(1)
            time.sleep(0.01)
        connection.quit()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        daemon.signal(signal.SIGHUP)
        time.sleep(0.2)
    assert not failures and len(done) == 150, (len(done), failures[:1])
    daemon.stop()


def test_stop_finishes_mails_at_their_end():
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "tag"}}).start()
    at_end, middle, idle = connect(daemon), connect(daemon), connect(daemon)
    assert at_end.begin(slow(2500)) is None
    at_end.send(b"E")
    assert middle.ask(b"M", b"<sender@partner.example>\0")[0] == b"c"
    assert middle.ask(b"R", b"<taro@kikan.example>\0")[0] == b"c"
    time.sleep(0.5)
    path = daemon.socket.split(":", 1)[1]
    daemon.signal(signal.SIGTERM)
    daemon.wait_for("stopping at SIGTERM")
    time.sleep(0.3)
    # Earlier ones are refused for now, not waved through.
    assert middle.ask(b"L", b"Subject\0 x\0")[0] == b"c"
    assert middle.ask(b"N")[0] == b"c"
    edits, answer = middle.end()
    assert not edits and answer[0] == b"y" and answer[1].startswith(b"451"), answer
    answer = idle.ask(b"M", b"<sender@partner.example>\0")
    assert answer[0] == b"y" and answer[1].startswith(b"451"), answer
    edits, answer = at_end.results()
    assert answer[0] == b"c" and mta.verdict(edits) == "targeted", answer
    started = time.monotonic()
    daemon.stop()
    assert time.monotonic() - started < 5
    assert not os.path.exists(path)


def test_deaths_are_survived():
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "tag"}, "pool": {"workers": "1"}}).start()
    connection = connect(daemon)
    assert mta.verdict(connection.mail(TARGETED)[0]) == "targeted"

    os.kill(daemon.nursery_pid(), signal.SIGKILL)
    daemon.wait_for("the nursery of workers ended by signal 9")
    daemon.wait_for("uses generation 2")
    assert mta.verdict(connection.mail(TARGETED)[0]) == "targeted"  # the connection outlived it

    os.kill(daemon.milter_pid(), signal.SIGKILL)
    daemon.wait_for("the milter process ended by signal 9")
    waiting = socket.socket(socket.AF_UNIX)
    waiting.connect(daemon.socket.split(":", 1)[1])  # in between, connections wait; they are not refused
    waiting.close()
    daemon.wait_for("uses generation 3")
    try:
        connection.mail(TARGETED)
        raise AssertionError("a dead process answered")
    except mta.Gone:
        pass
    assert mta.verdict(connect(daemon).mail(TARGETED)[0]) == "targeted"
    daemon.stop()


def test_dead_supervisor_takes_all_with_it():
    daemon = Daemon(PROGRAM, {}).start()
    children = list(daemon.pids())
    assert len(children) == 2
    daemon.process.kill()
    daemon.process.wait()

    def gone():
        for pid in children:
            try:
                with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
                    if file.read().rsplit(")", 1)[1].split()[0] != "Z":
                        return False
            except FileNotFoundError:
                pass
        return True

    wait_until(gone)
    # What it left behind does not keep the next one from starting.
    path = daemon.socket.split(":", 1)[1]
    assert stat.S_ISSOCK(os.stat(path).st_mode)
    daemon.start()
    connect(daemon).quit()
    daemon.stop()


def test_idle_connections_cost_no_thread():
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "tag"}}).start()
    before = daemon.pids()[daemon.milter_pid()]
    # More than a process may have descriptors by default, where that is allowed.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = 1500 if hard >= 4096 else 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    connections = [mta.Connection(daemon.socket) for _ in range(count)]
    for index, connection in enumerate(connections):
        if index % 3 > 0:
            connection.introduce()
        if index % 3 > 1:
            assert connection.begin(TARGETED) is None  # idle before its end
    time.sleep(1.5)
    threads = daemon.pids()[daemon.milter_pid()]
    print("threads: %d without connections, %d with %d idle ones" % (before, threads, count))
    assert threads <= 16, threads
    for index, connection in enumerate(connections):
        if index % 3 == 0:
            connection.introduce()
        edits, answer = connection.end() if index % 3 > 1 else connection.mail(TARGETED)
        assert answer[0] == b"c" and mta.verdict(edits) == "targeted"
    for connection in connections:
        connection.quit()
    daemon.stop()


def test_crowd():
    """Many at once, with some that kill their worker: each gets its own answer."""
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "tag", "bulk": "tag"}, "pool": {"workers": "2"}}).start()
    wrong = []

    def run(number):
        connection = connect(daemon)
        for index in range(12):
            kind = (number * 5 + index) % 5
            order = (b"clean", b"bulk", b"targeted", b"crash", b"targeted slow=100")[kind]
            want = ("clean", "bulk", "targeted", None, "targeted")[kind]
            edits, answer = connection.mail(((b"Subject", b" %d" % number), (b"X-Stand-In", b" " + order)), b"x" * 70000)
            original = mta.inserted(edits).get("X-Sekisho-Original-Subject")
            if answer[0] != b"c" or mta.verdict(edits) != want or original not in (None, str(number)):
                wrong.append((number, order, edits, answer))
        connection.quit()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    daemon.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_forged_fields():
    """A mail with some fields in our name loses them; one with thousands, whose removal an MTA takes hours for, is refused."""
    def removed(edits):
        return sum(edit[0] == b"m" and edit[1].lower()[4:14] == b"x-sekisho-" for edit in edits)

    daemon = Daemon(PROGRAM, {}).start()
    connection = connect(daemon)
    for count, want in ((100, b"c"), (101, b"y"), (20000, b"y"), (3, b"c")):
        edits, answer = connection.mail(((b"X-Sekisho-Verdict", b" clean"),) * count + ((b"Subject", b" x"),), b"x")
        assert answer[0] == want and removed(edits) == (count if want == b"c" else 0), (count, answer)
        assert want == b"c" or answer[1].startswith(b"550"), answer
    daemon.wait_for("action=reject intended=accept forged=20000")
    daemon.configure({"policy": {"observe": "yes"}})
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("uses generation 2")
    edits, answer = connection.mail(((b"X-Sekisho-Verdict", b" clean"),) * 1000, b"x")
    assert answer[0] == b"c" and removed(edits) == 100 and mta.verdict(edits) == "clean", answer
    daemon.stop()


def test_an_mta_that_offers_little():
    """Neither hold nor another body (version 2): the rest is done, and the log tells what was not, of which mail."""
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "quarantine"}, "banner": {"body": "yes"}}).start()
    offered, mta.ACTIONS = mta.ACTIONS, 0x11
    try:
        connection = connect(daemon)
    finally:
        mta.ACTIONS = offered
    connection.macro(b"M", i="4Fabcdef01")
    edits, answer = connection.mail(TARGETED, b"x\r\n")
    assert answer[0] == b"c" and mta.verdict(edits) == "targeted" and not {b"q", b"b"} & {edit[0] for edit in edits}, edits
    daemon.wait_for("mail 4Fabcdef01 is not put on hold: the MTA lets")
    daemon.wait_for("mail 4Fabcdef01 is not given another body: the MTA lets")
    daemon.stop()


def test_sockets():
    for address in ("inet:%d@127.0.0.1" % free_port(), "inet6:%d@[::1]" % free_port()):
        if address.startswith("inet6") and not os.path.exists("/proc/net/if_inet6"):
            continue
        daemon = Daemon(PROGRAM, {}, socket=address).start()
        connect(daemon).quit()
        daemon.stop()

    pid_file = tempfile.mktemp()
    daemon = Daemon(PROGRAM, {"milter": {"umask": "0177", "pid_file": pid_file}}).start()
    path = daemon.socket.split(":", 1)[1]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(pid_file, encoding="utf-8") as file:
        assert int(file.read()) == daemon.process.pid
    # A second one does not take the socket away from the first.
    second = subprocess.run([PROGRAM, "-f", "-c", daemon.configuration], capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1 and "another program listens here already" in second.stderr, second.stderr
    connect(daemon).quit()
    daemon.stop()
    assert not os.path.exists(pid_file)

    daemon = Daemon(PROGRAM, {})
    with open(daemon.socket.split(":", 1)[1], "w", encoding="utf-8"):
        pass  # a plain file in the socket's place is not removed
    failed = subprocess.run([PROGRAM, "-f", "-c", daemon.configuration], capture_output=True, text=True, timeout=30, check=False)
    assert failed.returncode == 1 and "File exists" in failed.stderr, failed.stderr


def test_new_places_wait_for_the_next_start():
    """A reload that names the socket and pid file of another one takes neither; both are left where they are."""
    other = Daemon(PROGRAM, {}).start()
    theirs, ours = os.path.join(other.folder, "pid"), os.path.join(other.folder, "our-pid")
    with open(theirs, "w", encoding="utf-8") as file:
        file.write("1\n")
    daemon = Daemon(PROGRAM, {"milter": {"pid_file": ours}}).start()
    path = daemon.socket.split(":", 1)[1]
    daemon.configure({"milter": {"socket": other.socket, "pid_file": theirs}})
    for generation in (2, 3):
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("generation %d in use: model stand-in, socket unix:%s" % (generation, path))
        for what in ("socket address", "pid_file"):
            daemon.wait_for("another %s takes effect at the next start" % what, count=generation - 1)
    connect(daemon).quit()
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.process.wait(60) == 0
    assert not os.path.exists(path) and not os.path.exists(ours)
    assert os.path.exists(theirs)
    connect(other).quit()
    daemon.stop()
    other.stop()


def test_nobody_reads_the_log():
    """Standard error was a pipe whose reader has died: reloads and mail go on."""
    daemon = Daemon(PROGRAM, {"policy": {"targeted": "reject"}})
    reader, writer = os.pipe()
    process = subprocess.Popen([PROGRAM, "-f", "-c", daemon.configuration], stderr=writer, stdin=subprocess.DEVNULL,
                               start_new_session=True)
    os.close(writer)
    path = daemon.socket.split(":", 1)[1]
    wait_until(lambda: b"in use" in os.read(reader, 65536))
    os.close(reader)
    assert connect(daemon).mail(TARGETED)[1][0] == b"y"
    daemon.configure({"policy": {"targeted": "tag"}})
    process.send_signal(signal.SIGHUP)
    wait_until(lambda: process.poll() is not None or connect(daemon).mail(TARGETED)[1][0] == b"c")
    assert process.poll() is None, process.poll()
    process.terminate()
    assert process.wait(60) == 0
    assert not os.path.exists(path)


def test_background_and_failing_starts():
    pid_file = tempfile.mktemp()
    daemon = Daemon(PROGRAM, {"milter": {"pid_file": pid_file}})
    run = [PROGRAM, "-c", daemon.configuration]
    started = subprocess.run(run, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                             timeout=60, check=False)
    assert started.returncode == 0, started.stderr
    connect(daemon).quit()  # it is ready when the command comes back
    with open(pid_file, encoding="utf-8") as file:
        pid = int(file.read())
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not os.path.exists(pid_file))

    daemon.configure({"classifier": {"model": "/nonexistent"}})
    failed = subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert failed.returncode == 1 and "can't be read" in failed.stderr and "second problem" in failed.stderr, failed.stderr
    checked = subprocess.run(run + ["-n"], capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 1 and "second problem" in checked.stderr, checked.stderr

    daemon.configure({"policy": {"clean": "x"}, "pool": {"workers": "x"}})
    checked = subprocess.run(run + ["-n"], capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 1 and "clean: " in checked.stderr and "workers: " in checked.stderr, checked.stderr

    if os.geteuid() == 0:
        daemon.configure({"milter": {"user": "no-such-user", "group": "no-such-group"}})
        checked = subprocess.run(run + ["-n"], capture_output=True, text=True, timeout=60, check=False)
        assert "no user" in checked.stderr and "no group" in checked.stderr, checked.stderr


def test_privileges_are_dropped():
    if os.geteuid() != 0:
        print("not root: nothing to drop")
        return
    group = grp.getgrnam("mail").gr_gid
    daemon = Daemon(PROGRAM, {"milter": {"user": "nobody", "group": "mail", "umask": "0117"}})
    os.chmod(daemon.folder, 0o777)
    os.chmod(daemon.configuration, 0o644)
    daemon.start()
    for pid in [daemon.process.pid] + list(daemon.pids()):
        with open("/proc/%d/status" % pid, encoding="utf-8") as file:
            status = dict(line.split(":", 1) for line in file.read().splitlines() if ":" in line)
        assert set(status["Uid"].split()) == {"65534"}, status["Uid"]
        assert set(status["Gid"].split()) == {str(group)}, status["Gid"]
        assert "0" not in status["Groups"].split(), status["Groups"]
        assert status["NoNewPrivs"].strip() == "1"
    owner = os.stat(daemon.socket.split(":", 1)[1])
    assert owner.st_uid == 65534 and owner.st_gid == group and stat.S_IMODE(owner.st_mode) == 0o660
    connect(daemon).quit()
    daemon.signal(signal.SIGHUP)  # the file can still be read
    daemon.wait_for("uses generation 2")
    daemon.stop()


def main():
    times, wanted = 1, sys.argv[2:]
    if wanted[:1] == ["--times"]:
        times, wanted = int(wanted[1]), wanted[2:]
    for _ in range(times):
        for name, test in list(globals().items()):
            if name.startswith("test_") and (not wanted or name in wanted):
                print(name, flush=True)
                test()


if __name__ == "__main__":
    main()
