"""Templates: alternatives {a|b|c} and slots {name argument}.

A brace that holds a bar is a choice among what the bars part (an empty part is allowed and means "nothing"); one
without is a slot. Both nest. An alternative that is nothing but the name of a block stands for that block:
{salute|{to.surname} 様}. A template is parsed once and expanded as often as wanted.
"""
import functools
import re

SLOT = re.compile(r'^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*( [0-9a-z.+-]+)*$')
DEPTH = 20


class TemplateError(Exception):
    """A template that can't be parsed or expanded."""


@functools.lru_cache(maxsize=None)
def parse(text):
    """Text → tuple of str | ('choice', (template, …)) | ('slot', name, (argument, …))."""
    nodes, at = _parse_until(text, 0, '')
    if at != len(text):
        raise TemplateError('a brace too many: ' + text[max(0, at - 30):at + 10])
    return nodes


def _parse_until(text, at, stops):
    nodes, start = [], at
    while at < len(text) and text[at] not in stops:
        if text[at] == '{':
            nodes.append(text[start:at])
            node, at = _parse_brace(text, at + 1)
            nodes.append(node)
            start = at
        elif text[at] == '}' and '}' not in stops:
            raise TemplateError('a closing brace without an opening one: ' + text[max(0, at - 30):at + 1])
        else:
            at += 1
    nodes.append(text[start:at])
    return tuple(node for node in nodes if node != ''), at


def _parse_brace(text, at):
    parts, start = [], at
    while True:
        nodes, at = _parse_until(text, at, '|}')
        parts.append(nodes)
        if at >= len(text):
            raise TemplateError('an opening brace without a closing one: ' + text[start - 1:start + 40])
        if text[at] == '}':
            break
        at += 1
    inside, at = text[start:at], at + 1
    if len(parts) > 1 or not inside.isascii() or '{' in inside:
        return ('choice', tuple(parts)), at
    if not SLOT.match(inside):
        raise TemplateError('neither slot nor choice: {' + inside + '}')
    words = inside.split(' ')
    return ('slot', words[0], tuple(words[1:])), at


def expand(template, rng, lookup, blocks, depth=0):
    """Expands a template (text or parsed). lookup(name, arguments, depth) gives a slot's text."""
    if depth > DEPTH:
        raise TemplateError('slots nest too deeply')
    nodes = parse(template) if isinstance(template, str) else template
    out = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif node[0] == 'choice':
            chosen = rng.choice(node[1])
            if len(chosen) == 1 and isinstance(chosen[0], str) and chosen[0] in blocks:
                chosen = (('slot', chosen[0], ()),)
            out.append(expand(chosen, rng, lookup, blocks, depth))
        else:
            out.append(lookup(node[1], node[2], depth + 1))
    return ''.join(out)


def pick_weighted(rng, text):
    """'a 3, b 1, c' → one of a, b, c; the number is the weight, 1 if none is given."""
    names, weights = [], []
    for part in text.split(','):
        words = part.split()
        if not words:
            continue
        names.append(words[0])
        weights.append(float(words[1]) if len(words) > 1 else 1.0)
    return rng.choices(names, weights)[0]
