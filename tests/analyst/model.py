#!/usr/bin/env python3
"""model.py SEKISHO COMPOSE: packages side by side, activated by a link; damaged, foreign and worse ones are refused."""
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

SEKISHO, COMPOSE = sys.argv[1:3]
KEPT = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(KEPT.name)
MODELS = FOLDER / "models"
BUILT_IN = pathlib.Path(COMPOSE).parent.parent / "models/sekisho.model"


def sekisho(*arguments):
    return subprocess.run([SEKISHO, *map(str, arguments)], capture_output=True, text=True, timeout=100)


def fail(text, result=None):
    sys.exit(text + (f"\n{result.returncode}\n{result.stdout}\n{result.stderr}" if result else ""))


def members():
    with zipfile.ZipFile(BUILT_IN) as package:
        return {name: package.read(name) for name in package.namelist()}


def pack(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return out.getvalue()


def write(name, data):
    path = FOLDER / name
    path.write_bytes(data)
    return path


def variant(number):
    """Another sound package: a manifest of another version."""
    content = members()
    version = content["manifest.json"].split(b'"version": "')[1].split(b'"')[0]
    content["manifest.json"] = content["manifest.json"].replace(version, b"variant-%d" % number)
    return write(f"variant-{number}.model", pack(content))


def active():
    link = MODELS / "active"
    return os.readlink(link) if link.is_symlink() else None


def check_damage():
    """Each kind of damage is refused with its reason, and what was active stays."""
    good = variant(0)
    if sekisho("model", "activate", good, "--force", "--models", MODELS).returncode != 0:
        fail("a sound package is refused")
    before, whole = active(), good.read_bytes()
    content = members()

    def changed(name, data):
        return pack({**content, name: data})

    text, manifest = content["text.bin"], content["manifest.json"]
    cases = [
        ("no package", b"not a zip at all", "not a model package"),
        ("empty", b"", "manifest.json: missing"),
        ("cut", whole[:len(whole) // 2], "not a model package"),
        ("a bit of the text model", changed("text.bin", text[:5000] + bytes([text[5000] ^ 1]) + text[5001:]),
         "text.bin: digest differs"),
        ("a bit of the stored bytes", whole.replace(text[5000:5040], text[5000:5039] + b"?"), "text.bin"),
        ("classes of another", changed("classes.svm", b"svm_type c_svc\n"), "classes.svm: digest differs"),
        ("no text model", pack({name: data for name, data in content.items() if name != "text.bin"}), "text.bin"),
        ("no manifest", pack({name: data for name, data in content.items() if name != "manifest.json"}),
         "manifest.json: missing"),
        ("manifest is no JSON", changed("manifest.json", b"{"), "manifest.json: not a JSON object"),
        ("a member more", pack({**content, "run.sh": b"echo"}), "doesn't name"),
        ("features of another program", changed("manifest.json", manifest.replace(b'"sender.webmail"', b'"sender.wxyz"')),
         "sender.w"),
    ]
    for name, data, reason in cases:
        path = write("damaged.model", data)
        got = sekisho("model", "activate", path, "--force", "--models", MODELS)
        if got.returncode != 1 or reason not in got.stderr or active() != before:
            fail(f"damage: {name}: want \"{reason}\"", got)
    got = sekisho("model", "activate", FOLDER / "missing.model", "--force", "--models", MODELS)
    if got.returncode != 1 or "no such" not in got.stderr:
        fail("missing package", got)
    config = write("models.ini", f"[classifier]\nmodels = {MODELS}\n".encode())
    (MODELS / before).rename(MODELS / "gone")
    got = sekisho("check", "--config", config)
    if got.returncode != 1 or "active" not in got.stderr + got.stdout:
        fail("an active package that is gone is not told", got)
    (MODELS / "gone").rename(MODELS / before)


def check_rollback():
    """Back step by step, to the one that is built in."""
    for number in [1, 2]:
        sekisho("model", "activate", variant(number), "--force", "--models", MODELS)
    wants = ["variant-1.model", "variant-0.model", None]
    for want in wants:
        got = sekisho("model", "rollback", "--models", MODELS)
        if got.returncode != 0 or active() != want:
            fail(f"rollback: want {want}, is {active()}", got)
    if sekisho("model", "rollback", "--models", MODELS).returncode != 1:
        fail("rolled back beyond the built-in package")


def check_at_once():
    """Two at once, and killed at any moment: the link always leads to a package."""
    paths = [variant(number) for number in range(4)]
    sekisho("model", "activate", paths[0], "--force", "--models", MODELS)
    for delay in range(24):
        children = [subprocess.Popen([SEKISHO, "model", "activate", str(path), "--force", "--models", str(MODELS)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for path in paths[:3]]
        time.sleep(delay / 400)
        children[delay % 3].send_signal(signal.SIGKILL)
        statuses = [child.wait(60) for child in children]
        if not (MODELS / "active").exists() or any(status not in (0, -9) for status in statuses):
            fail(f"at once: {statuses}, {active()}")
    got = sekisho("model", "rollback", "--models", MODELS)
    if got.returncode != 0:
        fail("rollback after kills", got)


def check_kept_out():
    """Without a kept-out set nothing is activated unforced; the same model is not worse; one that never alarms is."""
    for class_ in ["clean", "bulk", "targeted"]:
        subprocess.run([sys.executable, COMPOSE, "--output", FOLDER / "written", "--per-family", "1", "--class", class_],
                       check=True, stdout=subprocess.DEVNULL)
    got = sekisho("model", "activate", variant(1), "--models", FOLDER / "fresh")
    if got.returncode != 1 or "kept-out" not in got.stderr or (FOLDER / "fresh/active").exists():
        fail("no kept-out set", got)
    (FOLDER / "fresh").mkdir(exist_ok=True)
    (FOLDER / "fresh/kept-out").symlink_to(FOLDER / "written")
    own = ["--own-domain", "kikan.example", "--models", FOLDER / "fresh"]
    got = sekisho("model", "activate", variant(1), *own)
    if got.returncode != 0 or not (FOLDER / "fresh/active").exists():
        fail("an equal model is refused", got)
    content = members()
    import json
    manifest = json.loads(content["manifest.json"])
    manifest["version"] = "blind"
    manifest["thresholds"] = {"targeted": 1000, "bulk": 1000}
    content["manifest.json"] = json.dumps(manifest).encode()
    blind = write("blind.model", pack(content))
    got = sekisho("model", "activate", blind, *own)
    if got.returncode != 1 or "worse" not in got.stderr or os.readlink(FOLDER / "fresh/active") != "variant-1.model":
        fail("a worse model is activated", got)
    if sekisho("model", "activate", blind, "--force", *own).returncode != 0:
        fail("forced")


check_damage()
check_rollback()
check_at_once()
check_kept_out()
