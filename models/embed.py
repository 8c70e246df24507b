#!/usr/bin/env python3
"""embed.py OUTPUT ROOT FILE…: an assembly file that holds the files, and a table of them sorted by name.

A file below ROOT is named by its path there, any other (made by the build) by its base name with "built/" before it.
The assembler copies the bytes: nothing is parsed by the compiler, and the result is the same on gcc and clang.
"""
import os
import sys


def main():
    output, root, files = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3:]
    named = {}
    for path in map(os.path.abspath, files):
        inside = path.startswith(root + os.sep)
        named[os.path.relpath(path, root) if inside else "built/" + os.path.basename(path)] = path
    lines = ['    .section .rodata, "a"']
    for number, (name, path) in enumerate(sorted(named.items())):
        lines += ["    .balign 64", f"bytes_{number}:", f'    .incbin "{path}"', f"end_{number}:", "    .byte 0",
                  f"name_{number}:", f'    .asciz "{name}"']
    lines += ['    .section .data.rel.ro, "aw"', "    .balign 8", "    .globl sks_resource_table",
              "    .hidden sks_resource_table", "sks_resource_table:"]
    for number in range(len(named)):
        lines += [f"    .quad name_{number}, bytes_{number}, end_{number} - bytes_{number}"]
    lines += ["    .globl sks_resource_count", "    .hidden sks_resource_count", "sks_resource_count:",
              f"    .quad {len(named)}", '    .section .note.GNU-stack, "", %progbits', ""]
    with open(output, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))
    for path in named.values():
        if not os.path.getsize(path):
            sys.exit(f"embed.py: {path}: empty file")


main()
