#!/usr/bin/env python3
"""test-programs.py SEKISHO: encrypted files as the programs make them that people use.

7z, zip, qpdf and openssl write archives and PDFs in every way they know; `sekisho attachment --json` must tell each
right, without a password, with a wrong one and with the right one. A program that is missing is passed over.
"""
import hashlib
import hmac
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

RIGHT, WRONG = "Kx8!pqr2", "Kx8!pqr3"
PROGRAM = b"MZ\x90\0" + bytes(range(256)) * 40 + b"\xe8\x10\0\0\0\xe9\x20\0\0\0" * 2000
FILES = {"memo.txt": b"We meet at ten.\n", "plan.txt": b"The plan for March, line by line.\n" * 400,
         "shiryou.exe": PROGRAM}

# What 7z packs with, below the cipher; those that nobody here can unpack stay recognised.
METHODS_7Z = {"LZMA": True, "LZMA2": True, "PPMd": True, "BZip2": True, "Deflate": True, "Copy": True,
              "Deflate64": False}
FILTERS_7Z = ["BCJ", "Delta:4", "ARM", "ARM64", "PPC"]
METHODS_ZIP = {"Copy": True, "Deflate": True, "BZip2": True, "LZMA": True, "Deflate64": False, "PPMd": True}


def run(command, folder, accepted=(0,)):
    process = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if process.returncode not in accepted:
        sys.exit(f"{' '.join(command)}: {process.stdout.decode(errors='replace')}")


class Teller:
    """Asks sekisho and collects what it tells wrong."""

    def __init__(self, program):
        self.program, self.wrong, self.count = program, [], 0

    def ask(self, file, passwords):
        options = [part for password in passwords for part in ("--password", password)]
        process = subprocess.run([self.program, "attachment", "--json", *options, str(file)], capture_output=True,
                                 text=True)
        if process.returncode != 0:
            sys.exit(f"sekisho attachment {file}: exit {process.returncode}, {process.stderr}")
        told = json.loads(process.stdout)
        self.wrong += [f"{file}: {fact['id']} has no sentence" for fact in told["facts"]
                       if {fact["ja"], fact["en"]} & {fact["id"], fact["detail"]}]
        return told

    def expect(self, name, told, want):
        self.count += 1
        self.wrong += [f"{name}: {key} is {told[key]}, want {value}" for key, value in want.items()
                       if value is not None and told[key] != value]

    def check(self, name, file, kind, visible=True, opens=True, encrypted=True, right=(WRONG, RIGHT)):
        want = {"version": 1, "type": kind, "encrypted": encrypted, "names_visible": visible, "opened": False}
        for passwords in ((), (WRONG,)):
            self.expect(f"{name}, {len(passwords)} wrong", self.ask(file, passwords), want)
        told = self.ask(file, right)
        self.expect(f"{name}, right", told, want | {"opened": opens and encrypted, "names_visible": None})
        return told

    def holds_program(self, name, told):
        ids = {fact["id"] for fact in told["facts"]}
        types = {entry["name"].rsplit("/", 1)[-1]: entry["type"] for entry in told["entries"]}
        sizes = {entry["name"].rsplit("/", 1)[-1]: entry["size"] for entry in told["entries"]}
        self.expect(f"{name}, content", {"program": "attachment.program-inside" in ids,
                                         "exe": types.get("shiryou.exe"), "memo": types.get("memo.txt"),
                                         "size": sizes.get("plan.txt"), "damaged": "attachment.damaged" in ids},
                    {"program": True, "exe": "pe", "memo": "text", "size": len(FILES["plan.txt"]), "damaged": False})


def check_7z(teller, folder):
    variants = [(method, [f"-m0={method}"], opens) for method, opens in METHODS_7Z.items()]
    variants += [(f"{name}, LZMA", [f"-m0={name}", "-m1=LZMA"], True) for name in FILTERS_7Z]
    variants += [("BCJ2", ["-m0=BCJ2", "-m1=LZMA:d=1m", "-m2=LZMA:d=64k", "-m3=LZMA:d=64k", "-mb0:1", "-mb0s1:2",
                           "-mb0s2:3"], True)]
    variants += [("BCJ, PPMd", ["-m0=BCJ", "-m1=PPMd"], None), ("not solid", ["-ms=off"], True)]
    for name, options, opens in variants:
        for hidden in ("off", "on"):
            file = folder / f"{name.replace(', ', '-').replace(':', '-')}-{hidden}.7z"
            run(["7z", "a", f"-p{RIGHT}", f"-mhe={hidden}", *options, str(file), *FILES], folder)
            title = f"7z, {name}, -mhe={hidden}"
            told = teller.check(title, file, "7z", visible=hidden == "off", opens=opens)
            if told["opened"]:
                teller.holds_program(title, told)
    check_zip_of_7z(teller, folder)
    check_plain_zip_of_7z(teller, folder)


