"""Sequences: mails of several parties in the order in which they come, with what each of them is to be called.

A sequence is written like a family (source.py), but its keys about the sender stand in [party NAME] sections, and each
[mail] says by whom it is, to whom, and what is expected of it once all before it have been learned. README.md tells
the keys.
"""
import copy
import datetime
import json
import os

from . import routes, source, world
from .scenario import Recipient, Scenario

KEYS = {'about', 'language', 'topics', 'start', 'let'}
PARTY_KEYS = source.FAMILY_KEYS - {'about', 'language', 'topics', 'let', 'to', 'cc'} | {'person', 'mailbox', 'organisation',
                                                                                   'host', 'allowed'}
MAIL_KEYS = source.MAIL_KEYS | {'by', 'to', 'to-party', 'times', 'expect', 'evidence', 'without'}
FIRST_DAY = datetime.datetime(2024, 1, 15, 9, 10, tzinfo=routes.JST)


class Sequence:
    """Parties, mails, files and blocks, as they are written."""

    def __init__(self, name, path):
        self.name, self.path = name, path
        self.keys, self.parties, self.mails, self.files, self.blocks = {}, {}, [], {}, {}


def read_sequence(path):
    sequence = Sequence(os.path.splitext(os.path.basename(path))[0], path)
    for heading, start, lines in source._sections(path):
        words = heading.split(' ', 1)
        if heading == '':
            sequence.keys, _ = source._read_keys(lines, 0, path, KEYS, True)
        elif words[0] == 'party' and len(words) > 1:
            sequence.parties[words[1]], _ = source._read_keys(lines, start, path, PARTY_KEYS, True)
        elif words[0] == 'mail':
            section = source.Section('mail', '', start)
            section.keys, rest = source._read_keys(lines, start, path, MAIL_KEYS, False)
            section.text = '\n'.join(rest).strip('\n')
            sequence.mails.append(section)
        elif words[0] == 'file' and len(words) > 1:
            section = source.Section('file', words[1], start)
            section.keys, _ = source._read_keys(lines, start, path, source.FILE_KEYS, True)
            sequence.files[words[1]] = section
        else:
            sequence.blocks[heading] = source.split_blocks(lines)
    for mail in sequence.mails:
        if mail.get('by', 'us') != 'us' and mail.get('by') not in sequence.parties:
            raise source.SourceError('%s:%d: no [party %s]' % (path, mail.line, mail.get('by')))
        if mail.get('expect', 'clean') not in source.CLASSES:
            raise source.SourceError('%s:%d: "%s" is no class' % (path, mail.line, mail.get('expect')))
    return sequence


