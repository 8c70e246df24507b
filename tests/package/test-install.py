#!/usr/bin/env python3
"""Installs the package on a fresh Debian 12, sends mail through a Postfix there, removes it again, sends again.

test-install.py DEB|SOURCE FOLDER; DEB is sekisho_*.deb, with sekisho-data_*.deb beside it; of a source, they are built by
test-package.py first

FOLDER/base is a minimal system, made by debootstrap if it is missing; FOLDER/root the copy that is used. There is no
systemd in it: maintainer scripts find their services denied (policy-rc.d), and the milter is started by the unit's
ExecStart as the unit's user. Needs root and a mirror. Exit 77: skipped."""

import fcntl
import glob
import os
import re
import shlex
import shutil
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import time

INSTALL = """
set -e
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
echo "postfix postfix/main_mailer_type select Local only" | debconf-set-selections
echo "postfix postfix/mailname string kikan.example" | debconf-set-selections
apt-get update -qq
apt-get install -y -qq --no-install-recommends postfix
apt-get install -y -qq --no-install-recommends /package/*.deb
useradd --create-home taro
"""


def run(root, *command, check=True, **keywords):
    result = subprocess.run(["chroot", root, *command], capture_output=True, text=True, check=False, **keywords)
    if check and result.returncode != 0:
        raise AssertionError("%s: %d\n%s%s" % (command, result.returncode, result.stdout[-3000:], result.stderr[-3000:]))
    return result.stdout


def mirror():
    for path in ["/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"]:
        if os.path.exists(path):
            found = re.search(r"https?://\S+/debian/?(?=\s)", open(path, encoding="utf-8").read())
            if found:
                return found.group(0)
    return "http://deb.debian.org/debian"


def make_base(base):
    if not os.path.isdir(base):
        subprocess.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", base + ".new", mirror()],
                       check=True, stdout=subprocess.DEVNULL)
        os.rename(base + ".new", base)


def build_package(source, folder):
    """The path of the package; ends the test where it can't be built."""
    made = os.path.join(folder, "packages")
    shutil.rmtree(made, ignore_errors=True)
    os.makedirs(made)
    build = subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-package.py"), source],
                           env=dict(os.environ, SKS_PACKAGES=made), check=False)
    if build.returncode != 0:
        sys.exit(build.returncode)
    return glob.glob(made + "/sekisho_*.deb")[0]


def copy_packages(package, folder):
    """The package, and the one with its data, which lies beside it."""
    beside, name = os.path.split(package)
    for file in [name, name.replace("sekisho_", "sekisho-data_")]:
        shutil.copy(os.path.join(beside, file), folder)