def check_plain_zip_of_7z(teller, folder):
    for method in METHODS_ZIP:
        file = folder / f"plain-{method}.zip"
        run(["7z", "a", "-tzip", f"-mm={method}", str(file), *FILES], folder)
        told = teller.ask(file, ())
        if method != "Deflate64":
            teller.holds_program(f"plain zip of 7z, {method}", told)
        teller.expect(f"plain zip of 7z, {method}", told, {"encrypted": False, "opened": False})


def check_zip_of_7z(teller, folder):
    for cipher in ("ZipCrypto", "AES128", "AES192", "AES256"):
        for method, opens in METHODS_ZIP.items():
            file = folder / f"{cipher}-{method}.zip"
            run(["7z", "a", "-tzip", f"-p{RIGHT}", f"-mem={cipher}", f"-mm={method}", str(file), *FILES], folder)
            title = f"zip of 7z, {cipher}, {method}"
            told = teller.check(title, file, "zip") # 7z stores what is too small to be packed, with any method
            if opens:
                teller.holds_program(title, told)
            unread = [fact for fact in told["facts"] if fact["id"] == "attachment.unread-inside"]
            teller.expect(title, {"read": not unread}, {"read": opens})
        # One very small file: 7z writes it without a CRC (AE-2), and stored.
        file = folder / f"{cipher}-small.zip"
        run(["7z", "a", "-tzip", f"-p{RIGHT}", f"-mem={cipher}", str(file), "memo.txt"], folder)
        teller.check(f"zip of 7z, {cipher}, one small file", file, "zip")


def check_zip(teller, folder):
    for name, options in (("deflated", []), ("stored", ["-0"])):
        file = folder / f"info-{name}.zip"
        run(["zip", "-q", *options, "-P", RIGHT, str(file), *FILES], folder)
        teller.holds_program(name, teller.check(f"zip of Info-ZIP, {name}", file, "zip"))


def make_pdf():
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>", b"<< /Author (Tanaka) >>"]
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n"
                  b"%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, len(out)))


def check_pdf(teller, folder):
    (folder / "plain.pdf").write_bytes(make_pdf())
    variants = [("RC4, 40 bits", ["40"]), ("RC4, 128 bits", ["128", "--use-aes=n"]),
                ("AES, 128 bits", ["128", "--use-aes=y"]), ("AES, 256 bits", ["256"]),
                ("AES, 256 bits, revision 5", ["256", "--force-R5"])]
    for name, options in variants:
        for user in ("", RIGHT):
            file = folder / "encrypted.pdf"
            run(["qpdf", "--allow-weak-crypto", "--encrypt", user, "owner", *options, "--", "plain.pdf", str(file)],
                folder, (0, 3))
            title = f"PDF, {name}, {'user' if user else 'owner'} password"
            told = teller.check(title, file, "pdf", visible=None, encrypted=bool(user))
            authors = [fact["detail"] for fact in told["facts"] if fact["id"] == "attachment.author"]
            teller.expect(f"{title}, content", {"authors": authors}, {"authors": ["Tanaka"]})
            told = teller.ask(file, ("owner",))
            teller.expect(f"{title}, by the owner's", told, {"encrypted": bool(user), "opened": bool(user)})


