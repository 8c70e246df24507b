#!/usr/bin/env python3
"""The page of metrics, and that its clients can't disturb mail. test-metrics.py PROGRAM REAL [NAME…]

PROGRAM is the daemon with the stand-in for a classifier, REAL the one that is shipped."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import mta
import openmetrics
from daemon import Daemon

PROGRAM, REAL = (os.path.abspath(path) for path in sys.argv[1:3])
ROOT = os.environ.get("SKS_SOURCE_ROOT", os.path.join(os.path.dirname(__file__), "..", ".."))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Watched(Daemon):
    """A daemon whose metrics are on."""

    def __init__(self, program, settings):
        self.port = free_port()
        settings = dict(settings)
        settings["metrics"] = {"listen": "127.0.0.1:%d" % self.port}
        super().__init__(program, settings)

    def get(self, path="/metrics", method="GET", headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response, body

    def page(self):
        response, body = self.get()
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        return openmetrics.parse(body)

    def metrics_pid(self):
        """The child that has the metrics' socket."""
        inode = None
        with open("/proc/net/tcp", encoding="ascii") as file:
            for line in file.read().splitlines()[1:]:
                fields = line.split()
                if fields[1] == "0100007F:%04X" % self.port and fields[3] == "0A":
                    inode = fields[9]
        for pid in self.pids():
            for descriptor in os.listdir("/proc/%d/fd" % pid):
                if os.readlink("/proc/%d/fd/%s" % (pid, descriptor)) == "socket:[%s]" % inode:
                    return pid
        raise AssertionError("no process serves metrics")


def value(page, name, **labels):
    return page[name][tuple(sorted(labels.items()))]


def send(connection, order):
    return connection.mail(((b"Subject", b" Hello"), (b"X-Stand-In", order)), b"Hello.\r\n" * 10)


def connect(daemon):
    connection = mta.Connection(daemon.socket)
    connection.introduce()
    return connection


def test_counts():
    daemon = Watched(PROGRAM, {"policy": {"targeted": "quarantine", "bulk": "tag", "exempt_senders": "friend@partner.example"},
                               "pool": {"workers": "2", "deadline": "3", "memory": "64M"}}).start()
    before = daemon.page()
    assert value(before, "sekisho_mails_total", **{"class": "clean", "action": "accept"}) == 0
    connection = connect(daemon)
    for order in (b"clean", b"clean", b"bulk", b"targeted", b"crash", b"memory", b"slow=9000"):
        send(connection, order)
    connection.mail(((b"X-Stand-In", b"targeted"),), b"", sender=b"<friend@partner.example>")
    page = daemon.page()
    want = {("clean", "accept"): 2, ("bulk", "tag"): 1, ("targeted", "quarantine"): 1, ("targeted", "accept"): 1,
            ("unjudged", "accept"): 3}
    for labels, count in page["sekisho_mails_total"].items():
        labels = dict(labels)
        assert count == want.get((labels["class"], labels["action"]), 0), labels
    assert value(page, "sekisho_exempt_mails_total", reason="sender") == 1
    causes = {dict(labels)["cause"]: count for labels, count in page["sekisho_failures_total"].items()}
    # Under sanitizers there is no memory limit: then that mail runs into its deadline.
    assert causes["crash"] == 1 and causes["memory"] + causes["deadline"] == 2, causes
    assert sum(causes.values()) == 3 and causes["deadline"] >= 1, causes
    assert value(page, "sekisho_mail_seconds_count") == 8 and value(page, "sekisho_mail_bytes_count") == 8
    assert value(page, "sekisho_examination_seconds_count") <= 5
    late = value(page, "sekisho_mail_seconds_bucket", le="2.0")
    assert late <= 7 and value(page, "sekisho_mail_seconds_bucket", le="60.0") == 8 and value(page, "sekisho_mail_seconds_sum") >= 1
    assert value(page, "sekisho_workers_started_total") >= 4 and value(page, "sekisho_workers_most") == 2
    assert value(page, "sekisho_connections") == 1 and value(page, "sekisho_mails_in_hand") == 0
    assert value(page, "sekisho_model_info", version="stand-in") == 1
    assert "sekisho_store_available" not in page
    connection.quit()
    daemon.stop()


