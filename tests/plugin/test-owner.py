#!/usr/bin/env python3
"""What the daemon's processes may do and who may reach them: users, rights, sockets, files. test-owner.py PROGRAM

As root the daemon becomes another user; else that part is left out."""

import grp
import os
import pwd
import re
import stat
import sys
import tempfile

import mta
from daemon import Daemon

PROGRAM = os.path.abspath(sys.argv[1])
SANITIZED = os.environ.get("SKS_SANITIZED") == "yes"
ROOT = os.geteuid() == 0
USER = "nobody" if ROOT else pwd.getpwuid(os.geteuid()).pw_name


def status_of(pid):
    with open("/proc/%d/status" % pid, encoding="utf-8") as file:
        return dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)


def family(pid):
    """The process and all below it."""
    found = [pid]
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(status_of(int(entry))["PPid"]) == pid:
                found += family(int(entry))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def sockets_of(pids):
    inodes = set()
    for pid in pids:
        for descriptor in os.listdir("/proc/%d/fd" % pid):
            match = re.match(r"socket:\[(\d+)\]$", os.readlink("/proc/%d/fd/%s" % (pid, descriptor)))
            if match:
                inodes.add(match.group(1))
    return inodes


def named_sockets(pids):
    """Names of all Unix sockets of these processes, abstract ones (@…) too."""
    inodes, names = sockets_of(pids), set()
    with open("/proc/net/unix", encoding="utf-8") as file:
        for line in file.read().splitlines()[1:]:
            fields = line.split(None, 7)
            if fields[6] in inodes and len(fields) > 7:
                names.add(fields[7])
    return names


def listening_ports(pids):
    inodes, ports = sockets_of(pids), set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open("/proc/net/" + table, encoding="ascii") as file:
            for line in file.read().splitlines()[1:]:
                fields = line.split()
                if fields[9] in inodes and (fields[3] == "0A" or table.startswith("udp")):
                    ports.add(fields[1])
    return ports


def check_process(pid, workers):
    status = status_of(pid)
    uid, gid = pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid
    assert set(status["Uid"].split()) == {str(uid)}, status["Uid"]
    assert status["NoNewPrivs"] == "1"
    if ROOT:
        assert set(status["Gid"].split()) == {str(gid)}, status["Gid"]
        assert set(status["Groups"].split()) <= {str(gid)} | {str(g.gr_gid) for g in grp.getgrall() if USER in g.gr_mem}
        assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
        if not SANITIZED:  # its memory is nobody's to read: the kernel gives /proc/PID to root
            assert os.stat("/proc/%d/mem" % pid).st_uid == 0
    if pid in workers and not SANITIZED:
        assert status["Seccomp"] == "2", "a worker without a filter"


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        state = os.path.join(folder, "state")
        run = os.path.join(folder, "run")
        for path in (state, run):
            os.mkdir(path, 0o750)
            if ROOT:
                os.chown(path, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
        store = os.path.join(state, "memory.sqlite")
        socket = os.path.join(run, "milter.sock")
        daemon = Daemon(PROGRAM, {"milter": {"user": USER if ROOT else "", "pid_file": os.path.join(run, "pid")},
                                  "classifier": {"store": store}, "metrics": {"listen": "127.0.0.1:29478"}},
                        "unix:" + socket)
        os.chmod(daemon.folder, 0o755)
        daemon.start()
        connection = mta.Connection(daemon.socket)
        connection.introduce()
        for number in range(3):
            connection.mail(((b"From", b" Hana <hana@partner.example>"), (b"Message-ID", b" <%d@x>" % number)), b"Hello\r\n")

        pids = family(daemon.process.pid)
        assert len(pids) >= 5, pids  # supervisor, milter, nursery, metrics, a worker
        workers = set().union(*(family(pid)[1:] for pid in daemon.pids()))
        assert workers
        for pid in pids:
            check_process(pid, workers)
        assert named_sockets(pids) == {socket}, named_sockets(pids)
        assert listening_ports(pids) == {"0100007F:%04X" % 29478}, listening_ports(pids)

        assert mode(socket) == 0o660
        owner = pwd.getpwnam(USER).pw_uid
        for name in os.listdir(state):
            path = os.path.join(state, name)
            assert mode(path) == 0o600 and os.stat(path).st_uid == owner, (name, oct(mode(path)))
        assert {"memory.sqlite", "memory.sqlite-wal", "memory.sqlite-shm"} <= set(os.listdir(state))
        for pid in workers:
            links = {os.readlink("/proc/%d/fd/%s" % (pid, fd)) for fd in os.listdir("/proc/%d/fd" % pid)}
            files = {link for link in links if link.startswith("/") and not link.startswith(("/dev/null", "/memfd:"))}
            assert all(link.startswith(state + "/") for link in files), files
        connection.quit()
        daemon.stop()
        assert not os.path.exists(socket)


if __name__ == "__main__":
    main()
