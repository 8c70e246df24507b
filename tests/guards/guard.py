#!/usr/bin/env python3
"""guard.py NAME SOURCE BUILD: checks of everything that isn't code in the tests. Prints nothing when all is well.

format     clang-format has nothing to change
symbols    libsekisho exports what the public headers declare, and nothing else
headers    each public header compiles alone, as C and as C++
listed     every .c file stands in the meson.build of its folder
unsafe     no source calls a shell, a program or an unbounded copy
commands   sekisho --help and sekisho(1) name the same commands
tools      each tool of developers tells what it is with --help, and does nothing
"""
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(sys.argv[2])
BUILD = pathlib.Path(sys.argv[3])
FOLDERS = ["include", "classifier", "plugin", "analyst", "tests", "bench"]


def files(*endings):
    for folder in FOLDERS:
        for path in sorted((SOURCE / folder).rglob("*")):
            if path.suffix in endings:
                yield path


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def check_format():
    result = run("clang-format", "--dry-run", "-Werror", *files(".c", ".h"))
    return [line for line in result.stderr.splitlines() if "error:" in line][:20]


def declared():
    names = set()
    for header in (SOURCE / "include/sekisho").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        names |= set(re.findall(r"SKS_API[^;]*?\b(sks_\w+)\(", text))
    return names


def check_symbols():
    output = run("nm", "-D", "--defined-only", BUILD / "classifier/libsekisho.so").stdout
    exported = {line.split()[-1] for line in output.splitlines()}
    exported = {name for name in exported if not name.startswith(("__", "_init", "_fini", "_edata", "_end"))}
    problems = [f"{name}: declared, but not exported" for name in sorted(declared() - exported)]
    return problems + [f"{name}: exported, but in no public header" for name in sorted(exported - declared())]


def check_headers():
    problems = []
    for header in sorted((SOURCE / "include/sekisho").glob("*.h")):
        for language in ["c", "c++"]:
            result = run("gcc", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-pragma-once-outside-header",
                         "-x", language, "-I", SOURCE / "include", header)
            if result.returncode != 0 and "cannot execute" not in result.stderr:
                problems.append(f"{header.name} as {language}: {result.stderr.strip()}")
    return problems


def check_listed():
    problems = []
    for path in files(".c"):
        folder, text = path.parent, ""
        while folder != SOURCE.parent:
            if (folder / "meson.build").exists():
                text += (folder / "meson.build").read_text()
            folder = folder.parent
        if path.name not in text and f"'{path.stem.removeprefix('fuzz-')}'" not in text:
            problems.append(f"{path.relative_to(SOURCE)}: in no meson.build")
    return problems


# What must not be called, and why. Programs are started only where that is the purpose, by path and without a shell.
UNSAFE = {
    "runs a shell or a program": r"system|popen|wordexp|exec[lv]\w*|posix_spawn\w*|g_spawn_\w+|dlopen",
    "knows no end of what it writes": r"strcpy|stpcpy|strcat|sprintf|vsprintf|gets|alloca|strdupa",
    "makes a file that somebody may have made before": r"mktemp|tmpnam|tempnam",
}
STARTS_PROGRAMS = {"plugin/messenger.c": {"execve"}, "plugin/release.c": {"execve"}}


def code_of(path):
    """The text without comments and strings, whose lines stay where they are."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', blank, path.read_text(), flags=re.S)


def check_unsafe():
    problems = []
    for folder in ["include", "classifier", "plugin", "analyst"]:
        for path in sorted((SOURCE / folder).rglob("*.[ch]")):
            name, code = str(path.relative_to(SOURCE)), code_of(path)
            for why, pattern in UNSAFE.items():
                for match in re.finditer(r"(?<![\w.>])(%s)\s*\(" % pattern, code):
                    if match.group(1) not in STARTS_PROGRAMS.get(name, ()):
                        line = code.count("\n", 0, match.start()) + 1
                        problems.append(f"{name}:{line}: {match.group(1)}() {why}")
    return problems


def check_commands():
    output = run(BUILD / "analyst/sekisho", "--help").stdout
    told = set(re.findall(r"^  ([a-z]+)  +\S", output, flags=re.M))
    page = (SOURCE / "docs/sekisho.1.scd").read_text()
    documented = set(re.findall(r"^\*sekisho ([a-z]+)[* ]", page, flags=re.M))
    problems = [f"{name}: in --help, but not in sekisho(1)" for name in sorted(told - documented)]
    return problems + [f"{name}: in sekisho(1), but not in --help" for name in sorted(documented - told)]


def check_tools():
    tools = [path for path in sorted((SOURCE / "bench").iterdir()) if path.is_file() and path.suffix == ""]
    problems = []
    for tool in [*tools, SOURCE / "models/train", SOURCE / "corpora/compose"]:
        result = run(tool, "--help")
        if result.returncode != 0 or result.stderr or tool.name not in result.stdout:
            problems.append(f"{tool}: --help: {result.returncode}, {(result.stderr or result.stdout)[-200:]!r}")
    return problems


problems = globals()["check_" + sys.argv[1]]()
print("\n".join(problems), end="\n" if problems else "")
sys.exit(1 if problems else 0)