class Player:
    """Composes a sequence: one scenario for each party, one clock and one conversation for all."""

    def __init__(self, vocabulary, sequence, seed):
        self.vocabulary, self.sequence, self.seed = vocabulary, sequence, seed
        self.clock = FIRST_DAY
        self.history, self.scenes = [], {}
        for name in sequence.parties:
            self.scenes[name] = self._scene(name, sequence.parties[name])
        for name, keys in sequence.parties.items():
            if keys.get('person'):
                self._borrow(self.scenes[name], self.scenes[keys['person']], keys)

    def _scene(self, name, keys):
        family = source.Family('clean', '%s/%s' % (self.sequence.name, name), self.sequence.path)
        family.keys = dict(self.sequence.keys, **keys)
        family.mails, family.files, family.blocks = self.sequence.mails, self.sequence.files, self.sequence.blocks
        scene = Scenario(self.vocabulary, family, self.seed, 1)
        scene.copies = False  # a sequence says who gets a mail
        if keys.get('organisation'):
            scene.organisation = next(one for kind in self.vocabulary.organisations.values() for one in kind
                                      if one.domain == keys['organisation'])
            scene.sender = world.make_sender(self.vocabulary, scene.rng, family, scene.kind, scene.me, scene.organisation)
        self._set_address(scene, keys)
        scene.sender.display = scene.expand(keys.get('display', '')) or scene.me.spaced
        return scene

    def _set_address(self, scene, keys):
        for person in self.vocabulary.recipients:
            if person.address == keys.get('mailbox'):
                scene.me = scene.sender.person = copy.copy(person)
        if keys.get('mailbox'):
            scene.sender.address = scene.sender.return_path = keys['mailbox']
            scene.sender.domain = keys['mailbox'].rsplit('@', 1)[1]
        if keys.get('host'):
            scene.sender.hosting = keys['host']

    def _borrow(self, scene, other, keys):
        """The same person, or somebody who says so: the name, and of a taken account the address as well."""
        title = scene.me.title
        scene.me = scene.sender.person = copy.copy(other.me)
        scene.me.title, scene.organisation = title or other.me.title, other.organisation
        if scene.kind == 'taken':
            scene.sender.address = scene.sender.return_path = other.sender.address
            scene.sender.domain, scene.sender.organisation = other.sender.domain, other.organisation
        elif scene.kind in ('webmail', 'isp') and not keys.get('mailbox'):
            scene.sender.address = world.local_part(scene.rng, scene.me, scene.kind) + '@' + scene.sender.domain
            scene.sender.return_path = scene.sender.address
        scene.sender.display = other.sender.display or other.me.spaced

    # Mails

    def _readers(self, section):
        """Lists of recipients, one for each mail: "tanaka", "tanaka sato" (one mail), "each 研究部 6", "each any 12"."""
        words = section.get('to', 'tanaka').split()
        people = self.vocabulary.recipients
        if words[0] != 'each':
            return [[person for word in words for person in people if person.address.split('@')[0] == word]] * int(
                section.get('times', '1'))
        chosen = [person for person in people if words[1] in ('any', person.section)]
        if words[1] == 'any':
            chosen.sort(key=lambda person: (person.given, person.address))
        return [[person] for person in chosen[:int(words[2])]]

    def play(self):
        """Yields (bytes, section) in order."""
        for section in self.sequence.mails:
            for readers in self._readers(section):
                self._wait(section)
                if not section.get('thread', 'new') == 'reply':
                    self.history = []
                if section.get('by', 'us') == 'us':
                    yield self._from_us(section, readers[0]), section
                else:
                    yield self._from_party(section, readers), section

    def _wait(self, section):
        low, high = section.get('after', '20h 40h').split()
        unit = {'m': 60, 'h': 3600, 'd': 86400, 's': 1}
        seconds = [float(text[:-1]) * unit[text[-1]] for text in (low, high)]
        rng = next(iter(self.scenes.values())).rng
        self.clock += datetime.timedelta(seconds=int(rng.uniform(*seconds)))
        if seconds[1] >= 3600 and not 8 <= self.clock.hour < 19:
            self.clock = self.clock.replace(hour=rng.randrange(9, 18))

    @staticmethod
    def _forget(scene, section, readers):
        """What is chosen anew for each mail."""
        scene.to = readers[0]
        names = ('to.', 'file', 'day ', 'n ', 'digits ', 'letters ', 'code ', 'password', 'store-url')
        for key in [key for key in scene.sticky if key.startswith(names)]:
            del scene.sticky[key]
        if not section.get('times'):
            return
        for key in [key for key in scene.sticky if key.split('.')[0].split(' ')[0].startswith('topic')]:
            del scene.sticky[key]

    def _from_party(self, section, readers):
        scene = self.scenes[section.get('by')]
        self._forget(scene, section, readers)
        scene.clock, scene.history, scene.made = self.clock, self.history, {}
        scene.attached = scene.encrypted = False
        scene.recipients = [Recipient(scene._shown(person), person.address) for person in readers]
        return scene._compose_mail(self._plain(section))

    def _from_us(self, section, reader):
        """One of us writes to a party: handed in with a password, as our own relay notes."""
        party = self.scenes[section.get('to-party', '') or next(iter(self.scenes))]
        scene = copy.copy(party)
        sender = world.Sender(reader, reader.address, 'own', None, 'submitted')
        sender.display = reader.spaced
        scene.sender, scene.kind, scene.to = sender, 'own', reader
        scene.clock, scene.history, scene.client = self.clock, self.history, 'outlook'
        scene.recipients = [Recipient(party.sender.display or party.me.spaced, party.sender.address)]
        scene.zone = routes.JST
        return scene._compose_mail(self._plain(section))

    @staticmethod
    def _plain(section):
        """The section as a scenario reads it: whose mail it is has been settled."""
        plain = source.Section(section.kind, section.name, section.line)
        plain.keys = {key: value for key, value in section.keys.items() if key in source.MAIL_KEYS and key != 'from'}
        plain.text = section.text
        return plain


def _identifiers(section, key):
    return section.get(key, '').split()


def write_people(path, vocabulary, sequence=None):
    """The directory in the form that `sekisho people import` reads, with the private addresses that a sequence allows."""
    parties = sequence.parties if sequence else {}
    also = {parties[keys['person']]['mailbox']: keys['mailbox'] for keys in parties.values() if keys.get('allowed')}
    with open(path, 'w', encoding='utf-8') as file:
        file.write('name,kana,romaji,address,also,organisation,title\n')
        for person in vocabulary.recipients:
            file.write('%s,%s,%s,%s,%s,%s,%s%s\n' % (person.spaced, ' '.join(person.kana), person.english(),
                                                    person.address, also.get(person.address, ''), world.OWN_NAME,
                                                    person.section, person.title))


def write_sequence(folder, sequence, vocabulary, seed):
    """Mails as 001.eml …, and expected.json: what each is to be called, and the evidence that it must and must not have."""
    os.makedirs(folder, exist_ok=True)
    expected = []
    write_people(os.path.join(folder, 'people.csv'), vocabulary, sequence)
    for number, (raw, section) in enumerate(Player(vocabulary, sequence, seed).play(), 1):
        name = '%03d.eml' % number
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(raw)
        expected.append({'file': name, 'line': section.line, 'class': section.get('expect', 'clean'),
                         'evidence': _identifiers(section, 'evidence'), 'without': _identifiers(section, 'without')})
    # Of a series, the last mail is the one that all the others teach about.
    for index, item in enumerate(expected[:-1]):
        if expected[index + 1]['line'] == item['line'] and item['class'] != 'clean':
            item['class'], item['evidence'] = '', []
    with open(os.path.join(folder, 'expected.json'), 'w', encoding='utf-8') as file:
        json.dump({'name': sequence.name, 'about': sequence.keys.get('about', ''), 'mails': expected}, file, indent=1)
    return len(expected)


def write_sequences(root, output, seed, vocabulary, names=None):
    folder = os.path.join(root, 'sequences')
    for entry in sorted(os.listdir(folder)):
        if entry.endswith('.txt') and (not names or entry[:-4] in names):
            sequence = read_sequence(os.path.join(folder, entry))
            write_sequence(os.path.join(output, sequence.name), sequence, vocabulary, seed)