def encrypt_aes(plain, password, strength):
    """WinZip's AES by its description, with AES of openssl."""
    size, salt = 8 + 8 * strength, bytes(range(4 + 4 * strength))
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 2 * size + 2)
    counters = b"".join((number + 1).to_bytes(16, "little") for number in range(len(plain) // 16 + 1))
    stream = subprocess.run(["openssl", "enc", f"-aes-{8 * size}-ecb", "-nopad", "-K", keys[:size].hex()],
                            input=counters, capture_output=True, check=True).stdout
    text = bytes(a ^ b for a, b in zip(plain, stream))
    return salt + keys[2 * size:] + text + hmac.new(keys[size:2 * size], text, "sha1").digest()[:10]


def make_aes_zip(content, password, version, strength, method):
    plain = content
    if method == 8:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        plain = packer.compress(content) + packer.flush()
    data = encrypt_aes(plain, password, strength)
    crc = zlib.crc32(content) if version == 1 else 0
    extra = struct.pack("<HHH2sBH", 0x9901, 7, version, b"AE", strength, method)
    common = struct.pack("<HHHHHIIIHH", 51, 1, 99, 0, 0x5a21, crc, len(data), len(content), 8, len(extra))
    local = b"PK\3\4" + common + b"memo.txt" + extra + data
    central = b"PK\1\2" + struct.pack("<H", 51) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"memo.txt" + extra
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def check_aes(teller, folder):
    """Both versions, all sizes of keys, packed and stored; a byte that was changed; a MAC that was."""
    content = b"The plan for March, line by line.\n" * 40
    for version in (1, 2):
        for strength in (1, 2, 3):
            for method in (0, 8):
                title = f"WinZip AE-{version}, strength {strength}, method {method}"
                data = make_aes_zip(content, RIGHT, version, strength, method)
                file = folder / "aes.zip"
                file.write_bytes(data)
                teller.check(title, file, "zip")
                for what, place in (("ciphertext", 80), ("MAC", data.index(b"PK\1\2") - 1)):
                    if what == "MAC" and version == 1 and method == 8:
                        continue # the CRC has told before
                    file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
                    teller.check(f"{title}, {what} changed", file, "zip", opens=False)


def rar_number(value):
    out = b""
    while True:
        out += bytes([value & 0x7F | (0x80 if value > 0x7F else 0)])
        value >>= 7
        if value == 0:
            return out


def encrypt_cbc(plain, key, start):
    plain += bytes(-len(plain) % 16)
    return subprocess.run(["openssl", "enc", f"-aes-{8 * len(key)}-cbc", "-nopad", "-K", key.hex(), "-iv", start.hex()],
                          input=plain, capture_output=True, check=True).stdout


def rar5_header(content):
    sized = rar_number(len(content)) + content
    return struct.pack("<I", zlib.crc32(sized)) + sized


def make_rar5(members):
    """RAR 5.0 by rarlab's description: members (name, content, password), stored."""
    out = b"Rar!\x1a\x07\x01\0" + rar5_header(b"\1\0\0")
    for number, (name, content, password) in enumerate(members):
        salt, start, rounds_log = bytes([number] * 16), bytes(range(16)), 15
        key, check = (hashlib.pbkdf2_hmac("sha256", password.encode(), salt, (1 << rounds_log) + more) for more in (0, 32))
        folded = bytes(check[i] ^ check[i + 8] ^ check[i + 16] ^ check[i + 24] for i in range(8))
        record = b"\1\0\1" + bytes([rounds_log]) + salt + start + folded + hashlib.sha256(folded).digest()[:4]
        extra = rar_number(len(record)) + record
        data = encrypt_cbc(content, key, start)
        out += rar5_header(b"\2\3" + rar_number(len(extra)) + rar_number(len(data)) + b"\4" + rar_number(len(content)) +
                           b"\x20" + struct.pack("<I", zlib.crc32(content)) + b"\0\0" + rar_number(len(name)) +
                           name.encode() + extra) + data
    return out + rar5_header(b"\5\0\0")


def rar4_key(password, salt):
    """As RAR 2.9 to 4 derive it: SHA-1 over a quarter of a million copies of password, salt and a counter."""
    seed, digest, start = password.encode("utf-16-le") + salt, hashlib.sha1(), b""
    for number in range(1 << 18):
        digest.update(seed + struct.pack("<I", number)[:3])
        if number % (1 << 14) == 0:
            start += digest.digest()[-1:]
    return b"".join(digest.digest()[i:i + 4][::-1] for i in range(0, 16, 4)), start


def make_rar4(members):
    """RAR 4 by rarlab's technote: members (name, content, password), stored."""
    def block(body):
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    out = b"Rar!\x1a\x07\0" + block(b"\x73" + struct.pack("<HH", 0, 13) + bytes(6))
    for number, (name, content, password) in enumerate(members):
        salt = bytes([number + 1] * 8)
        data = encrypt_cbc(content, *rar4_key(password, salt))
        out += block(b"\x74" + struct.pack("<HHIIBIIBBHI", 0x8404, 32 + len(name) + 8, len(data), len(content), 3,
                                           zlib.crc32(content), 0x58210000, 29, 0x30, len(name), 0o100644) +
                     name.encode() + salt) + data
    return out + block(b"\x7b" + struct.pack("<HH", 0x4000, 7))


def make_twice(command):
    """A program that adds to an archive what is there, with another password."""
    def make(file, folder, members):
        for name, _, password in members:
            run([*command(password), str(file), name], folder)
    return make


def check_several(teller, folder):
    """One archive, two passwords: each opens its own member, and says of the other that it stays closed."""
    other = "Mm77-zzq"
    makers = {
        "rar 5": lambda file, folder, members: file.write_bytes(make_rar5(members)),
        "rar 4": lambda file, folder, members: file.write_bytes(make_rar4(members)),
    }
    if shutil.which("7z"):
        makers["7z"] = make_twice(lambda password: ["7z", "a", "-t7z", f"-p{password}"])
        makers["zip, AES"] = make_twice(lambda password: ["7z", "a", "-tzip", "-mem=AES256", f"-p{password}"])
    if shutil.which("zip"):
        makers["zip, ZipCrypto"] = make_twice(lambda password: ["zip", "-q", "-P", password])
    for name, make in makers.items():
        kind = name.split(",")[0].split(" ")[0]
        for first, second in ((RIGHT, other), (other, RIGHT)):
            file = folder / f"several-{name.replace(', ', '-').replace(' ', '-')}-{first}.{kind}"
            make(file, folder, [("memo.txt", FILES["memo.txt"], first), ("shiryou.exe", FILES["shiryou.exe"], second)])
            for passwords in ((), (WRONG,), (RIGHT,), (WRONG, other), (RIGHT, WRONG, other), (other, RIGHT)):
                told = teller.ask(file, passwords)
                read = (first in passwords, second in passwords)
                told["unread"] = [fact["detail"] for fact in told["facts"] if fact["id"] == "attachment.unread-inside"]
                told["program"] = [fact["detail"] for fact in told["facts"]
                                   if fact["id"] == "attachment.program-inside" and fact["detail"] == "pe"]
                teller.expect(f"{name}, {first} before {second}, {passwords}", told, {
                    "type": kind, "encrypted": True, "opened": any(read),
                    "unread": ["1"] if any(read) and not all(read) else [], "program": ["pe"] if read[1] else []})


def check_exit_codes(teller, folder):
    codes = {"no file": ([], 2), "unknown option": (["--no-such-option", "memo.txt"], 2),
             "missing, and one that is there": (["--json", "no-such-file", "memo.txt"], 1)}
    for name, (arguments, want) in codes.items():
        process = subprocess.run([teller.program, "attachment", *arguments], cwd=folder, capture_output=True, text=True)
        teller.expect(name, {"exit": process.returncode, "silent": process.stderr == ""}, {"exit": want, "silent": False})
        if want == 1:
            teller.expect(name, {"lines": process.stdout.count("\n")}, {"lines": 1})


def main():
    teller = Teller(str(pathlib.Path(sys.argv[1]).resolve()))
    parts = [("7z", shutil.which("7z"), check_7z), ("zip", shutil.which("zip"), check_zip),
             ("qpdf", shutil.which("qpdf"), check_pdf), ("openssl", shutil.which("openssl"), check_aes),
             ("openssl", shutil.which("openssl"), check_several)]
    with tempfile.TemporaryDirectory(prefix="sekisho-programs-") as name:
        folder = pathlib.Path(name)
        for file, content in FILES.items():
            (folder / file).write_bytes(content)
        check_exit_codes(teller, folder)
        for program, there, check in parts:
            if there:
                check(teller, folder)
            else:
                print(f"{program} is missing: passed over")
    print(f"{teller.count} checks")
    print("\n".join(teller.wrong))
    return 1 if teller.wrong else 0


sys.exit(main())
