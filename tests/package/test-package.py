#!/usr/bin/env python3
"""Builds the Debian packages as a maintainer would, in a folder of its own, and looks into them. test-package.py SOURCE

Without the tools, or on another system, it is skipped (exit 77). $SKS_PACKAGES: a folder that gets the packages."""

import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1]).resolve()
TOOLS = ["dpkg-buildpackage", "dh", "dpkg-deb", "git"]


def run(*command, **keywords):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **keywords)
    if result.returncode != 0:
        raise SystemExit("%s: %d\n%s%s" % (command, result.returncode, result.stdout[-4000:], result.stderr[-4000:]))
    return result.stdout


def build(folder):
    copy = folder / "sekisho"
    copy.mkdir()
    names = run("git", "-c", "safe.directory=*", "-C", SOURCE, "ls-files", "-co", "--exclude-standard", "-z").split("\0")
    for name in filter(None, names):
        if (SOURCE / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, copy / name, follow_symlinks=False)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MESON", "SKS_", "NINJA"))}
    environment["DEB_BUILD_OPTIONS"] = "nocheck noddebs"
    environment["DEB_BUILD_PROFILES"] = "nocheck"
    environment.setdefault("CCACHE_DIR", os.path.expanduser("~/.cache/ccache"))
    missing = subprocess.run(["dpkg-checkbuilddeps"], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if missing.returncode != 0:
        print(missing.stderr.strip())
        sys.exit(77)
    run("dpkg-buildpackage", "-b", "-us", "-uc", "-ui", cwd=copy, env=environment)
    packages = {re.match(r"(.*?)_", path.name).group(1): path for path in folder.glob("*.deb")}
    assert set(packages) == {"sekisho", "sekisho-data", "libsekisho0", "libsekisho-dev"}, packages
    return packages


def contents(package):
    listing = {}
    for line in run("dpkg-deb", "-c", package).splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        listing[path.split(" -> ")[0].lstrip(".")] = (mode, owner)
    return listing


def check_contents(packages):
    listing = contents(packages["sekisho"])
    for path in ["/usr/bin/sekisho", "/usr/sbin/sekisho-milter", "/lib/systemd/system/sekisho-milter.service",
                 "/etc/sekisho/sekisho.ini", "/usr/share/man/man1/sekisho.1.gz", "/usr/share/man/man5/sekisho.ini.5.gz",
                 "/usr/share/man/man8/sekisho-milter.8.gz", "/usr/share/doc/sekisho/copyright",
                 "/usr/share/doc/sekisho/operations.md.gz", "/usr/share/doc/sekisho/operations.ja.md.gz"]:
        assert path in listing, path
    for path, (mode, owner) in listing.items():
        assert owner == "root/root" and mode[5] != "w" and mode[8] != "w" and "s" not in mode, (path, mode, owner)
    # The GPL's table is in a package of its own, and in nothing else.
    data = contents(packages["sekisho-data"])
    assert data["/usr/share/sekisho/trigram.bin"] == ("-rw-r--r--", "root/root"), data
    for name in set(packages) - {"sekisho-data"}:
        assert "/usr/share/sekisho/trigram.bin" not in contents(packages[name]), name
    library = contents(packages["libsekisho0"])
    assert any(re.search(r"/libsekisho\.so\.0$", path) for path in library), library
    assert "/usr/include/sekisho/sekisho.h" in contents(packages["libsekisho-dev"])


def check_control(packages, folder):
    fields = run("dpkg-deb", "-f", packages["sekisho"])
    exact = re.escape("sekisho-data (= %s)" % run("dpkg-deb", "-f", packages["sekisho-data"], "Version").strip())
    for name in ["sekisho", "libsekisho0"]:
        assert re.search("^Depends:.*" + exact, run("dpkg-deb", "-f", packages[name]), re.M), name
        assert "Built-Using" not in run("dpkg-deb", "-f", packages[name]), name
    assert re.search(r"^libkkc-data \(= ", run("dpkg-deb", "-f", packages["sekisho-data"], "Built-Using")), packages
    assert re.search(r"^Depends:.*\badduser\b.*\blibmilter1.0.1\b", fields, re.M) and "libsekisho0" not in fields, fields
    control = folder / "control"
    run("dpkg-deb", "-e", packages["sekisho"], control)
    assert (control / "conffiles").read_text().split() == ["/etc/sekisho/sekisho.ini"]
    for script in ["postinst", "prerm", "postrm"]:
        run("sh", "-n", control / script)
    assert "sekisho-milter.service" in (control / "postinst").read_text()

    tree = folder / "tree"
    run("dpkg-deb", "-x", packages["sekisho"], tree)
    run("dpkg-deb", "-x", packages["sekisho-data"], tree)
    given = re.findall(r"^(\w+) = (.*)$", (tree / "etc/sekisho/sekisho.ini").read_text(), re.M)
    assert dict(given) == {"socket": "inet:8894@127.0.0.1", "store": "/var/lib/sekisho/memory.sqlite", "observe": "yes"}
    assert run(tree / "usr/bin/sekisho", "--version").startswith("sekisho ")
    checked = run(tree / "usr/bin/sekisho", "check")
    assert "table of Japanese %s: fine\n" % (tree.resolve() / "usr/share/sekisho/trigram.bin") in checked, checked
    unit = (tree / "lib/systemd/system/sekisho-milter.service").read_text()
    assert "ExecStart=/usr/sbin/sekisho-milter -f -c /etc/sekisho/sekisho.ini\n" in unit


def check_lintian(folder):
    if shutil.which("lintian") is None:
        print("lintian is not installed: not asked")
        return
    result = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", *glob.glob(str(folder / "*.changes"))],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def main():
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print("not installed: %s (Debian packages debhelper, dpkg-dev, git)" % ", ".join(missing))
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        packages = build(folder)
        check_contents(packages)
        check_control(packages, folder)
        check_lintian(folder)
        if "SKS_PACKAGES" in os.environ:
            for package in packages.values():
                shutil.copy(package, os.environ["SKS_PACKAGES"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
