"""The shared vocabulary, and the cast of one scenario: who writes to whom, from which address, through
which host."""
import copy
import hashlib
import os
import re
import unicodedata

from . import source
from .gateways import GATEWAYS
from .text import pick_weighted

OWN_DOMAIN = 'kikan.example'
OWN_NAME = '国際政策機関'
OWN_NAME_EN = 'Kikan Institute of International Policy'
TITLES_EN = ('Dr.', 'Dr.', 'Professor', 'Ms.', 'Mr.')


# Names of organisations that English sentences put an article before.
ARTICLE = re.compile(r'(Embassy|Ministry|Cabinet|University of|Journal|Institute|Society|International|Japan|Asian|Asia-Pacific)\b'
                     r'|.* (Institute|Foundation|Council|Centre|Forum|Association|Agency|Secretariat|Society|Government)$')


def with_article(name):
    return 'the ' + name if ARTICLE.match(name) else name


ORGANISATION = r'[a-z-]+ *(\|[^|]+){3}\| *[a-z0-9.-]+ *(\| *[+-]\d+(\.5)? *)?'
RECIPIENT = r'[^|]+(\|[^|]*){5}'


class Vocabulary:
    """What common/ holds, read once."""

    def __init__(self, root):
        def path(name):
            return os.path.join(root, 'common', name)

        names = source.read_lists(path('names.txt'))
        self.surnames = [_fields(line) for line in names['surname']]
        self.given = [_fields(line) for line in names['given']]
        self.foreign = names['foreign']
        self.foreign_ja = [_fields(line) for line in names['foreign-ja']]
        self.organisations = {}
        for kind, name, short, english, domain, *home in source.read_table(path('organisations.txt'), ORGANISATION):
            self.organisations.setdefault(kind, []).append(Organisation(kind, name, short, english, domain, *map(float, home)))
        self.homes = {one.domain: one.home for kind in self.organisations.values() for one in kind}
        self.recipients = [Person.recipient(row) for row in source.read_table(path('recipients.txt'), RECIPIENT)]
        self.lists = source.read_lists(path('lists.txt'))
        self.blocks = {language: source.read_all_blocks(os.path.dirname(path('lists.txt')), language) for language in ('ja', 'en')}
        self.slips = source.read_lists(path('slips.txt'))


def _fields(line):
    return [field.strip() for field in line.split('|')]


class Organisation:
    """A fictional organisation. Its mail system never changes: it follows from the domain."""

    HOSTINGS = ('microsoft', 'microsoft', 'microsoft', 'google', 'google', 'postfix', 'postfix', 'exchange')

    def __init__(self, kind, name, short, english, domain, home=9.0):
        self.kind, self.name, self.short, self.english, self.domain, self.home = kind, name, short, english, domain, home
        digest = hashlib.sha256(domain.encode()).digest()
        self.hosting = self.HOSTINGS[digest[0] % len(self.HOSTINGS)]
        if kind.startswith('foreign-') and digest[0] % len(self.HOSTINGS) == 0:
            self.hosting = 'exchange'  # abroad, of what Exchange writes a third comes from premises
        self.number = digest[1]
        self.client = ('becky', 'thunderbird', 'outlook', 'outlook')[digest[2] % 4]
        self.gateway = GATEWAYS[digest[7] % len(GATEWAYS)] if self.hosting != 'google' else ''
        if kind.startswith('foreign-') and (digest[12] % 3 or self.gateway == 'appliance'):
            self.gateway = ''  # fewer abroad, and none that is made in Japan
        self.signs = digest[4] % 10 < 6
        # What others show as its address. Readers know these suffixes; RFC 2606 and JPRS keep the names from everybody.
        self.shown = [domain.split('.')[0] + suffix for suffix in SHOWN]