def test_counts_outlive_everything():
    daemon = Watched(PROGRAM, {"policy": {"targeted": "tag"}}).start()
    send(connect(daemon), b"targeted")
    tagged = {"class": "targeted", "action": "tag"}
    model = os.path.join(daemon.folder, "model")
    with open(model, "w", encoding="utf-8") as file:
        file.write('2026 "x\\y\n')
    daemon.configure({"policy": {"targeted": "reject"}, "classifier": {"model": model},
                      "metrics": {"listen": "127.0.0.1:%d" % daemon.port}})
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("uses generation 2")
    page = daemon.page()
    assert value(page, "sekisho_mails_total", **tagged) == 1 and value(page, "sekisho_generation") == 2
    assert value(page, "sekisho_model_info", version='2026 \\"x\\\\y') == 1
    assert value(page, "sekisho_reloads_total", result="used") == 1

    with open(model, "w", encoding="utf-8") as file:
        file.write("bad\n")
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("is not used")
    assert value(daemon.page(), "sekisho_reloads_total", result="refused") == 1
    with open(model, "w", encoding="utf-8") as file:
        file.write("good\n")

    os.kill(daemon.metrics_pid(), signal.SIGKILL)
    daemon.wait_for("the metrics process ended by signal 9")
    page = daemon.page()  # waits until somebody takes the connection
    assert value(page, "sekisho_process_deaths_total", process="metrics") == 1
    assert value(page, "sekisho_mails_total", **tagged) == 1

    assert daemon.milter_pid() != daemon.metrics_pid()
    os.kill(daemon.milter_pid(), signal.SIGKILL)
    daemon.wait_for("the milter process ended by signal 9")
    daemon.wait_for(r"generation \d+ in use", count=3)
    connection = connect(daemon)
    assert send(connection, b"targeted")[1][0] == b"y"
    page = daemon.page()
    assert value(page, "sekisho_mails_total", **tagged) == 1
    assert value(page, "sekisho_mails_total", **{"class": "targeted", "action": "reject"}) == 1
    assert value(page, "sekisho_process_deaths_total", process="milter") == 1
    assert value(page, "sekisho_connections") == 1
    metrics = daemon.metrics_pid()
    log = daemon.stop()
    assert not os.path.exists("/proc/%d" % metrics), log


def drip(sockets, seconds):
    """Many clients that never finish what they say."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for client in sockets:
            try:
                client.send(b"X")
            except OSError:
                pass
        time.sleep(0.2)


def test_abuse():
    daemon = Watched(PROGRAM, {"policy": {"targeted": "tag"}}).start()
    connection = connect(daemon)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"):
        response, body = daemon.get(method=method)
        assert response.status == 405 and response.headers["Allow"] == "GET, HEAD", (method, response.status)
        assert "sekisho_" not in body
    for path in ("/", "/metrics/", "/metrics.php", "//metrics", "/../metrics", "/%2e%2e/etc/passwd"):
        assert daemon.get(path)[0].status in (400, 404), path
    assert daemon.get("/metrics?name[]=x")[0].status == 200
    response, body = daemon.get(method="HEAD")
    assert response.status == 200 and body == ""

    raw = [b"GET /" + b"a" * 1000000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 70000, b"GET /metrics HTTP/9.9\r\n\r\n",
           b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 100000 + b"\r\n",
           b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
           b"POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
           b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]
    for bytes_ in raw:
        client = socket.create_connection(("127.0.0.1", daemon.port), timeout=20)
        try:
            client.sendall(bytes_)
            client.shutdown(socket.SHUT_WR)
            answer = client.recv(100000)
        except OSError:
            answer = b""
        client.close()
        assert b"sekisho_mails_total" not in answer or bytes_.startswith(b"GET /metrics HTTP/9.9"), bytes_[:40]
        assert mta.verdict(send(connection, b"targeted")[0]) == "targeted"

    clients = []
    for _ in range(300):
        client = socket.create_connection(("127.0.0.1", daemon.port), timeout=20)
        client.sendall(b"GET /metrics HTTP/1.1\r\nX-")
        client.setblocking(False)
        clients.append(client)
        if len(clients) >= 90:  # the rest wait in the backlog, or are refused there
            break
    drip(clients[:10], 2)
    for _ in range(20):
        assert mta.verdict(send(connection, b"targeted")[0]) == "targeted"
    with open("/proc/%d/status" % daemon.metrics_pid(), encoding="ascii") as file:
        status = dict(line.split(":", 1) for line in file.read().splitlines())
    assert status["Threads"].strip() == "1" and status["NoNewPrivs"].strip() == "1"
    if os.environ.get("SKS_SANITIZED") != "yes":
        assert status["Seccomp"].strip() == "2", "no system calls are forbidden"
    assert len(os.listdir("/proc/%d/fd" % daemon.metrics_pid())) < 64
    for client in clients:
        client.close()
    assert value(daemon.page(), "sekisho_mails_total", **{"class": "targeted", "action": "tag"}) == len(raw) + 20
    assert value(daemon.page(), "sekisho_process_deaths_total", process="metrics") == 0
    connection.quit()
    daemon.stop()


def test_both_formats():
    daemon = Watched(PROGRAM, {}).start()
    send(connect(daemon), b"clean")
    response, body = daemon.get(headers={"Accept": "text/plain;version=0.0.4"})
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    page = openmetrics.parse(body, older=True)
    assert value(page, "sekisho_mails_total", **{"class": "clean", "action": "accept"}) == 1
    assert set(page) == set(daemon.page())
    accepted = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    assert daemon.get(headers={"Accept": accepted})[1].endswith("# EOF\n")
    if shutil.which("promtool"):
        result = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True, text=True, check=False)
        assert result.returncode == 0 and not result.stderr, result.stderr
    daemon.stop()


def test_where():
    refused = Daemon(PROGRAM, {"metrics": {"listen": "0.0.0.0:9478"}})
    result = subprocess.run([PROGRAM, "-n", "-c", refused.configuration], capture_output=True, text=True, check=False)
    assert result.returncode == 1 and "needs an address that only this host reaches" in result.stderr, result

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused.configure({"metrics": {"listen": "127.0.0.1:%d" % port}})
        result = subprocess.run([PROGRAM, "-f", "-c", refused.configuration], capture_output=True, text=True, check=False,
                                timeout=60)
        assert result.returncode == 1 and "can't serve metrics on 127.0.0.1:%d: Address already in use" % port in result.stderr

    off = Daemon(PROGRAM, {}).start()
    assert len(off.pids()) == 2  # milter and nursery alone
    off.stop()


def names_in(dashboard):
    """Every metric that the dashboard's queries name."""
    names = set()

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("expr"), str):
                names.update(re.findall(r"\bsekisho_[a-z_]+", node["expr"]))
            if isinstance(node.get("query"), str):
                names.update(re.findall(r"\bsekisho_[a-z_]+", node["query"]))
            for item in node.values():
                walk(item)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(dashboard)
    return names


