"""Starts a sekisho-milter for a test, in a folder of its own, and stops it; whatever is odd about its end is an error."""

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time


class Daemon:
    def __init__(self, program, settings, socket=None):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="sekisho-")
        self.socket = socket or "unix:" + os.path.join(self.folder, "milter.sock")
        self.configuration = os.path.join(self.folder, "sekisho.ini")
        self.configure(settings)
        self.lines = []
        self.process = None
        atexit.register(self.clean_up)

    def clean_up(self):
        """Whatever a failed test left."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()  # its children end when it is gone
        shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self, settings):
        """settings: {section: {key: value}}; the socket and a user that needs no privilege are added."""
        merged = {"milter": {"socket": self.socket, "user": ""}, "policy": {"trusted_networks": ""}, "log": {"level": "debug"}}
        for section, values in settings.items():
            merged.setdefault(section, {}).update(values)
        with open(self.configuration, "w", encoding="utf-8") as file:
            for section, values in merged.items():
                file.write("[%s]\n" % section)
                for key, value in values.items():
                    file.write("%s = %s\n" % (key, value))

    def start(self, wait=True):
        self.lines.clear()
        self.process = subprocess.Popen(
            [self.program, "-f", "-c", self.configuration], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            encoding="utf-8", errors="replace", start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if wait:
            self.wait_for(r"generation 1 in use")
        return self

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, pattern, seconds=60, count=1):
        """Waits until that many log lines match; returns the last of them."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [line for line in list(self.lines) if re.search(pattern, line)]
            if len(found) >= count:
                return found[-1]
            if self.process.poll() is not None and not self.reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError("no log line matches %r:\n%s" % (pattern, "\n".join(self.lines)))

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=60):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(seconds)
        self.reader.join(10)
        shutil.rmtree(self.folder, ignore_errors=True)
        log = "\n".join(self.lines)
        if status != 0:
            raise AssertionError("the daemon ended with status %d:\n%s" % (status, log))
        if "Sanitizer" in log or "runtime error" in log:
            raise AssertionError("a sanitizer complains:\n%s" % log)
        return log

    def setup(self):
        """The lines that --print-mta-setup prints: (main.cf's, sendmail.mc's)."""
        shown = subprocess.run([self.program, "--print-mta-setup", "-c", self.configuration], capture_output=True, text=True,
                               check=True).stdout
        postfix, sendmail = shown.split("\n\n", 1)
        return [[line for line in part.splitlines() if line and not line.startswith("#")] for part in (postfix, sendmail)]

    def pids(self):
        """Process ids below the supervisor: {pid: number of threads}."""
        found = {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open("/proc/%s/status" % entry, encoding="utf-8") as file:
                    status = dict(line.split(":", 1) for line in file.read().splitlines() if ":" in line)
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(status["PPid"]) == self.process.pid:
                found[int(entry)] = int(status["Threads"])
        return found

    def milter_pid(self):
        """The child with threads."""
        return max(self.pids().items(), key=lambda item: item[1])[0]

    def nursery_pid(self):
        return min(self.pids().items(), key=lambda item: item[1])[0]