class Person:
    """Somebody with names in the forms that mails need them."""

    def __init__(self, surname, given, kana, romaji, sex='m'):
        self.surname, self.given, self.kana, self.romaji, self.sex = surname, given, kana, romaji, sex
        self.section = self.title = self.address = ''
        self.local = romaji[0]
        self.foreign = False

    @classmethod
    def recipient(cls, row):
        surname, given = row[0].split()
        person = cls(surname, given, row[1].split(), (row[2], row[3]))
        person.section, person.title = row[4], row[5]
        person.address = row[2] + '@' + OWN_DOMAIN
        return person

    @property
    def name(self):
        return self.surname + self.given

    @property
    def spaced(self):
        return self.surname + ' ' + self.given

    def english(self):
        if self.foreign:
            return self.surname
        return self.romaji[1].capitalize() + ' ' + self.romaji[0].capitalize()


def make_person(vocabulary, rng, foreign=False, foreign_ja=False):
    if foreign:
        full = rng.choice(vocabulary.foreign)
        plain = unicodedata.normalize('NFD', full).encode('ascii', 'ignore').decode('ascii').lower().split()
        person = Person(full, '', ('', ''), (plain[-1], plain[0]))
        person.foreign = True
        return person
    surname = rng.choice(vocabulary.foreign_ja if foreign_ja else vocabulary.surnames)
    given = rng.choice(vocabulary.given)
    return Person(surname[0], given[0], (surname[1], given[1]), (surname[2], given[2]), given[3])


def local_part(rng, person, kind):
    """The part before the @: tidy at an organisation, anything at a webmail service."""
    last, first = person.romaji[0].replace("'", ''), person.romaji[1].replace("'", '')
    if not first.isascii():
        first = 'x'
    if kind == 'organisation':
        return rng.choice((last, last, first[0] + '.' + last, first[0] + '-' + last, first + '.' + last,
                           last + '-' + first[0], last + '.' + first))
    joiner = rng.choice(('', '.', '_', ''))
    stem = rng.choice((last + joiner + first, first + joiner + last, first[0] + joiner + last, last + joiner +
        first[0]))
    # Pairs of letters that names don't have: nobody's address, and no word that all samples share.
    return stem + rng.choice(('.', '-', '_', '')) + rng.choice('qxvzj') + rng.choice('bcdfghkmpqtvxz') + rng.choice(
        'qxvzjw') \
        + rng.choice(('', '%d' % rng.randrange(10, 100), '%d' % rng.randrange(1950, 2003), '%04d' %
            rng.randrange(10000)))


THROWAWAY = ('account', 'service', 'support', 'info', 'update', 'kakunin', 'notice', 'secure', 'verify', 'member',
    'card',
             'login', 'center', 'mail', 'online', 'web', 'jp', 'cs', 'shop', 'news', 'point', 'id', 'my', 'top')


SHOWN = ('.example.com', '.example.co.jp')

# Suffixes whose names cost next to nothing. Below them, "example" is withheld from everybody (ICANN's base agreement of
# 2013, specification 5, section 1), so nobody has these names either.
CHEAP = ('xyz', 'icu', 'top', 'buzz', 'shop', 'club', 'online', 'site', 'vip', 'click', 'fun', 'cyou')


def throwaway_domain(rng):
    """A domain made for one wave: letters at random, or words that shall look official."""
    letters = 'abcdefghijklmnopqrstuvwxyz'
    suffix = '.example.' + rng.choice(CHEAP) if rng.random() < 0.3 else '.example'
    if rng.random() < 0.55:
        return ''.join(rng.choice(letters) for _ in range(rng.randrange(5, 11))) + suffix
    words = rng.sample(THROWAWAY, rng.randrange(2, 4))
    return rng.choice(('-', '-', '')).join(words) + rng.choice(('', '', str(rng.randrange(1, 1000)))) + suffix


class Sender:
    """One who sends: the person, the address, and how it gets here."""

    def __init__(self, person, address, kind, organisation, hosting):
        self.person, self.address, self.kind = person, address, kind
        self.organisation, self.hosting = organisation, hosting
        self.display = ''
        self.domain = address.rsplit('@', 1)[1]
        self.return_path = address


HOSTING_OF = {'gmail.com': 'gmail', 'yahoo.co.jp': 'yahoo', 'yahoo.com': 'yahoo-abroad', 'icloud.com': 'apple'}


