#!/usr/bin/env python3
"""Installs the package with apt in a Debian 12 that runs under systemd, in a virtual machine, and removes it again.

test-boot.py SOURCE|DEB FOLDER; as for test-install.py

What test-install.py can't show: that systemd starts the milter as its unit says, under all that the unit forbids; that it
is reloaded, comes back after a kill, and that mail goes on when it is removed. The machine has no network: what apt needs
was downloaded before. Needs root, a mirror, debootstrap, mke2fs and qemu-system-x86_64; KVM is not needed. Exit 77: skipped."""

import glob
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module

install = import_module("test-install")

PREPARE = """
set -e
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
echo "postfix postfix/main_mailer_type select Local only" | debconf-set-selections
echo "postfix postfix/mailname string kikan.example" | debconf-set-selections
apt-get update -qq
apt-get install -y -qq --no-install-recommends systemd-sysv dbus linux-image-cloud-amd64 postfix
apt-get install -y -qq --no-install-recommends --download-only /package/*.deb
useradd --create-home taro
systemctl enable check.service
"""

UNIT = """[Unit]
After=multi-user.target postfix.service
[Service]
Type=oneshot
ExecStart=/root/check
ExecStopPost=/usr/bin/systemctl poweroff --no-block
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
TimeoutStartSec=infinity
[Install]
WantedBy=multi-user.target
"""

# What stands behind "@@ " is read by main(): a name and its value. Others write to the console, too.
CHECK = r"""#!/bin/bash
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
tell() { echo "@@ $*"; }
# One mail as if from outside; how many of its fields are ours, and how often it arrived.
mail() {
  exec 3<>/dev/tcp/127.0.0.1/25
  for line in "HELO mail.partner.example" "XCLIENT ADDR=203.0.113.9 NAME=mail.partner.example" "HELO mail.partner.example" \
    "MAIL FROM:<hana@partner.example>" "RCPT TO:<taro@kikan.example>" DATA; do
    read -r -t 60 answer <&3
    printf '%s\r\n' "$line" >&3
  done
  read -r -t 60 answer <&3
  printf '%s\r\n' "From: Hana <hana@partner.example>" "To: taro@kikan.example" "Subject: number $1" \
    "Message-ID: <number$1@partner.example>" "Date: Thu, 26 Nov 2026 10:00:00 +0900" "" "Good morning." . QUIT >&3
  cat <&3 >>/root/smtp.log
  exec 3<&-
  for i in $(seq 300); do grep -q "number $1" /home/taro/Maildir/new/* 2>/dev/null && break; sleep 1; done
  tell "mail-$1" "$(cat $(grep -l "number $1" /home/taro/Maildir/new/*) | grep -c '^X-Sekisho-Verdict: ')" \
    "$(grep -l "number $1" /home/taro/Maildir/new/* | wc -l)"
}
process() { systemctl show -P MainPID sekisho-milter; }
until_active() {
  for i in $(seq 120); do systemctl -q is-active sekisho-milter && break; sleep 1; done
  tell "$1" "$(systemctl is-active sekisho-milter)"
}
postconf -e 'smtpd_milters = inet:127.0.0.1:8894' 'milter_default_action = accept' 'compatibility_level = 3.6' \
  'smtpd_authorized_xclient_hosts = 127.0.0.1' 'home_mailbox = Maildir/' \
  'mydestination = kikan.example, localhost' 'inet_protocols = ipv4' 'maillog_file = /var/log/postfix.log'
systemctl restart postfix
apt-get install -y -q --no-install-recommends /package/*.deb >/root/apt.log 2>&1
tell apt $?
tell installed "$(systemctl is-active sekisho-milter)" "$(systemctl is-enabled sekisho-milter)"
tell user "$(stat -c %U "/proc/$(process)")"
mail 1
systemctl reload sekisho-milter; tell reload $?
mail 2
before=$(process); kill -9 "$before"; sleep 3
until_active after-kill
[ "$(process)" != "$before" ]; tell another-process $?
mail 3
systemctl enable -q --now sekisho-release
for i in $(seq 60); do [ -S /run/sekisho-release/socket ] && break; sleep 1; done
tell release "$(systemctl is-active sekisho-release)" "$(stat -c %U /run/sekisho-release/socket)"
tell exposure "$(systemd-analyze security --no-pager sekisho-milter | sed -n 's/.*Overall exposure level for [^:]*: //p')"
tell errors "$(journalctl -b -u sekisho-milter -p err --no-pager -q | grep -vc 'status=9/KILL\|Killing process\|result .signal')"
apt-get remove -y -q sekisho >>/root/apt.log 2>&1; tell remove $?
tell removed "$(systemctl is-active sekisho-milter)"
mail 4
journalctl -b -u sekisho-milter -o short --no-pager -q | tail -40 | sed 's/^/# /'
cat /root/smtp.log | sed "s/^/# /"; tail -20 /root/apt.log | sed 's/^/# /'
"""

