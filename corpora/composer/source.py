"""Reads scenario families (clean/, bulk/, targeted/) and the shared vocabulary (common/).

README.md describes the format. A family has keys at its top, then sections in square brackets: [mail], [earlier],
[file NAME], and blocks of alternatives under any other name.
"""
import os
import re

CLASSES = ('clean', 'bulk', 'targeted')
FAMILY_KEYS = {'about', 'language', 'topics', 'from', 'as', 'role', 'to', 'client', 'sent', 'zone', 'let', 'slips',
               'name', 'display', 'reply-to', 'address', 'address-own', 'address-system', 'address-organisation',
               'answers', 'list', 'pgp', 'colleague-as', 'colleague-from'}
MAIL_KEYS = {'subject', 'attach', 'thread', 'after', 'from', 'html', 'header', 'chance', 'quote', 'answer', 'cc'}
FILE_KEYS = {'kind', 'name', 'inside', 'password', 'text', 'author', 'font', 'lang', 'chance'}
REPEATED = {'subject', 'attach', 'header', 'inside', 'let'}


class SourceError(Exception):
    """A source file that is not in the format; the text names file and line."""


class Section:
    """A [mail], [earlier] or [file NAME]: its keys and the text below them."""

    def __init__(self, kind, name, line):
        self.kind, self.name, self.line = kind, name, line
        self.keys, self.text = {}, ''

    def get(self, key, default=''):
        value = self.keys.get(key, default)
        return value

    def all(self, key):
        return self.keys.get(key, [])


class Family:
    """One scenario: keys, mails in their order, files, and blocks of alternatives."""

    def __init__(self, class_, name, path):
        self.class_, self.name, self.path = class_, name, path
        self.keys, self.mails, self.files, self.blocks = {}, [], {}, {}

    def get(self, key, default=''):
        return self.keys.get(key, default)

    def all(self, key):
        return self.keys.get(key, [])


def _read_lines(path):
    with open(path, encoding='utf-8') as file:
        return [line.rstrip('\n') for line in file]


def _put(keys, key, value, allowed, where):
    if key not in allowed:
        raise SourceError('%s: unknown key "%s"' % (where, key))
    if key in REPEATED:
        keys.setdefault(key, []).append(value)
    elif key in keys:
        raise SourceError('%s: "%s" twice' % (where, key))
    else:
        keys[key] = value


def split_blocks(lines):
    """Alternatives, parted by lines that hold only %%."""
    blocks = [[]]
    for line in lines:
        if line == '%%':
            blocks.append([])
        else:
            blocks[-1].append(line)
    return ['\n'.join(block).strip('\n') for block in blocks]


def _sections(path):
    """Yields (heading, line number, lines); the first heading is ''."""
    heading, start, lines = '', 1, []
    for number, line in enumerate(_read_lines(path), 1):
        match = re.match(r'^\[([a-z][a-z0-9 .-]*)\]$', line)
        if match:
            yield heading, start, lines
            heading, start, lines = match.group(1), number, []
        elif not line.startswith('# '):
            lines.append(line)
    yield heading, start, lines


def _read_keys(lines, start, path, allowed, to_end):
    """Keys up to the first empty line (or, to_end, all lines); returns (keys, rest)."""
    keys = {}
    for index, line in enumerate(lines):
        where = '%s:%d' % (path, start + index + 1)
        if not line.strip():
            if not to_end:
                return keys, lines[index + 1:]
            continue
        match = re.match(r'^([a-z-]+): ?(.*)$', line)
        if not match:
            raise SourceError('%s: neither "key: value" nor empty' % where)
        _put(keys, match.group(1), match.group(2).strip(), allowed, where)
    return keys, []


def read_family(path, class_):
    family = Family(class_, os.path.splitext(os.path.basename(path))[0], path)
    for heading, start, lines in _sections(path):
        words = heading.split(' ', 1)
        if heading == '':
            family.keys, _ = _read_keys(lines, 0, path, FAMILY_KEYS, True)
        elif words[0] in ('mail', 'earlier'):
            section = Section(words[0], words[1] if len(words) > 1 else '', start)
            section.keys, rest = _read_keys(lines, start, path, MAIL_KEYS, False)
            section.text = '\n'.join(rest).strip('\n')
            family.mails.append(section)
        elif words[0] == 'file' and len(words) > 1:
            section = Section('file', words[1], start)
            section.keys, _ = _read_keys(lines, start, path, FILE_KEYS, True)
            family.files[words[1]] = section
        else:
            family.blocks[heading] = split_blocks(lines)
    _check(family)
    return family


def _check(family):
    if family.get('language') not in ('ja', 'en'):
        raise SourceError('%s: language is neither ja nor en' % family.path)
    if not any(mail.kind == 'mail' for mail in family.mails):
        raise SourceError('%s: no [mail]' % family.path)
    for mail in family.mails:
        for name in mail.all('attach'):
            if name not in family.files:
                raise SourceError('%s:%d: no [file %s]' % (family.path, mail.line, name))
    attached = {name for mail in family.mails for name in mail.all('attach')}
    for name, section in family.files.items():
        if name not in attached:
            raise SourceError('%s:%d: [file %s] is attached to no mail' % (family.path, section.line, name))


def read_families(root, classes=CLASSES, names=None):
    """All families of the classes, sorted by class and name; names restricts them."""
    families = []
    for class_ in classes:
        folder = os.path.join(root, class_)
        for entry in sorted(os.listdir(folder)):
            if entry.endswith('.txt') and (not names or entry[:-4] in names):
                families.append(read_family(os.path.join(folder, entry), class_))
    return families


def read_blocks(path):
    """A vocabulary of blocks: {name: [alternative, …]}."""
    return {heading: split_blocks(lines) for heading, _, lines in _sections(path) if heading}


def read_all_blocks(folder, language):
    """The blocks of phrases-LANGUAGE.txt and of every bodies-LANGUAGE*.txt; none may stand in two."""
    blocks = {}
    for name in sorted(os.listdir(folder)):
        if re.fullmatch(r'(phrases|bodies)-%s(-[a-z-]+)?\.txt' % language, name):
            for heading, alternatives in read_blocks(os.path.join(folder, name)).items():
                if heading in blocks:
                    raise SourceError('%s: [%s] is in another file, too' % (os.path.join(folder, name), heading))
                blocks[heading] = alternatives
    return blocks


def read_lists(path):
    """A vocabulary of lists: {name: [line, …]}."""
    return {heading: [line for line in lines if line.strip()] for heading, _, lines in _sections(path) if heading}


def read_table(path, form):
    """
    A vocabulary table: lines of fields parted by bars; blank lines and comments are left out. form: what a line must be, as
    a regular expression.
    """
    rows = []
    for number, line in enumerate(_read_lines(path), 1):
        if line.strip() and not line.startswith('#'):
            if not re.fullmatch(form, line):
                raise SourceError('%s:%d: not the fields that the first line names' % (path, number))
            rows.append([field.strip() for field in line.split('|')])
    return rows
