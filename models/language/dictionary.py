#!/usr/bin/env python3
"""dictionary.py IPADIC VOCABULARY WORDS DIC AFF: a Hunspell dictionary of katakana words.

Words come from IPADIC's source files (CSV, EUC-JP), from the counted vocabulary and from the list of newer words.
Names are good words, but never suggested. The affix rules know words with and without their last long vowel
(サーバー, サーバ); the tables of slips are of what is mistaken in katakana: small and full kana, voicing, the small
tsu and the long vowel left out or put in, シ for ツ, ソ for ン.
"""
import glob
import os
import re
import sys

KATAKANA = re.compile("[ァ-ヺー]{2,}")
NAMES = ("Noun.name.csv", "Noun.org.csv", "Noun.place.csv", "Noun.proper.csv", "Suffix.csv", "Prefix.csv", "Others.csv")
LONG_END = set("タダサザラバパカガマナハワヤアリジシニチミビピキギルドトスズァィゥェォュョ")

AFFIX = """SET UTF-8
LANG ja
TRY ーッ
FLAG UTF-8
NOSUGGEST !
MAXNGRAMSUGS 0
MAXDIFF 0
ONLYMAXDIFF
NOSPLITSUGS
SFX L Y 1
SFX L ー 0 ー
SFX M Y 1
SFX M 0 ー .
"""

SMALL = "ァア ィイ ゥウ ェエ ォオ ッツ ャヤ ュユ ョヨ"
# Mistaken for each other. As REP and not as MAP pairs: Hunspell tries every combination of the latter, by the clock.
MISTAKEN = ("カガ キギ クグ ケゲ コゴ サザ シジ スズ セゼ ソゾ タダ チヂ ツヅ テデ トド ハバ ヒビ フブ ヘベ ホボ ハパ ヒピ フプ ヘペ "
            "ホポ バパ ビピ ブプ ベペ ボポ シツ ソン クワ ウヴ ュョ").split()
REPLACEMENTS = [("ヂ", "ジ"), ("ヅ", "ズ"), ("バ", "ヴァ"), ("ビ", "ヴィ"), ("ベ", "ヴェ"), ("ヴァ", "バ"), ("ヴィ", "ビ"),
                ("チ", "ティ"), ("デ", "ディ"), ("ジ", "ディ"), ("ホ", "フォ"), ("ハ", "ファ"), ("シェ", "セ"), ("セ", "シェ"),
                ("ゼ", "ジェ"), ("ジュ", "デュ"), ("メー", "メイ"), ("レイ", "レー"), ("レー", "レイ"), ("イ", "ー"), ("ウ", "ー"),
                ("ア", "ー"), ("ッッ", "ッ"), ("ーー", "ー")]


def ipadic_words(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))):
        name = os.path.basename(path) in NAMES
        with open(path, encoding="euc-jp", errors="replace") as lines:
            for line in lines:
                word = line.split(",", 1)[0]
                if KATAKANA.fullmatch(word):
                    yield word, name


def listed_words(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                yield from (word for word in KATAKANA.findall(line))


def main():
    ipadic, vocabulary, words, dic, aff = sys.argv[1:]
    good, names = set(), set()
    for word, name in ipadic_words(ipadic):
        (names if name else good).add(word)
    if not good:
        sys.exit(f"{ipadic}: no words found")
    for path in (vocabulary, words):
        good.update(listed_words(path))
    lines = []
    for word in sorted(good | names):
        flags = "!" if word not in good else ""
        flags += "L" if word.endswith("ー") and len(word) > 3 else "M" if word[-1] in LONG_END and len(word) > 2 else ""
        lines.append(f"{word}/{flags}" if flags else word)
    with open(dic, "w", encoding="utf-8") as f:
        f.write("\n".join([str(len(lines)), *lines]) + "\n")
    pairs = REPLACEMENTS + [p for a, b in SMALL.split() + MISTAKEN for p in ((a, b), (b, a))]
    with open(aff, "w", encoding="utf-8") as f:
        f.write(AFFIX)
        f.write("".join([f"REP {len(pairs)}\n"] + [f"REP {a} {b}\n" for a, b in pairs]))


main()