WANTED = {
    "apt": "0", "installed": "active enabled", "user": "sekisho", "mail-1": "1 1", "reload": "0", "mail-2": "1 1",
    "after-kill": "active", "another-process": "0", "mail-3": "1 1", "release": "active sekisho", "remove": "0",
    "removed": "inactive", "mail-4": "0 1", "errors": "0",
}
TOOLS = ["debootstrap", "mke2fs", "qemu-system-x86_64"]


def make_image(package, folder):
    base, root, image = (os.path.join(folder, name) for name in ("base", "machine", "machine.img"))
    install.make_base(base)
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", base, root], check=True)
    shutil.copy("/etc/resolv.conf", root + "/etc/resolv.conf")
    os.makedirs(root + "/package")
    install.copy_packages(package, root + "/package")
    for path, text, mode in [("/root/check", CHECK, 0o755), ("/etc/systemd/system/check.service", UNIT, 0o644),
                             ("/etc/fstab", "", 0o644), ("/etc/hostname", "gw.kikan.example\n", 0o644)]:
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        with open(root + path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(root + path, mode)
    policy = root + "/usr/sbin/policy-rc.d"  # nothing is started in the folder; in the machine everything is
    with open(policy, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexit 101\n")
    os.chmod(policy, 0o755)
    install.run(root, "sh", "-c", PREPARE)
    os.remove(policy)
    if os.path.exists(image):
        os.remove(image)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", root, image, "4G"], check=True)
    kernel, initrd = (sorted(glob.glob(root + "/boot/" + name))[-1] for name in ("vmlinuz-*", "initrd.img-*"))
    return image, kernel, initrd


def boot(image, kernel, initrd):
    done = subprocess.run(
        ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "qemu64", "-smp", "2", "-m", "2048", "-nographic", "-no-reboot", "-nic",
         "none", "-kernel", kernel, "-initrd", initrd, "-append", "root=/dev/vda rw console=ttyS0 quiet edd=off no_timer_check systemd.mask=serial-getty@ttyS0.service",
         "-drive", "file=%s,format=raw,if=virtio,cache=unsafe" % image], stdin=subprocess.DEVNULL, capture_output=True, timeout=2400, check=False)
    return done.stdout.decode("utf-8", "replace").replace("\r", "")


def main():
    package, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if os.geteuid() != 0 or missing:
        print("needs root and", " ".join(missing))
        return 77
    os.makedirs(folder, exist_ok=True)
    package = package if package.endswith(".deb") else install.build_package(package, folder)
    console = boot(*make_image(package, folder))
    found = dict(re.findall(r"(?m)@@ (\S+) (.*)$", console))
    wrong = {name: (found.get(name), value) for name, value in WANTED.items() if found.get(name) != value}
    if wrong:
        print(console[-12000:])
    for name, value in found.items():
        print("%-16s %s" % (name, value))
    assert not wrong, wrong
    return 0


if __name__ == "__main__":
    sys.exit(main())
