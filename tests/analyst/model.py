#!/usr/bin/env python3
"""model.py SEKISHO COMPOSE: packages side by side, activated by a link; damaged, foreign and worse ones are refused.

Packages are variants of the one that is built in, and one trained on written samples, whose training keeps some out.
"""
import collections
import email
import email.header
import email.utils
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile

SEKISHO, COMPOSE = sys.argv[1:3]
KEPT = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(KEPT.name)
MODELS = FOLDER / "models"
BUILT_IN = pathlib.Path(COMPOSE).parent.parent / "models/sekisho.model"


def sekisho(*arguments):
    return subprocess.run([SEKISHO, *map(str, arguments)], capture_output=True, text=True)


def fail(text, result=None):
    sys.exit(text + (f"\n{result.returncode}\n{result.stdout}\n{result.stderr}" if result else ""))


def members(package=BUILT_IN):
    with zipfile.ZipFile(package) as package:
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


def check_same_version():
    """Another package of the same version takes nobody's place: what was active can be gone back to, byte by byte."""
    folder = FOLDER / "same"
    first = variant(7)
    sekisho("model", "activate", first, "--force", "--models", folder)
    content = members(first)
    manifest = json.loads(content["manifest.json"])
    manifest["thresholds"]["targeted"] += 1
    content["manifest.json"] = json.dumps(manifest).encode()
    other = write("other-thresholds.model", pack(content))
    for _ in range(2):
        got = sekisho("model", "activate", other, "--force", "--models", folder)
        if got.returncode != 0 or os.readlink(folder / "active") != "variant-7-2.model" or \
                (folder / "active").read_bytes() != other.read_bytes():
            fail("another package of the same version", got)
    got = sekisho("model", "rollback", "--models", folder)
    if got.returncode != 0 or (folder / "active").read_bytes() != first.read_bytes():
        fail("back to the package whose version another has", got)
    if len(list(folder.glob("*.model"))) != 2:
        fail(f"same version: {list(folder.iterdir())}")


def check_unreadable():
    """A folder that can't be looked into: nobody knows what is active, so nothing is said and nothing is compared."""
    folder = FOLDER / "locked"
    sekisho("model", "activate", variant(8), "--force", "--models", folder)
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    folder.chmod(0)
    try:
        for arguments in [["list"], ["show"], ["activate", BUILT_IN], ["rollback"], ["compare", BUILT_IN]]:
            try:
                got = subprocess.run([SEKISHO, "model", *map(str, arguments), "--models", str(folder)], text=True,
                                     capture_output=True, **nobody)
            except PermissionError:
                return  # the program itself is out of that user's reach
            if got.returncode != 1 or got.stdout or got.stderr != f"sekisho model: {folder}: Permission denied\n":
                fail(f"unreadable folder: {arguments}", got)
    finally:
        folder.chmod(0o755)


def relabel(package, name, **changes):
    """The package under another version, and with other thresholds if wanted; what was kept out goes along."""
    content = members(package)
    manifest = {**json.loads(content["manifest.json"]), "version": name, **changes}
    content["manifest.json"] = json.dumps(manifest).encode()
    path = write(f"{name}.model", pack(content))
    shutil.copy(f"{package}.kept-out", f"{path}.kept-out")
    return path


def compose():
    for class_ in ["clean", "bulk", "targeted"]:
        subprocess.run([sys.executable, COMPOSE, "--output", FOLDER / "written", "--per-family", "2", "--class", class_],
                       check=True, stdout=subprocess.DEVNULL)


OWN = ["--own-domain", "kikan.example"]


def train(name, *more):
    written, package = FOLDER / "written", FOLDER / name
    got = sekisho("train", *OWN, "--ham", written / "clean", "--bulk", written / "bulk", "--targeted",
                  written / "targeted", "--output", package, *more)
    if got.returncode != 0 or got.stderr:
        fail("train", got)
    return package, got.stdout


def group_id(name):
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


def families():
    """Written families by the number of their group, with how many mails each has."""
    counts = collections.Counter()
    for path in (FOLDER / "written").glob("*/*.eml"):
        family = re.sub(r"(-\d+){1,2}\.eml$", "", path.name)
        counts[group_id(f"{path.parent.name} family {family}"), path.parent.name] += 1
    return counts