def make_sender(vocabulary, rng, family, kind, person, organisation):
    """An address of the wanted kind for the person; organisation is what the mail says it comes from."""
    wanted = family.get('address-' + kind) or family.get('address')
    if kind in ('webmail', 'isp'):
        domain = rng.choice(vocabulary.lists[kind + '-domain'])
        if person.foreign and kind == 'webmail':  # mailboxes for people in Japan are none for them
            domain = rng.choice(vocabulary.lists['webmail-domain-abroad'])
        elif person.foreign and domain.endswith('.jp'):
            domain = 'outlook.com'
        hosting = HOSTING_OF.get(domain, 'outlook.com' if kind == 'webmail' else 'isp')
        return Sender(person, local_part(rng, person, kind) + '@' + domain, kind, organisation, hosting)
    if kind in HOSTING_OF.values() or kind == 'outlook.com':
        domain = {'gmail': 'gmail.com', 'yahoo': 'yahoo.co.jp', 'yahoo-abroad': 'yahoo.com', 'apple': 'icloud.com',
                  'outlook.com': rng.choice(('outlook.jp', 'outlook.com', 'hotmail.com'))}[kind]
        return Sender(person, local_part(rng, person, 'webmail') + '@' + domain, 'webmail', organisation, kind)
    if kind == 'mimicked':
        domain = rng.choice(('gmail.com', 'gmail.com', 'hotmail.com', 'outlook.com'))
        return Sender(person, local_part(rng, person, 'webmail') + '@' + domain, kind, organisation, 'vps')
    if kind in ('throwaway', 'campaign'):
        domain = throwaway_domain(rng)
        local = rng.choice(('info', 'support', 'noreply', 'admin', 'service', 'news', 'notice', 'account-update',
                            ''.join(rng.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(rng.randrange(5, 10)))))
        return Sender(person, local + '@' + domain, kind, organisation, 'vps' if kind == 'throwaway' else 'service')
    if kind == 'own':
        person = copy.copy(rng.choice(vocabulary.recipients))
        if wanted:
            person.address = rng.choice(wanted.split('|')) + '@' + OWN_DOMAIN
        return Sender(person, person.address, kind, None, 'own')
    if kind == 'lookalike-own':
        domain = rng.choice(('kikan-mail', 'k1kan', 'kikann', 'kikan-jp', 'klkan', 'kikan-support', 'webmail-kikan',
            'kiikan'))
        return Sender(person, local_part(rng, person, 'organisation') + '@' + domain + '.example', kind, organisation,
                      rng.choice(('vps', 'google', 'postfix')))
    if kind in ('bystander', 'foreign-bystander', 'hacked'):
        abroad = {'hacked': 'bystander' if family.get('language') == 'ja' else 'foreign-bystander'}
        owner = rng.choice(vocabulary.organisations[abroad.get(kind, kind)])
        local = rng.choice(('info', 'office', 'sales', 'contact', 'admin', rng.choice(vocabulary.surnames)[2]))
        hostings = ('script', 'postfix', 'isp-hosted')
        if kind == 'hacked':
            hostings = ('script',) if family.get('language') == 'ja' else ('vps',) * 10 + ('microsoft',)
        return Sender(person, local + '@' + owner.domain, kind, organisation, rng.choice(hostings))
    local = wanted or local_part(rng, person, 'organisation')
    if '|' in local:
        local = rng.choice(local.split('|'))
    if kind == 'lookalike':
        stem = organisation.domain.split('.')[0]
        domain = rng.choice((stem.replace('-', '') + '-jp', stem + '-mail', stem.replace('o', '0', 1), stem + '-org',
                             stem.replace('i', 'l', 1), stem + '1', 'mail-' + stem))
        domain = (domain if domain != stem else stem + '-info') + '.example'  # not every name has an o and an i
        return Sender(person, local + '@' + domain, kind, organisation, rng.choice(('vps', 'google', 'postfix')))
    hosting = {'spoofed': 'vps', 'service': 'service', 'system': 'script', 'robot': 'script',
               'taken': 'taken'}.get(kind, organisation.hosting if organisation else 'postfix')
    return Sender(person, local + '@' + organisation.domain, kind, organisation, hosting)


def choose_kind(rng, family):
    return pick_weighted(rng, family.get('from', 'organisation'))