def prepare(package, folder):
    base, root = os.path.join(folder, "base"), os.path.join(folder, "root")
    make_base(base)
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", base, root], check=True)
    shutil.copy("/etc/resolv.conf", root + "/etc/resolv.conf")
    os.makedirs(root + "/package", exist_ok=True)
    copy_packages(package, root + "/package")
    with open(root + "/usr/sbin/policy-rc.d", "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexit 101\n")
    os.chmod(root + "/usr/sbin/policy-rc.d", 0o755)
    run(root, "sh", "-c", INSTALL)
    return root


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x8914, struct.pack("16sH14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up, running


def unit_value(root, key):
    with open(root + "/lib/systemd/system/sekisho-milter.service", encoding="utf-8") as file:
        return re.search(r"^%s=(.*)$" % key, file.read(), re.M).group(1)


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain: " + what
        time.sleep(0.2)


def start_milter(root):
    user = "%s:%s" % (unit_value(root, "User"), unit_value(root, "Group"))
    run(root, "install", "-d", "-o", "sekisho", "-g", "sekisho", "/run/sekisho")
    run(root, *shlex.split(unit_value(root, "ExecStartPre").lstrip("-")))
    log = open(root + "/tmp/milter.log", "w+", encoding="utf-8")
    process = subprocess.Popen(["chroot", "--userspec=" + user, root, *shlex.split(unit_value(root, "ExecStart"))],
                               stdin=subprocess.DEVNULL, stderr=log, umask=0o077)
    wait_for(lambda: "in use" in open(log.name, encoding="utf-8").read() or process.poll() is not None, "the milter")
    assert process.poll() is None, open(log.name, encoding="utf-8").read()
    return process


def attach(root):
    setup = run(root, "sekisho-milter", "--print-mta-setup")
    for line in re.findall(r"^(?:smtpd_milters|milter_\w+) = .*$", setup, re.M):
        run(root, "postconf", "-e", line)
    for line in ["smtpd_authorized_xclient_hosts = 127.0.0.1", "maillog_file = /var/log/postfix.log",
                 "mydestination = kikan.example, localhost", "inet_protocols = ipv4",
                 "compatibility_level = 3.6"]:
        run(root, "postconf", "-e", line)
    run(root, "postfix", "start")


def send(root, number):
    """Sends one mail as if from outside and returns it as it was delivered."""
    mark = "number%d@partner.example" % number
    with smtplib.SMTP("127.0.0.1", 25, timeout=60) as client:
        client.ehlo("mail.partner.example")
        assert client.docmd("XCLIENT", "ADDR=203.0.113.9 NAME=mail.partner.example")[0] == 220
        client.ehlo("mail.partner.example")
        client.sendmail("hana@partner.example", ["taro@kikan.example"],
                        "From: Hana <hana@partner.example>\r\nTo: taro@kikan.example\r\nSubject: Hello\r\n"
                        "Message-ID: <%s>\r\nDate: Wed, 25 Nov 2026 10:00:00 +0900\r\n\r\nGood morning.\r\n" % mark)
    box = root + "/var/mail/taro"
    wait_for(lambda: os.path.exists(box) and mark in open(box, encoding="utf-8").read(), "mail %d" % number)
    return [mail for mail in open(box, encoding="utf-8").read().split("\nFrom ") if mark in mail][-1]


def use(root):
    """In namespaces of its own: no port of the host is touched, and no process survives."""
    loopback_up()
    subprocess.run(["mount", "-t", "proc", "proc", root + "/proc"], check=True)
    assert "0750 sekisho sekisho" in run(root, "stat", "-c", "%04a %U %G", "/var/lib/sekisho")
    assert run(root, "readlink", "/etc/systemd/system/multi-user.target.wants/sekisho-milter.service").strip()
    milter = start_milter(root)
    attach(root)
    delivered = send(root, 1)
    assert "X-Sekisho-Verdict: " in delivered and "observed=" in delivered, delivered
    assert "600 sekisho sekisho" in run(root, "stat", "-c", "%a %U %G", "/var/lib/sekisho/memory.sqlite")
    assert "number1@partner.example" in run(root, "sekisho", "log", "--store", "/var/lib/sekisho/memory.sqlite", "--json")
    milter.send_signal(signal.SIGHUP)
    wait_for(lambda: "generation 2 in use" in open(root + "/tmp/milter.log", encoding="utf-8").read(), "the reload")
    assert "X-Sekisho-Verdict: " in send(root, 2)

    milter.terminate()  # what prerm has systemd do
    assert milter.wait(60) == 0
    run(root, "apt-get", "remove", "-y", "-qq", "sekisho")
    assert not os.path.exists(root + "/usr/sbin/sekisho-milter") and os.path.exists(root + "/etc/sekisho/sekisho.ini")
    assert os.path.exists(root + "/var/lib/sekisho/memory.sqlite")
    assert "X-Sekisho" not in send(root, 3)  # the MTA goes on, although its configuration still names the milter
    run(root, "apt-get", "purge", "-y", "-qq", "sekisho")
    for gone in ["/etc/sekisho", "/var/lib/sekisho", "/lib/systemd/system/sekisho-milter.service"]:
        assert not os.path.exists(root + gone), gone
    assert "X-Sekisho" not in send(root, 4)
    run(root, "postfix", "stop")
    print("installed, judged two mails, removed, purged; four of four mails delivered")


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--use":
        use(sys.argv[2])
        return 0
    package, folder = sys.argv[1:]
    for tool in ["debootstrap", "unshare", "chroot"]:
        if shutil.which(tool) is None:
            print("%s is not installed" % tool)
            return 77
    if os.geteuid() != 0:
        print("needs root")
        return 77
    os.makedirs(folder, exist_ok=True)
    if os.path.isdir(package):
        package = build_package(package, folder)
    root = prepare(package, os.path.abspath(folder))
    return subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable,
                           os.path.abspath(__file__), "--use", root, folder], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
