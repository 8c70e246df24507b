"""The MTA's side of the milter protocol, as much as the tests need. Protocol version 6."""

import socket
import struct

# What an MTA offers: all actions, all steps, "leading space" and "skip".
ACTIONS = 0x1FF
STEPS = 0x1FFFFF


# Commands that the filter may leave unanswered, with the step that says so (SMFIP_NR_…).
SILENT = {b"L": 0x80, b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"N": 0x40000, b"B": 0x80000}


class Gone(Exception):
    """The filter closed the connection."""


def connect(address):
    """unix:PATH, inet:PORT@HOST or inet6:PORT@HOST."""
    kind, rest = address.split(":", 1)
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(rest)
        return connection
    port, host = rest.split("@")
    connection = socket.socket(socket.AF_INET6 if kind == "inet6" else socket.AF_INET)
    connection.connect((host.strip("[]"), int(port)))
    return connection


class Connection:
    def __init__(self, address, timeout=60):
        self.socket = connect(address)
        self.socket.settimeout(timeout)
        self.progress = 0
        self.steps = 0
        command, body = self.ask(b"O", struct.pack("!III", 6, ACTIONS, STEPS))
        assert command == b"O", command
        self.steps = struct.unpack("!III", body[:12])[2]

    def send(self, command, body=b""):
        self.socket.sendall(struct.pack("!I", len(body) + 1) + command + body)

    def receive(self):
        head = self._read(5)
        return head[4:5], self._read(struct.unpack("!I", head[:4])[0] - 1)

    def _read(self, size):
        data = b""
        while len(data) < size:
            try:
                more = self.socket.recv(size - len(data))
            except ConnectionError as error:
                raise Gone() from error
            if not more:
                raise Gone()
            data += more
        return data

    def ask(self, command, body=b""):
        try:
            self.send(command, body)
        except ConnectionError as error:
            raise Gone() from error
        return (b"c", b"") if self.steps & SILENT.get(command, 0) else self.receive()

    def macro(self, stage, **values):
        self.send(b"D", stage + b"".join(b"%s\0%s\0" % (k.encode(), v.encode()) for k, v in values.items()))

    def introduce(self, name="mail.partner.example", address="203.0.113.5"):
        family = b"6" if ":" in address else b"4"
        answers = [self.ask(b"C", name.encode() + b"\0" + family + struct.pack("!H", 25) + address.encode() + b"\0"),
                   self.ask(b"H", b"helo.partner.example\0")]
        return [answer[0] for answer in answers]

    def begin(self, headers=(), body=b"", sender=b"<sender@partner.example>", recipients=(b"<taro@kikan.example>",)):
        """A mail up to its body. Returns the first answer that is not "continue", or None."""
        steps = [(b"M", sender + b"\0")]
        steps += [(b"R", recipient + b"\0") for recipient in recipients]
        steps += [(b"L", name + b"\0" + value + b"\0") for name, value in headers]
        steps.append((b"N", b""))
        steps += [(b"B", body[at:at + 65535]) for at in range(0, len(body), 65535)]
        for command, data in steps:
            answer = self.ask(command, data)
            if answer[0] == b"s":
                break
            if answer[0] != b"c":
                return answer
        return None

    def end(self):
        """End of message. Returns (edits, answer): edits as (command, body), answer the same."""
        self.send(b"E")
        return self.results()

    def results(self):
        edits = []
        while True:
            command, body = self.receive()
            if command == b"p":
                self.progress += 1
            elif command in (b"c", b"a", b"r", b"t", b"d", b"y"):
                return edits, (command, body)
            else:
                edits.append((command, body))

    def mail(self, headers=(), body=b"", **keywords):
        answer = self.begin(headers, body, **keywords)
        return ([], answer) if answer is not None else self.end()

    def quit(self):
        try:
            self.send(b"Q")
        except ConnectionError:
            pass
        self.socket.close()


def inserted(edits):
    """{name: value} of the inserted headers."""
    result = {}
    for command, body in edits:
        if command == b"i":
            name, value = body[4:].split(b"\0")[:2]
            result[name.decode()] = value.decode().lstrip(" ")
    return result


def verdict(edits):
    """The class that X-Sekisho-Verdict tells, or None."""
    value = inserted(edits).get("X-Sekisho-Verdict")
    return value.split(";")[0] if value else None
