#!/usr/bin/env python3
"""trigram.py MODEL OUTPUT HEADER: the table that classifier/language/trigram.h describes, from libkkc's trigram model,
and its first 64 bytes once more, by which the program knows it.

MODEL is the folder of Debian's libkkc-data (models/sorted3); marisa-reverse-lookup (Debian: marisa) reads its index. All
numbers are in the machine's own byte order. data.1gram has six bytes a word (cost, backoff, nothing), in the index's order;
data.2gram twelve a pair (the word, the one before it, cost, backoff); data.3gram ten a triple (the word, the number of
the pair before it, cost). 65535 stands for a probability of 10^-8, 0 for one of 1.
"""
import array
import hashlib
import os
import struct
import subprocess
import sys
import unicodedata

MAGIC = b"SKSTRIG1"
BUCKET = 16  # entries, as in trigram.c
FILLED = 12  # of them on average
WORD_BITS = 18
MASK = (1 << 64) - 1
FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9


def step(cost):
    """A cost or backoff in 255 steps for 65535."""
    return (cost * 255 + 32767) // 65535


def word_hash(text):
    value = 0x811C9DC5
    for byte in text.encode("utf-8"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


class Buckets:
    """A hash table of 32-bit entries in buckets of one cache line; what doesn't fit goes into the next ones."""

    def __init__(self, entries):
        self.count = entries // FILLED + 1
        self.used = bytearray(self.count)
        self.table = array.array("I", bytes(4 * BUCKET * self.count))

    def add(self, key, check_bits, low):
        value = key * FIRST & MASK
        value = (value ^ value >> 32) * SECOND & MASK
        bucket = (value >> 32) * self.count >> 32
        while self.used[bucket] == BUCKET:
            bucket = bucket + 1 if bucket + 1 < self.count else 0
        self.table[bucket * BUCKET + self.used[bucket]] = (value & (1 << check_bits) - 1) << 32 - check_bits | low
        self.used[bucket] += 1


def read_words(model, count):
    """The index's keys by number: reading/surface."""
    numbers = "".join(f"{i}\n" for i in range(count))
    lines = subprocess.run(["marisa-reverse-lookup", os.path.join(model, "data.1gram.index")], input=numbers,
                           stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.split("\n")
    words = [line.split("\t", 1)[1] for line in lines[:count]]
    return words


def word_table(words, unigrams):
    """Surfaces as NFKC has them, each with its commonest reading."""
    slots, mask = [(0, 0)] * (1 << WORD_BITS), (1 << WORD_BITS) - 1
    hashes = {}
    for number in sorted(range(len(words)), key=lambda i: unigrams[i][0]):
        _, separator, surface = words[number].rpartition("/")
        surface = unicodedata.normalize("NFKC", surface or "/")
        if separator:
            hashes.setdefault(word_hash(surface), number)
    for value, number in hashes.items():
        at = value & mask
        while slots[at][1]:
            at = at + 1 & mask
        slots[at] = (value, number + 1)
    return array.array("I", [field for slot in slots for field in slot])


def replace(path, data):
    """Programs that have the file before it mapped keep that one."""
    with open(path + ".new", "wb") as f:
        f.write(data)
    os.replace(path + ".new", path)


def main():
    model, output, header_output = sys.argv[1:]

    def contents(name):
        with open(os.path.join(model, name), "rb") as f:
            return f.read()

    unigrams = list(struct.iter_unpack("=HHH", contents("data.1gram")))
    words = read_words(model, len(unigrams))
    if len(words) != len(unigrams) or len(words) > 1 << 17 or "<s>" not in words or "</s>" not in words:
        sys.exit(f"{model}: not a trigram model of the kind expected")
    bigrams = list(struct.iter_unpack("=IIHH", contents("data.2gram")))
    trigrams = contents("data.3gram")
    pairs, triples, goes_on = Buckets(len(bigrams)), Buckets(len(trigrams) // 10), bytearray(len(bigrams))
    for word, history, cost in struct.iter_unpack("=IIH", trigrams):
        middle, first = bigrams[history][:2]
        goes_on[history] = 1
        triples.add((first << 17 | middle) << 17 | word, 24, max(step(cost), 1))
    for number, (word, first, cost, backoff) in enumerate(bigrams):
        pairs.add(first << 17 | word, 15, goes_on[number] << 16 | step(backoff) << 8 | max(step(cost), 1))
    header = MAGIC + struct.pack("=6I", WORD_BITS, len(words), pairs.count, triples.count, words.index("<s>"),
                                 words.index("</s>"))
    singles = array.array("H", [step(backoff) << 8 | max(step(cost), 1) for cost, backoff, _ in unigrams])
    body = b"".join(part.tobytes() for part in [pairs.table, triples.table, word_table(words, unigrams), singles])
    header += hashlib.sha256(header + body).digest()
    replace(output, header + body)
    replace(header_output, header)


main()