def check_training():
    """Families are learned from or kept out, never both; the same next time; the manifest tells; 0 keeps out nothing."""
    package, _ = train("first.model")
    content = members(package)
    groups = content["groups.bin"]
    learned = {int.from_bytes(groups[i:i + 8], "little") for i in range(0, len(groups), 8)}
    all_ = families()
    kept = {key for key in all_ if key[0] not in learned}
    if not learned <= {number for number, _ in all_}:
        fail("groups.bin names groups that are none")
    manifest = json.loads(content["manifest.json"])["training"]
    for class_ in ["clean", "bulk", "targeted"]:
        want = sum(count for key, count in all_.items() if key in kept and key[1] == class_)
        trained = sum(count for key, count in all_.items() if key not in kept and key[1] == class_)
        got = manifest["kept_out"]["mails"][class_], sum(manifest["mails"][class_].values())
        if got != (want, trained) or not 0 < want < trained / 2:
            fail(f"{class_}: {want} mails of families not in groups.bin, {trained} of others; the manifest says {got}")
    file = FOLDER / "first.model.kept-out"
    if hashlib.sha256(file.read_bytes()).hexdigest() != manifest["kept_out"]["digest"]:
        fail("digest of what was kept out")
    for number, _ in kept:
        if number.to_bytes(8, "little") not in file.read_bytes():
            fail("a family is neither learned from nor kept out")
    other, _ = train("other.model", "--targeted-alarms", "0.01")
    if file.read_bytes() != (FOLDER / "other.model.kept-out").read_bytes() or members(other)["groups.bin"] != groups:
        fail("another training keeps out other families")
    _, said = train("whole.model", "--keep-out", "0")
    if (FOLDER / "whole.model.kept-out").exists() or f"trained on {sum(all_.values())} mails" not in said:
        fail(f"keep out nothing: {said}")
    for share in ["-1", "0.6", "much", ""]:
        got = sekisho("train", *OWN, "--ham", FOLDER, "--output", FOLDER / "none", "--keep-out", share)
        if got.returncode != 2 or "0 to 0.5" not in got.stderr:
            fail(f"--keep-out {share}", got)


def check_pair():
    """A package that can't be written leaves the one of before, and what was kept out of its training, as they were."""
    package, kept_out = FOLDER / "pair.model", FOLDER / "pair.model.kept-out"
    shutil.copy(FOLDER / "first.model.kept-out", kept_out)
    sets = [f"--{option}={FOLDER / 'written' / class_}" for option, class_ in
            [("ham", "clean"), ("bulk", "bulk"), ("targeted", "targeted")]]
    child = subprocess.Popen([SEKISHO, "train", *OWN, *sets, "--keep-out", "0.15", "--output", package], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.2)
    package.mkdir()  # after it was looked at, long before it is written
    _, said = child.communicate()
    left = sorted(path.name for path in FOLDER.glob("pair.model*"))
    if child.returncode != 1 or "pair.model: can't be written" not in said or left != [package.name, kept_out.name] or \
            kept_out.read_bytes() != (FOLDER / "first.model.kept-out").read_bytes():
        fail(f"a package that can't be written: {said} {left}")


def name_bearers():
    """Words of names and addresses in headers, each with the addresses that bear it; read by Python's own parser."""
    bearers = collections.defaultdict(set)
    for path in (FOLDER / "written").glob("*/*.eml"):
        mail = email.message_from_bytes(path.read_bytes())
        for field in ["From", "Sender", "Reply-To", "To", "Cc"]:
            try:
                values = [str(email.header.make_header(email.header.decode_header(str(value))))
                          for value in mail.get_all(field, [])]
            except (LookupError, UnicodeError, email.errors.HeaderParseError):
                continue
            for name, address in email.utils.getaddresses(values):
                for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", f"{name} {address}").lower()):
                    bearers[word].add(address.lower())
    return bearers


def check_words():
    """The list of words: for each class, of many mails, and none of them the name of a few."""
    package = FOLDER / "first.model"
    got = sekisho("model", "show", package, "--words=300", "--json", "--models", MODELS)
    words = json.loads(got.stdout)["words"]
    counts = collections.Counter(word["class"] for word in words)
    if got.returncode != 0 or min(counts[class_] for class_ in ["clean", "bulk", "targeted"]) < 20:
        fail(f"words: {counts}", got)
    bearers = name_bearers()
    for word in words:
        if 0 < len(bearers.get(word["word"], ())) < 5:
            fail(f"words: tells a name: {word}, {bearers[word['word']]}")
        if re.search(r"[0-9@]", word["word"]) or word["weight"] <= 0:
            fail(f"words: {word}")
    text = sekisho("model", "show", package, "--words", "--models", MODELS).stdout
    if len(re.findall(r"^targeted +\S+ +(?:body|subject|link|attachment) +\+", text, re.MULTILINE)) != 20:
        fail(f"words as text: {text}")
    content = members(package)
    content["words.tsv"] = b"clean\tx\tbody\t1\t1\t1\t1\n"
    got = sekisho("model", "show", write("words.model", pack(content)), "--words", "--models", MODELS)
    if got.returncode != 1 or "words.tsv: digest differs" not in got.stderr:
        fail("words: another list", got)
    got = sekisho("model", "show", package, "--words=0", "--models", MODELS)
    if got.returncode != 2:
        fail("words: 0 of them", got)


