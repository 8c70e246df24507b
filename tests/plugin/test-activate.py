#!/usr/bin/env python3
"""A package that is activated is judged with after a reload, and the one before after a rollback.

test-activate.py MILTER SEKISHO PACKAGE"""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import zipfile

import mta
from daemon import Daemon

MILTER, SEKISHO, PACKAGE = sys.argv[1:]
FIELDS = ((b"From", b" suzuki@partner.example"), (b"To", b" taro@kikan.example"), (b"Subject", b" x"),
          (b"Date", b" Mon, 2 Nov 2026 09:00:00 +0900"), (b"Message-ID", b" <1@partner.example>"))


def variant(path, version):
    """The shipped package under another version."""
    out = io.BytesIO()
    with zipfile.ZipFile(PACKAGE) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
        for name in package.namelist():
            content = package.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), "version": version}).encode()
            copy.writestr(name, content)
    with open(path, "wb") as file:
        file.write(out.getvalue())
    return path


def model(*arguments):
    return subprocess.run([SEKISHO, "model", *arguments], capture_output=True, text=True, check=False)


def judged_with(daemon):
    """The version that a mail's verdict names; on a new connection each time."""
    connection = mta.Connection(daemon.socket)
    connection.introduce()
    edits, answer = connection.mail(FIELDS, b"Hi\r\n")
    assert answer[0] == b"c", answer
    connection.quit()
    return mta.inserted(edits)["X-Sekisho-Verdict"].split("model=")[1]


def main():
    with tempfile.TemporaryDirectory() as folder:
        models = os.path.join(folder, "models")
        one, two = (variant(os.path.join(folder, name + ".model"), name) for name in ("one", "two"))
        os.mkdir(models)
        daemon = Daemon(MILTER, {"classifier": {"own_domains": "kikan.example", "models": models},
                                 "pool": {"deadline": "60", "workers": "1"}}).start()
        with zipfile.ZipFile(PACKAGE) as package:
            built_in = json.loads(package.read("manifest.json"))["version"]
        assert judged_with(daemon) == built_in

        generation = 1

        def reload(want):
            nonlocal generation
            generation += 1
            daemon.signal(signal.SIGHUP)
            daemon.wait_for("uses generation %d" % generation)
            assert judged_with(daemon) == want, want

        for path, version in ((one, "one"), (two, "two")):
            before = judged_with(daemon)
            done = model("activate", path, "--force", "--models", models)
            assert done.returncode == 0, done.stderr
            assert judged_with(daemon) == before  # not before the reload
            reload(version)
        assert model("rollback", "--models", models).returncode == 0
        reload("one")

        # One that is damaged where it lies is refused with its reason; what was in use stays.
        active = os.path.join(models, os.readlink(os.path.join(models, "active")))
        with open(active, "rb") as file:
            whole = file.read()
        with open(active + ".new", "wb") as file:
            file.write(whole[:len(whole) // 2])
        os.rename(active + ".new", active)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("not a model package")
        daemon.wait_for("what was in use before stays")
        assert judged_with(daemon) == "one"
        assert model("rollback", "--models", models).returncode == 0
        daemon.signal(signal.SIGHUP)
        daemon.wait_for("in use: model " + built_in, count=2)
        daemon.stop()


if __name__ == "__main__":
    main()
