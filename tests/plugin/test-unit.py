#!/usr/bin/env python3
"""The unit: systemd understands it, finds it well confined, and the daemon works under its filter of system calls, which
is set up here as systemd would. test-unit.py PROGRAM UNIT. Exit 77: skipped."""

import ctypes
import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import mta
from daemon import Daemon

PROGRAM, UNIT = (os.path.abspath(path) for path in sys.argv[1:])
EXPOSURE_MOST = 1.6  # of 10; systemd calls up to 2 "OK"


def check_with_systemd(folder, text):
    unit = os.path.join(folder, "sekisho-milter.service")
    with open(unit, "w", encoding="utf-8") as file:
        file.write(re.sub(r"^Documentation=.*\n", "", re.sub(r"/\S*/sekisho-milter\b", PROGRAM, text), flags=re.M))
    result = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    told = [line for line in result.stderr.splitlines() if "sekisho" in line]
    assert not told, told
    result = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", unit], capture_output=True,
                            text=True, check=False)
    exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", result.stdout).group(1))
    print("exposure %.1f" % exposure)
    assert exposure <= EXPOSURE_MOST, exposure


def expand(names):
    """Groups of system calls, as systemd has them, and calls in them."""
    calls = set()
    for name in names:
        if not name.startswith("@"):
            calls.add(name)
            continue
        shown = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
        members = [line.strip() for line in shown.splitlines()[1:]]
        calls |= expand([member for member in members if member and not member.startswith("#")])
    return calls


def allowed_calls(text):
    calls = expand(["@default"])
    for value in re.findall(r"^SystemCallFilter=(.*)$", text, re.M):
        if value.startswith("~"):
            calls -= expand(value[1:].split())
        else:
            calls |= expand(value.split())
    return calls


def confine(library, calls):
    """Runs in the child: everything else fails with EPERM."""
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(0x00050000 | errno.EPERM))
    for call in sorted(calls):
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0 and library.seccomp_rule_add(context, 0x7FFF0000, number, 0) != 0:
            os._exit(3)
    if library.seccomp_load(context) != 0:
        os._exit(4)


class Confined(Daemon):
    def __init__(self, calls, settings):
        super().__init__(PROGRAM, settings)
        self.library = ctypes.CDLL("libseccomp.so.2")
        self.calls = calls

    def start(self, wait=True):
        popen = subprocess.Popen
        subprocess.Popen = lambda *arguments, **keywords: popen(
            *arguments, preexec_fn=lambda: confine(self.library, self.calls), **keywords)
        try:
            return super().start(wait)
        finally:
            subprocess.Popen = popen


def use(calls, folder):
    store = os.path.join(folder, "memory.sqlite")
    daemon = Confined(calls, {"classifier": {"store": store}, "metrics": {"listen": "127.0.0.1:%d" % (20000 + os.getpid() % 20000)}})
    daemon.start()
    for generation in (1, 2):
        connection = mta.Connection(daemon.socket)
        connection.introduce()
        headers = ((b"From", b" Hana <hana@partner.example>"), (b"Subject", b" Hello"), (b"Message-ID", b" <%d@x>" % generation))
        edits, answer = connection.mail(headers, b"Good morning.\r\n")
        assert answer[0] == b"c" and mta.verdict(edits) in ("clean", "bulk", "targeted"), (edits, answer)
        connection.quit()
        if generation == 1:
            daemon.signal(signal.SIGHUP)
            daemon.wait_for("uses generation 2")
    log = daemon.stop()
    bad = [line for line in log.split("\n") if re.search(r" (?:error|warning): |memory_failure|failure=", line)]
    assert not bad, bad


def main():
    if shutil.which("systemd-analyze") is None:
        print("systemd-analyze is not installed (Debian package systemd)")
        return 77
    with open(UNIT, encoding="utf-8") as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as folder:
        check_with_systemd(folder, text)
        if os.environ.get("SKS_SANITIZED") != "yes":  # sanitizers call what no daemon does
            calls = allowed_calls(text)
            assert {"read", "openat", "sendmsg", "seccomp", "prlimit64", "landlock_restrict_self"} <= calls
            assert not {"execve_at", "mount", "ptrace", "chown", "setuid", "bpf", "init_module", "kexec_load"} & calls
            use(calls, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