def check_kept_out():
    """What was kept out decides: an equal model is activated, a blind and a shrill one are not, unless forced."""
    first, fresh = FOLDER / "first.model", FOLDER / "fresh"
    own = [*OWN, "--models", fresh]
    if sekisho("model", "activate", first, "--force", *own).returncode != 0:
        fail("forced")
    version = os.readlink(fresh / "active")
    if (fresh / f"{version}.kept-out").read_bytes() != (FOLDER / "first.model.kept-out").read_bytes():
        fail("what was kept out is not in the folder")
    got = sekisho("model", "activate", relabel(first, "equal"), *own)
    if got.returncode != 0 or os.readlink(fresh / "active") != "equal.model" or "Left out, since one of them has: 0" not in \
            got.stdout:
        fail("an equal model is refused", got)
    cases = [("blind", {"targeted": 1000, "bulk": 1000}, "not called targeted"),
             ("shrill", {"targeted": -1000, "bulk": 1000}, "called targeted")]
    for name, thresholds, reason in cases:
        package = relabel(first, name, thresholds=thresholds)
        got = sekisho("model", "activate", package, *own)
        if got.returncode != 1 or "worse" not in got.stderr or ", one-sided)" not in got.stderr or reason not in got.stderr or \
                os.readlink(fresh / "active") != "equal.model":
            fail(f"a {name} model is activated", got)
        if sekisho("model", "activate", package, "--force", *own).returncode != 0 or \
                os.readlink(fresh / "active") != f"{name}.model":
            fail(f"{name}: forced")
        if sekisho("model", "rollback", *own).returncode != 0 or os.readlink(fresh / "active") != "equal.model":
            fail(f"{name}: rolled back")
    # Without clean and targeted mail that neither has learned from, nobody can tell.
    bare = FOLDER / "bare.model"
    shutil.copy(first, bare)
    for folder in [fresh, FOLDER / "other-fresh"]:
        got = sekisho("model", "activate", bare, *OWN, "--models", folder)
        if (got.returncode == 0) != (folder == fresh):
            fail(f"{folder.name}: only the package in use has a kept-out set", got)
    got = sekisho("model", "activate", FOLDER / "whole.model", *own)
    if got.returncode != 1 or "nothing tells whether it is better" not in got.stderr:
        fail("what whole.model has learned from was taken for kept out", got)
    # Given mail counts instead, and again without what was learned from.
    given = ["--ham", FOLDER / "written/clean", "--targeted", FOLDER / "written/targeted"]
    got = sekisho("model", "compare", relabel(first, "again"), *own, *given, "--json")
    manifest = json.loads(members(first)["manifest.json"])["training"]
    report = json.loads(got.stdout)
    want = sum(sum(manifest["mails"][class_].values()) for class_ in ["clean", "targeted"])
    if report["left_out"] != want or report["mails"]["targeted"] != manifest["kept_out"]["mails"]["targeted"]:
        fail(f"compare: want {want} left out", got)
    # Kept out by hand, in the folder.
    (FOLDER / "by-hand").mkdir()
    (FOLDER / "by-hand/kept-out").symlink_to(FOLDER / "written")
    got = sekisho("model", "compare", bare, bare, *OWN, "--models", FOLDER / "by-hand", "--json")
    if json.loads(got.stdout)["mails"] != manifest["kept_out"]["mails"]:
        fail("compare: by hand", got)
    kept = FOLDER / "first.model.kept-out"
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    got = sekisho("model", "activate", first, *own)
    if got.returncode != 1 or "its digest differs from the manifest's" not in got.stderr:
        fail("kept-out set of another", got)
    if sekisho("model", "activate", first, "--force", *own).returncode != 0:
        fail("kept-out set of another, forced")


check_damage()
check_rollback()
check_at_once()
check_same_version()
check_unreadable()
compose()
check_training()
check_pair()
check_words()
check_kept_out()
