"""A private Postfix and a private Sendmail: own configuration, queue and ports on loopback; and an SMTP sink behind them.

Both run out of the folder where tests/gateway/prepare unpacked them. They need root (they change to a user of their own to
keep their queues), and take accounts that every Debian has; nothing of the host's mail is touched."""

import ctypes
import grp
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import socketserver
import subprocess
import tempfile
import threading
import time


def free_ports(count):
    """So many different ports: asked for one by one, the same might come twice."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def free_port():
    return free_ports(1)[0]


def take_full_name():
    """Sendmail sleeps for a minute on a host whose own name has no domain. Where it may, the child calls itself something
    better, in a namespace of its own; where not, it sleeps."""
    libc = ctypes.CDLL(None, use_errno=True)
    name = b"gateway.kikan.example"
    if libc.unshare(0x04000000) == 0:  # CLONE_NEWUTS
        libc.sethostname(name, len(name))


def wait_for_port(port, process, log, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError("nobody listens on port %d:\n%s" % (port, log()))


class Sink:
    """Takes every mail by SMTP and keeps it."""

    def __init__(self):
        self.mails = []
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text + b"\r\n")

            def take(self):
                lines = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    lines.append(line[1:] if line.startswith(b".") else line)
                return b"".join(lines)

            def handle(self):
                try:
                    self.converse()
                except ConnectionError:
                    pass  # an MTA that is being stopped

            def converse(self):
                sender, recipients = None, []
                self.say(b"220 sink.example ESMTP")
                for line in self.rfile:
                    verb = line.strip().upper()
                    if verb.startswith(b"EHLO"):
                        self.wfile.write(b"250-sink.example\r\n250-8BITMIME\r\n250 SIZE\r\n")
                    elif verb.startswith(b"MAIL"):
                        sender, recipients = line.strip(), []
                        self.say(b"250 ok")
                    elif verb.startswith(b"RCPT"):
                        recipients.append(line.strip())
                        self.say(b"250 ok")
                    elif verb == b"DATA":
                        self.say(b"354 go")
                        sink.mails.append((sender, recipients, self.take()))
                        self.say(b"250 ok")
                    elif verb == b"QUIT":
                        self.say(b"221 bye")
                        return
                    else:
                        self.say(b"250 ok")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def find(self, marker):
        """All mails that contain these bytes."""
        return [data for _, _, data in list(self.mails) if marker in data]

    def wait_for(self, marker, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.find(marker)
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError("%r did not arrive" % marker)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def submit(port, message, sender="sender@partner.example", recipients=("taro@kikan.example",), xclient=None):
    """Sends bytes as they are. Returns (code, text) of the answer after DATA, or of what was refused before."""
    with smtplib.SMTP("127.0.0.1", port, "helo.partner.example", timeout=120) as client:
        client.ehlo()
        if xclient:
            code, text = client.docmd("XCLIENT", xclient)
            assert code == 220, (code, text)
            client.ehlo()
        for step in [lambda: client.mail(sender, ["BODY=8BITMIME"])] + [lambda r=r: client.rcpt(r) for r in recipients]:
            code, text = step()
            if code != 250:
                return code, text
        try:
            return client.data(message)
        except smtplib.SMTPDataError as error:
            return error.smtp_code, error.smtp_error


class Gateway:
    """What both MTAs have in common."""

    has_xclient = False

    def __init__(self, unpacked, sink):
        self.unpacked = unpacked
        self.root = os.path.join(unpacked, "root")
        self.sink = sink
        self.folder = tempfile.mkdtemp(prefix="gateway-")
        os.chmod(self.folder, 0o755)
        self.port, self.plain_port = free_ports(2)
        self.processes = []
        libraries = [os.path.join(self.root, path) for path in
                     ("usr/lib/postfix", "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu",
                      "lib/aarch64-linux-gnu")]
        self.environment = dict(os.environ, LD_LIBRARY_PATH=":".join(libraries), LC_ALL="C")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, arguments, **keywords):
        keywords.setdefault("start_new_session", True)
        process = subprocess.Popen(arguments, env=self.environment, stdin=subprocess.DEVNULL, **keywords)
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
            try:
                os.killpg(process.pid, signal.SIGKILL)  # the children of its own session
            except ProcessLookupError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


class Postfix(Gateway):
    has_xclient = True

    def __init__(self, unpacked, setup, sink, patience=None):
        """setup: what --print-mta-setup prints for this MTA; patience: its time for an answer, if not the printed one."""
        super().__init__(unpacked, sink)
        # Three accounts that exist everywhere and share no id: mail_owner must not be anybody's but Postfix's.
        owner, group = "news", "uucp"
        queue, data = self.path("queue"), self.path("data")
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid",
                     "private", "public", "saved", "trace"):
            os.makedirs(os.path.join(queue, name))
            if name != "pid":
                os.chown(os.path.join(queue, name), pwd.getpwnam(owner).pw_uid, 0)
            os.chmod(os.path.join(queue, name), 0o700 if name != "pid" else 0o755)
        for name, mode in (("public", 0o710), ("maildrop", 0o730)):
            os.chown(os.path.join(queue, name), pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
            os.chmod(os.path.join(queue, name), mode)
        os.makedirs(data)
        os.chown(data, pwd.getpwnam(owner).pw_uid, 0)
        os.makedirs(self.path("etc"))
        program = os.path.join(self.root, "usr/lib/postfix/sbin")
        libraries = self.environment["LD_LIBRARY_PATH"]
        self.log_path = self.path("maillog")
        self.write("etc/main.cf", "\n".join([
            "compatibility_level = 3.6",
            "mail_owner = " + owner,
            "setgid_group = " + group,
            "default_privs = nobody",
            "queue_directory = " + queue,
            "data_directory = " + data,
            "daemon_directory = " + program,
            "command_directory = " + os.path.join(self.root, "usr/sbin"),
            "shlib_directory = no",
            "import_environment = MAIL_CONFIG TZ LANG=C LD_LIBRARY_PATH=" + libraries,
            "export_environment = TZ LANG=C LD_LIBRARY_PATH=" + libraries,
            "maillog_file = " + self.log_path,
            "maillog_file_prefixes = " + self.folder,
            "myhostname = gateway.kikan.example",
            "mydestination =",
            "local_recipient_maps =",
            "local_transport = error:no local mail",
            "alias_maps =",
            "alias_database =",
            "inet_interfaces = 127.0.0.1",
            "inet_protocols = ipv4",
            "mynetworks = 192.0.2.255/32",
            "relay_domains = kikan.example",
            "relay_transport = smtp:[127.0.0.1]:%d" % sink.port,
            "default_transport = error:not here",
            "smtpd_authorized_xclient_hosts = 127.0.0.1",
            "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination",
            "smtp_host_lookup = native",
            "smtpd_peername_lookup = no",
            "disable_dns_lookups = yes",
        ] + setup + ([] if patience is None else ["milter_content_timeout = %ds" % patience]) + [
            "message_size_limit = 102400000",
            "queue_run_delay = 2s",
            "minimal_backoff_time = 2s",
            "smtpd_delay_open_until_valid_rcpt = no",
            "",
        ]))
        self.write("etc/master.cf", "\n".join([
            "127.0.0.1:%d inet n - n - - smtpd" % self.port,
            "127.0.0.1:%d inet n - n - - smtpd" % self.plain_port,
            "  -o smtpd_milters=",
            "cleanup unix n - n - 0 cleanup",
            "qmgr unix n - n 300 1 qmgr",
            "tlsmgr unix - - n 1000? 1 tlsmgr",
            "rewrite unix - - n - - trivial-rewrite",
            "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce",
            "verify unix - - n - 1 verify",
            "flush unix n - n 1000? 0 flush",
            "proxymap unix - - n - - proxymap",
            "smtp unix - - n - - smtp",
            "relay unix - - n - - smtp",
            "showq unix n - n - - showq",
            "error unix - - n - - error",
            "retry unix - - n - - error",
            "discard unix - - n - - discard",
            "anvil unix - - n - 1 anvil",
            "scache unix - - n - 1 scache",
            "postlog unix-dgram n - n - 1 postlogd",
            "",
        ]))
        process = self.run([os.path.join(program, "master"), "-c", self.path("etc"), "-d"], stderr=subprocess.PIPE)
        wait_for_port(self.port, process, self.log)
        wait_for_port(self.plain_port, process, self.log)

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return "(no log)"

    def held(self):
        """Queue files on hold."""
        return [os.path.join(base, name) for base, _, names in os.walk(self.path("queue/hold")) for name in names]

    def release(self):
        """What an administrator does: postsuper -H ALL."""
        subprocess.run([os.path.join(self.root, "usr/sbin/postsuper"), "-c", self.path("etc"), "-H", "ALL"],
                       env=self.environment, check=True, stderr=subprocess.DEVNULL)


class Sendmail(Gateway):
    def __init__(self, unpacked, setup, sink, patience=None):
        """setup: what --print-mta-setup prints for this MTA; patience: its time for an answer, if not the printed one."""
        super().__init__(unpacked, sink)
        # Progress extends R, the time for each answer, but not E, the time for the end of a message as a whole.
        if patience is not None:
            setup = [re.sub(r";R:\d+s", ";R:%ds" % patience, line) for line in setup]
        self.log_path = self.path("maillog")
        lookup = "define(`confSERVICE_SWITCH_FILE', `%s')" % self.path("switch")
        self.write("switch", "hosts files\naliases files\n")
        for name, port, filters in (("milter", self.port, True), ("plain", self.plain_port, False)):
            os.makedirs(self.path("queue-" + name), mode=0o700)
            lines = [
                "divert(-1)", "divert(0)",
                "OSTYPE(`linux')",
                "define(`confLOG_LEVEL', `9')",
                "define(`confDONT_PROBE_INTERFACES', `True')",
                "define(`confDOMAIN_NAME', `gateway.kikan.example')",
                lookup,
                "define(`QUEUE_DIR', `%s')" % self.path("queue-" + name),
                "define(`confPID_FILE', `%s')" % self.path(name + ".pid"),
                "define(`STATUS_FILE', `')",
                "define(`HELP_FILE', `')",
                "define(`ALIAS_FILE', `')",
                "define(`confCONTROL_SOCKET_NAME', `')",
                "define(`confDEF_USER_ID', `nobody')",
                "define(`confDELIVERY_MODE', `background')",
                "define(`confQUEUE_LA', `10000')",  # a busy machine delivers, too: from a load of 8 on large mail would wait
                "define(`confREFUSE_LA', `10000')",
                "define(`confTO_IDENT', `0')",
                "define(`confBIND_OPTS', `-DNSRCH -DEFNAMES')",
                "define(`SMTP_MAILER_ARGS', `TCP $h %d')" % sink.port,
                "define(`ESMTP_MAILER_ARGS', `TCP $h %d')" % sink.port,
                "define(`RELAY_MAILER_ARGS', `TCP $h %d')" % sink.port,
                "define(`SMART_HOST', `relay:[127.0.0.1]')",
                "FEATURE(`no_default_msa')",
                "FEATURE(`nocanonify')",
                "FEATURE(`promiscuous_relay')",
                "FEATURE(`accept_unresolvable_domains')",
                "FEATURE(`accept_unqualified_senders')",
                "DAEMON_OPTIONS(`Name=%s, Port=%d, Addr=127.0.0.1')" % (name, port),
            ] + (setup if filters else []) + [
                "MAILER(`smtp')",
                "",
            ]
            self.write(name + ".mc", "\n".join(lines))
            cf = os.path.join(self.root, "usr/share/sendmail/cf/")
            made = subprocess.run(
                [os.path.join(self.root, "usr/bin/m4"), "-D_CF_DIR_=" + cf, os.path.join(cf, "m4/cf.m4"), self.path(name + ".mc")],
                env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
            assert made.returncode == 0, made.stderr
            self.write(name + ".cf", made.stdout)
            with open(self.path(name + ".log"), "w", encoding="utf-8") as log:
                self.run([os.path.join(self.root, "usr/libexec/sendmail/sendmail"), "-C" + self.path(name + ".cf"),
                                    "-bD", "-X" + self.path(name + ".traffic")], stdout=log, stderr=log, preexec_fn=take_full_name)
        for port, process in zip((self.port, self.plain_port), self.processes):
            wait_for_port(port, process, self.log, 90)

    def log(self):
        text = ""
        for name in ("milter", "plain"):
            for suffix in (".log", ".traffic"):
                if os.path.exists(self.path(name + suffix)):
                    with open(self.path(name + suffix), encoding="utf-8", errors="replace") as file:
                        text += file.read()[-4000:]
        return text

    def held(self):
        """Quarantined queue files begin with hf."""
        return [self.path("queue-milter", name) for name in os.listdir(self.path("queue-milter")) if name.startswith("hf")]

    def release(self):
        program = [os.path.join(self.root, "usr/libexec/sendmail/sendmail"), "-C" + self.path("milter.cf")]
        subprocess.run(program + ["-qQ", "-Q"], env=self.environment, check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, preexec_fn=take_full_name)
        subprocess.run(program + ["-q"], env=self.environment, check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, preexec_fn=take_full_name)


def end(daemon, mta, sink, failed):
    """Stops all three; after a failure with the last of what their logs say."""
    if failed:
        print("\n".join(daemon.lines[-40:]))
        print(mta.log()[-6000:])
    mta.stop()
    sink.stop()
    if failed:
        daemon.process.kill()
    else:
        daemon.stop()
