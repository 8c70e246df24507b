"""A strict reader of OpenMetrics 1.0 text (and of Prometheus' 0.0.4): whatever the formats forbid is an error."""

import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r"(%s)(?:\{((?:%s)(?:,%s)*)?\})? (\S+)$" % (NAME, LABEL, LABEL))
SUFFIXES = {
    "counter": ("_total", "_created"),
    "gauge": ("",),
    "info": ("_info",),
    "histogram": ("_bucket", "_sum", "_count", "_created"),
}


class Wrong(Exception):
    pass


def need(condition, line):
    if not condition:
        raise Wrong(line)


def number(text, line):
    need(re.match(r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN)$", text), line)
    return float(text)


def check_histogram(name, samples):
    groups = {}
    for suffix, labels, value in samples:
        rest = tuple(sorted(item for item in labels.items() if item[0] != "le"))
        groups.setdefault(rest, {"bounds": [], "values": []})
        group = groups[rest]
        if suffix == "_bucket":
            group["bounds"].append(float(labels["le"]))
            group["values"].append(value)
        else:
            need(suffix not in group, name)
            group[suffix] = value
    for group in groups.values():
        need(group["bounds"] == sorted(set(group["bounds"])) and group["bounds"][-1] == math.inf, name)
        need(group["values"] == sorted(group["values"]), name)
        need(group["_count"] == group["values"][-1], name)
        need("_sum" in group and group["_sum"] >= 0, name)


def take_header(families, line, current, older):
    kind, name, rest = re.match(r"# (TYPE|UNIT|HELP) (%s) (.+)$" % NAME, line).groups()
    if kind == "TYPE":
        need(name not in families, line)  # families are not interleaved
        need(rest in SUFFIXES, line)
        families[name] = {"type": rest, "samples": [], "help": None, "unit": None}
        return name
    need(name == current and not families[name]["samples"], line)
    field = kind.lower()
    need(families[name][field] is None, line)
    if field == "unit":
        need(not older and name.endswith("_" + rest), line)
    need(not re.search(r"\\[^\\n\"]", rest), line)
    families[name][field] = rest
    return name


def parse(text, older=False):
    """{sample name: {tuple of sorted labels: value}}; checks everything on the way. older: version 0.0.4."""
    need(text.endswith("\n") and "\r" not in text, "the end")
    lines = text[:-1].split("\n")
    if not older:
        need(lines.pop() == "# EOF", "no # EOF")
    families, current, found = {}, None, {}
    for line in lines:
        if line.startswith("#"):
            need(re.match(r"# (TYPE|UNIT|HELP) ", line), line)
            current = take_header(families, line, current, older)
            continue
        match = SAMPLE.match(line)
        need(match, line)
        name, labels_text, value = match.group(1), match.group(2) or "", number(match.group(match.lastindex), line)
        pairs = re.findall(LABEL, labels_text)
        labels = dict(pairs)
        need(len(labels) == len(pairs), line)
        need(current is not None and name.startswith(current), line)
        family = families[current]
        suffix = name[len(current):]
        need(suffix in ("",) if older and family["type"] != "histogram" else suffix in SUFFIXES[family["type"]], line)
        if family["type"] in ("counter", "histogram"):
            need(value >= 0 and value == value, line)
        if family["type"] == "info" or current.endswith("_info"):
            need(value == 1, line)
        key = tuple(sorted(labels.items()))
        need(key not in found.setdefault(name, {}), line)
        found[name][key] = value
        family["samples"].append((suffix, labels, value))
    for name, family in families.items():
        need(family["help"] and family["samples"], name)
        if family["type"] == "histogram":
            check_histogram(name, family["samples"])
    return found