def test_store_and_dashboard():
    store_folder = os.path.join("/tmp", "sekisho-store-%d" % os.getpid())
    os.mkdir(store_folder, 0o700)
    store = os.path.join(store_folder, "memory.sqlite")
    daemon = Watched(REAL, {"classifier": {"store": store, "own_domains": "kikan.example"}}).start()
    connection = connect(daemon)
    connection.mail(((b"From", b" Taro <taro@partner.example>"), (b"Subject", b" Hello"),
                     (b"Message-ID", b" <1@partner.example>"), (b"Date", b" Wed, 25 Nov 2026 10:00:00 +0900")), b"Hello.\r\n")
    page = daemon.page()
    assert value(page, "sekisho_store_available") == 1 and value(page, "sekisho_store_bytes") > 10000
    assert value(page, "sekisho_store_learned_mails") <= 1
    for kind in ("attachment", "password"):
        assert value(page, "sekisho_store_waiting_mails", kind=kind) == 0
    version = [dict(labels)["version"] for labels in page["sekisho_model_info"]]
    assert len(version) == 1 and len(version[0]) > 3

    with open(os.path.join(ROOT, "docs", "grafana-dashboard.json"), encoding="utf-8") as file:
        used = names_in(json.load(file))
    assert len(used) > 15, used
    assert used <= set(page), "the dashboard asks for what there is not: %s" % sorted(used - set(page))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in page} - {"sekisho_generation_start_seconds"}
    assert shown <= families, "the dashboard does not show %s" % sorted(shown - families)
    with open(os.path.join(ROOT, "docs", "sekisho-milter.8.scd"), encoding="utf-8") as file:
        told = set(re.findall(r"\bsekisho_[a-z_]+", file.read().replace("\\", "")))
    base = {re.sub(r"_(bucket|sum|count)$", "", name) for name in page}
    assert told == base, "the manual page and the page differ: %s" % sorted(told ^ base)

    # A locked store delays nobody for long, and a missing one shows.
    locked = sqlite3.connect(store, isolation_level=None)
    locked.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.quit()
    daemon.signal(signal.SIGHUP)
    daemon.wait_for("uses generation 2")
    assert "sekisho_store_available" in daemon.page()
    locked.close()
    daemon.stop()
    shutil.rmtree(store_folder)


def main():
    names = sys.argv[3:] or [name for name in globals() if name.startswith("test_")]
    for name in names:
        started = time.monotonic()
        globals()[name]()
        print("%s: %.1f s" % (name, time.monotonic() - started), flush=True)


if __name__ == "__main__":
    main()
