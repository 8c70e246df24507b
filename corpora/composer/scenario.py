"""One scenario: a family's templates, a cast and a clock → the mails of it, in order."""
import datetime
import random
import re

from . import campaign, clients, crowd, files, gateways, lists, mime, quotes, routes, services, source, world
from .pages import LINK
from .text import TemplateError, expand, pick_weighted

FIRST_DAY = datetime.datetime(2019, 1, 7)
ANSWERS = ('re:', 'aw:', 'rv:', 'sv:')  # as programs begin a subject that they answer; RV is also forwarded mail
DAYS = (datetime.datetime(2023, 12, 20) - FIRST_DAY).days

KEPT_SUBJECT = 0.85  # of answers, whatever the family would write: few people give an answer a subject of its own


class Recipient:
    def __init__(self, display, address):
        self.display, self.address = display, address


class Mail:
    """All that a mail program and a route need to know."""

    def __init__(self):
        self.server = self.server_tail = self.relay_server = self.reply_to = self.to_header = ''
        self.message_id = self.charset = self.proxied = ''
        self.html = None
        self.references, self.attachments, self.headers, self.cc = [], [], [], []
        self.list_mail = self.signed = False


def _places(text, part):
    """Where the part stands in the text; a Latin word as a word, not within another."""
    edges = (r'(?<![A-Za-z])' if part[0].isascii() and part[0].isalpha() else '',
             r'(?![A-Za-z])' if part[-1].isascii() and part[-1].isalpha() else '')
    return [found.start() for found in re.finditer(re.escape(part).join(edges), text)]


class Scenario:
    def __init__(self, vocabulary, family, seed, number, one_campaign=None):
        self.vocabulary, self.family = vocabulary, family
        name = '%s/%s/%s/%d' % (seed, family.class_, family.name, number)
        name = '%s/%s' % (name, one_campaign.name) if one_campaign else name
        # What is said and what carries it are drawn apart: another header field changes no word.
        self.rng = one_campaign.draw('cast') if one_campaign else random.Random(name)
        self.wire = random.Random(name + '/wire')
        self.attached = self.encrypted = self.answering = False
        self.copies = True
        self.family_tells_password = any('{password}' in text for text in [mail.text for mail in family.mails]
                                         + [text for block in family.blocks.values() for text in block])
        self.number, self.language = number, family.get('language')
        self.sticky, self.history, self.made = {}, [], {}
        self.block_names = {heading.split(' ')[0] for heading in family.blocks} | set(vocabulary.blocks[self.language])
        if self.language == 'ja':
            self.block_names |= {'you'}
        self.campaign = one_campaign
        self._cast()
        if one_campaign:
            self._join_campaign(random.Random(name))

    # The cast and the clock

    def _cast(self):
        rng, family, words = self.rng, self.family, self.vocabulary
        organisations = words.organisations[pick_weighted(rng, family.get('as', 'company'))]
        self.organisation = rng.choice(organisations)
        who = family.get('name', 'japanese' if self.language == 'ja' else 'foreign')
        who = pick_weighted(rng, who)
        self.me = world.make_person(words, rng, who == 'foreign', who == 'foreign-ja')
        sections = words.lists.get('section-' + self.organisation.kind.replace('foreign-', ''), words.lists['section'])
        self.me.title, self.me.section = '', rng.choice(sections)
        self.other = world.make_person(words, rng, who == 'foreign')
        self.second, self.other_organisation = None, self.organisation
        if family.get('colleague-as'):
            self.other_organisation = rng.choice(words.organisations[pick_weighted(rng, family.get('colleague-as'))])
            while self.other.english() == self.me.english():
                self.other = world.make_person(words, rng, who == 'foreign')
        self.to = rng.choice(words.recipients)
        self.colleague = rng.choice([person for person in words.recipients if person is not self.to])
        self.title_en = rng.choice(world.TITLES_EN)
        self.kind = world.choose_kind(rng, family)
        self.sender = world.make_sender(words, rng, family, self.kind, self.me, self.organisation)
        if self.kind == 'own':
            self.me = self.sender.person
        self.me.title = self.expand('{%s}' % family.get('role', '主任|課長||係長||部長|'))
        self.zone = routes.Zone(float(pick_weighted(rng, family.get('zone', '+9'))))
        if self.kind in ('organisation', 'service', 'system'):
            self.zone = routes.Zone(self.organisation.home)
        self.clock = self._first_time()
        self.client_address = routes.host_address(rng)
        self.client = pick_weighted(rng, self._client_choice())
        self.shown_zone = self._shown_zone()
        self.helo = self._helo()
        self.recipients = self._recipients()
        self.form = rng.random()
        self.list = self._list()
        self.copied = []
        if self.list and self.wire.random() * 100 >= self.list.share:  # an answer to all, or a copy
            posted, self.recipients = self.recipients, [Recipient(self._shown(self.to), self.to.address)]
            if self.wire.random() < 0.6:
                self.copied = posted
            else:
                self.recipients += posted
            self.list = None

    def _shown_zone(self):
        """A host's clock isn't its user's: hosts for hire, and those that are broken into, run on UTC or stand in America."""
        if self.kind == 'hacked' and self.language == 'ja':
            return routes.Zone(9)
        if self.language == 'ja':
            return routes.UTC if self.sender.hosting == 'vps' and self.wire.random() < 0.13 else self.zone
        if self.client not in crowd.HABITS:
            return self.zone
        drawn = self.wire.random()
        return routes.Zone(self.wire.choice((-8, -6, -5, -5, -4, -3))) if drawn < 0.25 else routes.UTC if drawn < 0.43 else self.zone

    def _join_campaign(self, rng):
        """The cast is the campaign's; the reader, the day and now and then the account are this mail's."""
        self.rng = rng
        self.to = rng.choice(self.vocabulary.recipients)
        self.colleague = rng.choice([person for person in self.vocabulary.recipients if person is not self.to])
        self.clock += datetime.timedelta(days=rng.randrange(21), minutes=rng.randrange(-90, 90))
        self.recipients = self._recipients()
        campaign.change_account(self.vocabulary, rng, self.sender)

    def _chooser(self):
        """What chooses among alternatives."""
        return campaign.Choices(self.campaign, self.rng) if self.campaign else self.rng

    def _drawn(self, what):
        """Draws that a campaign mostly has in common."""
        return self.campaign.draw(what) if self.campaign and self.rng.random() < campaign.KEPT else self.rng

    def _client_choice(self):
        wanted = self.family.get('client', 'auto')
        choice = pick_weighted(self.rng, wanted)
        if choice != 'auto':
            return choice
        hosting = self.sender.hosting
        if hosting == 'postfix' and self.kind == 'organisation':
            return self._at_home('%s 4, outlook 1, thunderbird 1' % self.organisation.client)
        if self.kind == 'hacked' and self.language == 'ja':
            hosting = 'hacked-ja'
        china = self.zone.utcoffset(None) == datetime.timedelta(hours=8)
        if hosting == 'vps' and self.language == 'ja' and (china or self.wire.random() < 0.6):
            hosting = 'vps+8'
        elif hosting in ('vps', 'service') and self.language == 'en':
            hosting = ('hacked' if self.kind in ('hacked', 'mimicked') else hosting) + '-en'
        return self._at_home(clients.AUTO[hosting])

    def _at_home(self, choice):
        """Hardly anybody abroad has the programs that are made in Japan."""
        if self.language == 'ja' or not self.me.foreign:
            return choice
        return choice.replace('becky', 'thunderbird').replace('active-mail', 'roundcube')

    def _first_time(self):
        day = FIRST_DAY + datetime.timedelta(days=self.rng.randrange(DAYS))
        sent = self.family.get('sent', 'office')
        if sent == 'office':
            while day.weekday() > 4:
                day += datetime.timedelta(days=1)
            minute = self.rng.randrange(8 * 60 + 30, 18 * 60 + 40)
        elif sent == 'evening':
            minute = self.rng.randrange(17 * 60, 23 * 60 + 50)
        else:
            minute = self.rng.choice((self.rng.randrange(0, 1440), self.rng.randrange(420, 1380)))
        return (day + datetime.timedelta(minutes=minute, seconds=self.rng.randrange(60))).replace(tzinfo=routes.JST)

    def _helo(self):
        rng = self.rng
        if self.client in ('thunderbird', 'becky', 'active-mail', 'roundcube'):
            return '[%s]' % routes.private_address(rng)
        if self.client in ('iphone', 'apple-mail'):
            return rng.choice(('smtpclient.apple', '[%s]' % routes.private_address(rng)))
        return rng.choice(('DESKTOP-', 'LAPTOP-', 'DESKTOP-', 'PC')) + routes.alnums(rng, 7,
            'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')

    def _shown(self, person):
        forms = {'ja': (person.spaced, person.name, person.surname + '様', person.address, '', person.english()),
                 'en': (person.english(), person.address, '', person.english())}
        return self.rng.choice(forms[self.language])

    def _list(self):
        words = self.family.get('list').split()
        if not words:
            return None
        found = lists.MailingList(words)
        self.recipients = [Recipient(self.wire.choice(('', '', found.name)), found.address)]
        return found

    def _recipients(self):
        how = pick_weighted(self.rng, self.family.get('to', 'one'))
        if how == 'several':
            people = self.rng.sample(self.vocabulary.recipients, self.rng.randrange(2, 6))
            self.to = people[0]
            return [Recipient(self._shown(person), person.address) for person in people]
        if how in ('bare', 'hidden'):
            return [Recipient('', self.to.address)]
        return [Recipient(self._shown(self.to), self.to.address)]

    # Slots

    def expand(self, template, depth=0):
        return expand(template, self._chooser(), self._lookup, self.block_names, depth)

    def _lookup(self, name, arguments, depth):
        name = self._file_note(name)
        if not name:
            return ''
        for heading in (name + ' ' + self.kind, name):  # what senders of this kind say, or what all do
            if heading in self.family.blocks:
                return self._block(self.family.blocks[heading], depth)
        key = ' '.join((name,) + arguments)
        if key in self.sticky:
            return self.sticky[key]
        value = self._let(name, depth)
        if value is None:
            value = self._from_cast(name)
        if value is None:
            value = self._made_up(name, arguments)
        if value is not None:
            self.sticky[key] = value
            return value
        for blocks in (self.vocabulary.blocks[self.language], self.vocabulary.blocks['ja']):
            if name in blocks:
                return self._block(blocks[name], depth)
        value = self._from_lists(name, depth)
        if value is None:
            raise TemplateError('%s: nothing is called {%s}' % (self.family.path, key))
        self.sticky[key] = value
        return value

    def _file_note(self, name):
        """What is said of the attachment must fit it: none, plain, or encrypted, the password here or later."""
        if name not in ('file-plain', 'file-password', 'file-later', 'see-file'):
            return name
        if not self.attached:
            return ''
        if not self.encrypted:
            return name if name == 'see-file' else 'file-plain'
        if name == 'file-plain' and not self.family_tells_password:
            return 'file-password' if self.rng.random() < 0.85 else name
        return name

    def _block(self, alternatives, depth):
        return self.expand(self._chooser().choice(alternatives), depth)

    def _let(self, name, depth):
        for line in self.family.all('let'):
            key, _, template = line.partition(' ')
            if key == name:
                return self.expand(template, depth)
        return None

    def _from_lists(self, name, depth):
        stem = name.rsplit('.', 1)[0]
        lists = self.vocabulary.lists
        if stem == 'topic' and self.family.get('topics'):
            return self.expand('{' + self.family.get('topics') + '}', depth)
        lines = lists.get(stem + '-en') if self.language == 'en' and stem + '-en' in lists else lists.get(stem)
        return self.expand(self._chooser().choice(lines), depth) if lines else None

    def _from_cast(self, name):
        who, _, field = name.partition('.')
        people = {'to': self.to, 'me': self.me, 'other': self.other, 'colleague': self.colleague}
        if who in people and field:
            if name == 'other.address' and self.family.get('colleague-from'):
                return self._other_sender().address
            return self._person_field(people[who], field)
        organisation = self.organisation
        return {'org': organisation.english if self.language == 'en' else organisation.name,
            'org-short': organisation.short,
                'org-en': organisation.english, 'the-org': world.with_article(organisation.english),
                'the-other-org': world.with_article(self.other_organisation.english),
                'other-org': self.other_organisation.english if self.language == 'en' else self.other_organisation.name,
                'other-domain': self.other_organisation.domain, 'org-domain': organisation.domain, 'own': world.OWN_NAME,
                'own-en': world.OWN_NAME_EN, 'sender-domain': self.sender.domain}.get(name)

    def _person_field(self, person, field):
        english = person.english().split()
        tel = '0%d-0000-%04d' % (self.rng.choice((3, 3, 6, 52, 75)), self.rng.randrange(10000))
        title = self.title_en
        if title in ('Ms.', 'Mr.'):
            title = 'Ms.' if person.sex == 'f' else 'Mr.'
        fields = {'surname': person.surname, 'given': person.given, 'name': person.name, 'spaced': person.spaced,
                  'kana': ' '.join(person.kana), 'english': person.english(), 'surname-en': english[-1],
                  'given-en': english[0], 'title-en': title, 'section': person.section, 'title': person.title,
                  'org': world.OWN_NAME, 'address': self.sender.address if person is self.me else person.address,
                  'tel': tel, 'romaji': person.romaji[0], 'local': person.romaji[0],
                  'mobile': '0%d0-0000-%04d' % (self.rng.choice((8, 9)), self.rng.randrange(10000))}
        return fields.get(field)

    def _made_up(self, name, arguments):
        """Dates, numbers, links, passwords: what is made for each scenario anew."""
        rng = self.rng
        if name == 'day':
            return self._day(int(arguments[0]), int(arguments[-1]))
        if name == 'n':
            return str(rng.randrange(int(arguments[0]), int(arguments[1]) + 1))
        if name == 'digits':
            return ''.join(rng.choice('0123456789') for _ in range(int(arguments[0])))
        if name == 'letters':
            return routes.alnums(rng, int(arguments[0]), 'abcdefghijklmnopqrstuvwxyz')
        if name in ('open', 'shut'):  # braces, for code in mails
            return '{' if name == 'open' else '}'
        if name == 'hex':
            return routes.hexes(rng, int(arguments[0]))
        if name == 'code':
            return routes.alnums(rng, int(arguments[0]), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')
        if name == 'yen':
            low, high = int(arguments[0]), int(arguments[1])
            return '{:,}'.format(rng.randrange(low, high) // 10 * 10)
        now = self.clock
        plain = {'year': str(now.year), 'month': str(now.month), 'last-month': str((now.month - 2) % 12 + 1),
                 'next-month': str(now.month % 12 + 1), 'date': now.strftime('%Y%m%d'), 'md': now.strftime('%m%d'),
                 'fiscal': '令和%d年度' % (now.year - 2018 - (now.month < 4)) if now.year > 2019 else '平成31年度',
                 'month-en': quotes.MONTHS[now.month - 1]}
        if name in plain:
            return plain[name]
        if name == 'hour':
            return rng.choice(('10:00', '13:00', '13:30', '14:00', '15:00', '15:30', '16:00', '10:30', '11:00',
                '17:00'))
        return self._link_or_password(name)

    def _day(self, low, high):
        day = self.clock + datetime.timedelta(days=self.rng.randrange(low, high + 1))
        while day.weekday() > 4 and self.family.get('sent', 'office') == 'office':
            day += datetime.timedelta(days=1)
        if self.language == 'en':
            return self.rng.choice(('%d %s' % (day.day, quotes.MONTHS[day.month - 1]), '%s %d' %
                (quotes.MONTHS[day.month - 1], day.day)))
        week = quotes.WEEK[day.weekday()]
        return self.rng.choice(('%d月%d日（%s）' % (day.month, day.day, week), '%d月%d日(%s)' % (day.month, day.day, week),
                                '%d/%d（%s）' % (day.month, day.day, week), '%d月%d日' % (day.month, day.day)))

    def _site_domain(self):
        """Whoever sends from a webmail service has a site elsewhere."""
        return world.throwaway_domain(self.rng) if self.sender.kind in ('webmail', 'isp', 'mimicked') else self.sender.domain

    def _link_or_password(self, name):
        """Links lead nowhere: hosts end in .example, or the path is an identifier that nobody was given."""
        rng, lists = self.rng, self.vocabulary.lists
        name = re.sub(r'\.\d$', '', name)  # {url.2}: another one
        path = lambda: '/'.join(routes.alnums(rng, rng.randrange(3, 9), 'abcdefghijklmnopqrstuvwxyz')
            for _ in range(rng.randrange(1, 3)))
        if name == 'url':
            return 'https://www.%s/%s' % (self.organisation.domain, path())
        if name == 'own-url':
            return 'https://www.%s/%s' % (world.OWN_DOMAIN, path())
        if name == 'intra-url':
            return 'https://intra.%s/%s' % (world.OWN_DOMAIN, path())
        if name == 'sender-url':
            return 'https://%s%s/%s' % (rng.choice(('www.', '', 'login.', 'member.')), self._site_domain(), path())
        if name == 'bad-url':
            return 'http%s://%s%s/%s' % (rng.choice(('s', 's', '')), rng.choice(('', '', 'www.', 'jp.', 'login-')),
                world.throwaway_domain(rng), path())
        if name == 'bystander-url':
            return 'http://www.%s/wp-content/%s' % (rng.choice(self.vocabulary.organisations['bystander']).domain,
                path())
        if name == 'store-url':
            return services.store_url(rng, rng.choice(lists['store-host']), self.clock)
        if name == 'short-url':
            return services.short_url(rng, rng.choice(lists['short-host']))
        if name == 'ip-url':
            return 'http://%s/%s' % (routes.host_address(rng), path())
        if name == 'password':
            stem = rng.choice((self.organisation.domain.split('-')[0].split('.')[0], 'kikan', self.me.romaji[0]
                or 'sample'))
            return rng.choice((routes.alnums(rng, 8), routes.alnums(rng, 10), routes.alnums(rng, 12), stem +
                self.clock.strftime('%m%d'),
                               stem.capitalize() + str(self.clock.year), '%08d' % rng.randrange(10**8), stem + '#' +
                                   str(rng.randrange(100, 9999)),
                               self.clock.strftime('%Y%m%d')))
        return None

    # Mails

    def compose(self):
        """The bytes of the scenario's mails."""
        out = []
        self._begin_thread()
        for section in self.family.mails:
            if self.rng.random() * 100 >= float(section.get('chance', '100')):
                continue
            if self._is_idle(section):
                continue
            if self.history and not self.answering or out:
                self.clock += self._delay(section)
                self._keep_hours(section)
            if section.kind == 'earlier':
                self._remember_earlier(section)
            else:
                out.append(self._compose_mail(section))
        return out

    def _begin_thread(self):
        """Some scenarios answer a short note of ours. The note takes none of the scenario's own draws."""
        first = self.family.mails[0]
        if first.kind == 'earlier' or self.wire.random() * 100 >= float(self.family.get('answers', '0')):
            return
        note = source.Section('earlier', '', 0)
        note.keys['subject'] = ['{topic}']
        note.text = '{our-note}'
        held, self.rng = self.rng, self.wire
        self._remember_earlier(note)
        self.history[0]['when'] -= datetime.timedelta(minutes=self.wire.randrange(60, 9000))
        self.rng, self.answering = held, True

    def _is_idle(self, section):
        """A mail that only brings the password isn't sent where nothing was encrypted or it was told already."""
        if section.all('attach') or '{password}' not in section.text or section.get('thread', 'new') != 'new':
            return False
        told = self.history and self.sticky.get('password', '\0') in self.history[-1]['text']
        return told or (self.attached and not self.encrypted)

    def _keep_hours(self, section):
        """People with office hours don't answer at night."""
        hours = section.get('after', '1h 40h').split()[-1]
        ours = section.kind == 'earlier' and section.get('from', 'us') == 'us'
        if not ours and self.family.get('sent', 'office') != 'office' or hours[-1] in 'ms':
            return
        if not 8 <= self.clock.hour < 19:
            late = self.clock.hour >= 19
            self.clock = self.clock.replace(hour=self.rng.randrange(9, 18)) + datetime.timedelta(days=late)
        while self.clock.weekday() > 4:
            self.clock += datetime.timedelta(days=1)

    def _delay(self, section):
        low, high = section.get('after', '1h 40h').split()
        unit = {'m': 60, 'h': 3600, 'd': 86400, 's': 1}
        seconds = [float(text[:-1]) * unit[text[-1]] for text in (low, high)]
        return datetime.timedelta(seconds=int(self.rng.uniform(*seconds)))

    def _subject(self, section, thread):
        if section.all('subject'):
            subject = self.expand(self._chooser().choice(section.all('subject')))
            if thread and self.history and section.get('thread') == 'reply' and self.wire.random() < KEPT_SUBJECT:
                return self._answered(self.history[-1]['subject'])
            return subject if not thread or not self.history or subject[:3].lower() in ANSWERS else 'Re: ' + subject
        return self._answered(self.history[-1]['subject'])

    def _answered(self, last):
        return last if last[:3].lower() in ANSWERS else self.rng.choice(('Re: ', 'RE: ')
            if self.client in ('exchange', 'outlook') else ('Re: ',)) + last

    def _remember_earlier(self, section):
        ours = section.get('from', 'us') == 'us'
        who = self._earlier_author(section.get('from', 'us'))
        domain = world.OWN_DOMAIN if ours else self.sender.domain
        subject = self._subject(section, bool(self.history))
        text = self.expand(section.text)
        if section.get('thread') == 'reply' and self.history:
            text = self._answer(text, 'gmail' if self.form < 0.5 else 'gt', self._place(section))
        self.history.append({'who': who, 'when': self.clock.astimezone(self.zone), 'subject': subject, 'text': text,
                             'id': '%s@%s' % (routes.hexes(self.rng, 32), 'KIKAN-EX01.kikan.example' if ours
                                 else domain)})

    def _earlier_author(self, who):
        """(name, address) of who wrote what is only quoted: us, them, or somebody else on the list."""
        person = {'us': self.to, 'other': self.other}.get(who, self.me)
        name = person.spaced if self.language == 'ja' and not person.foreign else person.english()
        if who == 'us':
            return name, self.to.address
        if who == 'other':
            self.other.address = self.other.address or '%s@%s' % (
                world.local_part(self.wire, self.other, 'webmail'), self.wire.choice(('gmail.com', 'outlook.com')))
            return name, self.other.address
        return self.sender.display or name, self.sender.address

    def _place(self, section):
        """Where an answer stands: above what it quotes, below it, or between. Some families leave it to the person."""
        return pick_weighted(self.wire, section.get('answer')) if section.get('answer') else 'above'

    def _display(self, sender, section):
        if self.family.get('display') and section.get('from', 'same') != 'colleague':
            return self.expand('{%s}' % self.family.get('display'))
        person = sender.person
        if person.foreign or self.language == 'en':
            return person.english()
        if sender.kind == 'own':
            return person.spaced
        if sender.kind in ('webmail', 'isp'):
            return self.rng.choice((person.spaced, person.name, person.spaced, person.english(), person.romaji[1] +
                ' ' + person.romaji[0]))
        short = self.organisation.short
        return self.rng.choice((person.spaced, person.name, person.spaced, person.surname, '%s（%s）' %
            (person.spaced, short),
                                '%s %s' % (short, person.surname), person.english()))

    def _bare_display(self, sender):
        """Of those who send to many, some show the address's beginning, or the domain they speak for."""
        shown = self.wire.choice(self.organisation.shown)
        return self.wire.choices((sender.display, sender.address.split('@')[0], shown), (55, 28, 17))[0]

    def _switch_sender(self, section):
        """Who sends this mail: as before, a robot of the same party, or a colleague there."""
        who = section.get('from', 'same')
        if who == 'same':
            if not self.sender.display:
                self.sender.display = self._display(self.sender, section)
                if self.sender.kind == 'throwaway':
                    self.sender.display = self._bare_display(self.sender)
            return self.sender, self.client
        if who == 'robot':
            sender = world.Sender(self.me,
                self.rng.choice(('noreply', 'no-reply', 'password', 'zip-notice', 'secure-mail')) + '@' +
                    self.sender.domain,
                                  'robot', self.organisation, 'script' if self.sender.hosting != 'own' else 'own')
            sender.display = self.rng.choice(('', 'パスワード通知', '自動送信', 'noreply'))
            return sender, pick_weighted(self.rng, clients.AUTO['script'])
        sender = self._other_sender()
        sender.display = self._display(sender, section)
        return sender, pick_weighted(self.rng, clients.AUTO[sender.hosting])

    def _other_sender(self):
        """Whom the sender brings in: {other.…} of {other-org}, from the same kind of place if the family names no other."""
        if not self.second:
            kind = pick_weighted(self.rng, self.family.get('colleague-from', self.kind))
            kind = kind if kind not in ('own', 'throwaway') else 'organisation'
            self.second = world.make_sender(self.vocabulary, self.rng, self.family, kind, self.other, self.other_organisation)
            self.other.address = self.second.address
        return self.second

    def _attach(self, section, mail):
        for name in section.all('attach'):
            if name not in self.made:
                file = self.family.files[name]
                if self._drawn('chance ' + name).random() * 100 >= float(file.get('chance', '100')):
                    self.made[name] = None
                else:
                    self.made[name] = files.make_file(
                        file, self.rng, self.expand, self.clock,
                        pick_weighted(self._drawn('kind ' + name), file.get('kind', 'docx')))
                    self.sticky['file.' + name] = self.made[name][0]
            if self.made[name]:
                mail.attachments.append(self.made[name][:3])
                self.attached, self.encrypted = True, self.encrypted or self.made[name][4]
        self.sticky.setdefault('file', '、'.join(part[0] for part in mail.attachments))

    def _slip(self, text):
        """Careless slips: the list says what is written for what."""
        count = float(self.family.get('slips', '0'))
        tries = int(count) + (self.rng.random() < count % 1)
        table = [line.split(' | ') for line in self.vocabulary.slips['ja' if self.language == 'ja' else 'en']]
        far = not 7 <= self.zone.utcoffset(None) / routes.HOUR <= 9 and self.language == 'en'
        if self.family.get('list') or far:  # marks of an Asian keyboard don't come from people with another
            table = [pair for pair in table if pair[1].isascii() or self.language == 'ja']
        present = [pair for pair in table if _places(text, pair[0])]
        for _ in range(min(tries, len(present))):
            right, wrong = self.rng.choice(present)
            at = self.rng.choice(_places(text, right) or [-1])
            if at >= 0 and 'http' not in text[max(0, at - 40):at]:
                text = text[:at] + wrong + text[at + len(right):]
        return text

    def _answer(self, text, style, place='above'):
        """The text with what the program quotes of the mail that it answers."""
        last = self.history[-1]
        name, address = last['who']
        when = last['when']
        if style == 'outlook':
            rule = '' if self.client != 'exchange' or self.rng.random() < 0.5 else '________________________________\n'
            ours = address.endswith(world.OWN_DOMAIN) and address != self.sender.address
            to = self.sender.address if ours else self.to.address
            return text + quotes.original_message(last, when, self.language, to, self.rng, rule)
        line = quotes.attribution_ja(style, when, name, address, self.rng) if self.language == 'ja' else \
            quotes.attribution_en(style, when, name, address)
        return quotes.answered(text, line, last['text'], place)

    def _compose_mail(self, section):
        rng, mail = self.rng, Mail()
        mail.sender, mail.client = self._switch_sender(section)
        mail.language, mail.when = self.language, self.clock.astimezone(self.shown_zone)
        mail.home = routes.Zone(self.vocabulary.homes[mail.sender.domain]) if mail.sender.domain in self.vocabulary.homes \
            else mail.when.tzinfo
        mail.to, mail.client_address, mail.helo = self.recipients, self.client_address, self.helo
        mail.return_path = mail.sender.address
        if mail.sender is self.second and self.other_organisation is not self.organisation:
            mail.client_address = routes.host_address(self.wire)
        mail.list_mail = mail.sender.hosting == 'service'
        self._attach(section, mail)
        thread = section.get('thread', 'new') == 'reply' or self.answering
        self.answering = False
        mail.subject = ' '.join(self.expand(self._subject(section, thread)).split('\n'))
        text = self._slip(self.expand(section.text)).replace('\n\n\n\n', '\n\n').strip('\n')
        mail.subject = lists.prefixed(mail.subject, self.list) if self.list else mail.subject
        client = clients.CLIENTS[mail.client]
        text = LINK.sub(self._disguise, text)
        whole = text
        if thread and self.history:
            mail.references = [item['id'] for item in self.history][-3:]
            if rng.random() * 100 < float(section.get('quote', '85')):
                whole = self._answer(text, client.reply, self._place(section))
        mail.html = self._html(section, client)
        mail.text = whole + '\n' + (lists.footer(self.list) if self.list and not mail.html else '')
        mail.signed = bool(self.family.get('pgp')) and not mail.html and self.wire.random() * 100 < float(self.family.get('pgp'))
        mail.cc = self.copied + (self._brought_in(section) if section.get('cc') else self._copies(section, mail))
        mail.reply_to = self._reply_to(mail, client)
        if 'hidden' in self.family.get('to', '') and rng.random() < 0.5:
            mail.to_header = rng.choice(('undisclosed-recipients:;', mime.address('', mail.sender.address, 'utf-8')))
        lines = self._render(mail, client, section)
        self.history.append({'who': (mail.sender.display or mail.sender.address, mail.sender.address),
            'when': mail.when,
                             'subject': mail.subject, 'text': whole, 'id': mail.message_id})
        return lines

    def _disguise(self, link):
        """Now and then a link to a throw-away host shows the address of the organisation that the mail speaks for."""
        if link.group(2) != self.sticky.get('bad-url') or self.wire.random() >= 0.45:
            return link.group(0)
        return '[[https://www.%s/ -> %s]]' % (self.wire.choice(self.organisation.shown), link.group(2))

    def _brought_in(self, section):
        person, copied = (self.other, self._other_sender()) if section.get('cc') == 'colleague' else (self.me, self.sender)
        return [Recipient(person.english() if self.language == 'en' else person.spaced, copied.address)]

    def _copies(self, section, mail):
        """Colleagues, ours or the sender's, whom a person lets read along; more often in an exchange."""
        people = self.copies and self.family.get('to', 'one') in ('one', 'several') and section.get('from', 'same') != 'robot'
        share = 0.0 if not people or mail.sender.kind in ('service', 'system') else 0.5 if mail.references else 0.25
        if self.wire.random() >= share:
            return []
        if mail.sender.kind not in ('webmail', 'isp', 'own') and self.wire.random() < 0.5:
            person = world.make_person(self.vocabulary, self.wire, self.me.foreign)
            return [Recipient(person.english() if self.language == 'en' else person.spaced,
                              world.local_part(self.wire, person, 'organisation') + '@' + mail.sender.domain)]
        others = [person for person in self.vocabulary.recipients if person is not self.to]
        return [Recipient(person.english() if self.language == 'en' else person.spaced, person.address)
                for person in self.wire.sample(others, self.wire.choice((1, 1, 1, 2, 3)))]

    def _reply_to(self, mail, client):
        """Programs that send for others name the address again; the family may name another."""
        if self.family.get('reply-to'):
            return self.expand(self.family.get('reply-to'))
        if self.wire.random() >= client.replies:
            return ''
        shown = mail.sender.display if self.wire.random() < 0.6 or client.replies == 1 else ''
        return mime.address(shown, mail.sender.address, 'UTF-8', client.form)

    def _html(self, section, client):
        wanted = section.get('html', '')
        if wanted == 'items':
            return 'items'
        if wanted == 'no':
            return ''
        if self.kind == 'hacked' and self.language == 'ja' and wanted != 'yes':
            return '' if self.form < 0.85 else 'plain-html'
        if wanted != 'yes' and self.language == 'en' and self.client in crowd.HABITS:
            alone = crowd.page(self.client, self.form)
            return 'only' if wanted == 'only' and self.form < 0.8 and alone == '' else alone
        if wanted == 'only':
            if self.language == 'ja' and 0.03 <= self.form < 0.13:
                return ''
            return 'only' if self.form < (0.03 if self.language == 'ja' else 0.65) else client.html or 'plain-html'
        if wanted == 'yes' and not client.html:
            return 'plain-html'
        if client.html and self.sender.hosting == 'vps' and self.language == 'en':
            if self.form > 0.65:
                return 'only'
        if self.language == 'en' and client.boundary == 'apple':
            return 'plain-html' if self.form > 0.32 else ''
        if self.language == 'en' and client.boundary == 'gmail' and self.form < 0.05:
            return ''
        optional = client.html in ('word', 'exchange', 'thunderbird', 'plain-html')
        plain = {'exchange': 0.15, 'thunderbird': 0.72}.get(client.boundary, 0.35) if self.language == 'en' else 0.35
        return '' if optional and self.form < plain and wanted != 'yes' else client.html

    def _render(self, mail, client, section):
        mail.charset = self._charset(client, mail.text)
        head = self._route(mail)
        mail.message_id = clients.message_id(mail, self.wire)
        mail.headers = [self.expand(line) for line in section.all('header')]
        content, body = clients.make_body(mail, self.wire, client)
        lines = head + clients.write_headers(mail, self.wire, client, content)
        if self.list:
            lines += lists.fields(self.wire, self.list, mail.when.year)
        return '\n'.join(lines).encode('utf-8') + b'\n\n' + body

    def _charset(self, client, text):
        """Programs of later years, and some of earlier ones, write UTF-8 where others keep to ISO-2022-JP."""
        if self.language == 'ja' and client.charset.lower() == 'iso-2022-jp' and self.client not in ('becky', 'php'):
            return 'utf-8' if self.form < 0.55 else ''
        if self.client in ('outlook-express', 'outlook-tool', 'bulk-html') and self.sender.hosting == 'vps':
            small = 0.86 if self.client == 'bulk-html' else 0.66
            japanese = self.language == 'ja' and text == text.encode('iso2022_jp', 'ignore').decode('iso2022_jp')
            return 'utf-8' if self.form < small else 'UTF-8' if self.form < 0.9 or not japanese else 'iso-2022-jp'
        if self.family.class_ and self.client == 'foxmail' and self.form < 0.4:
            return 'gb2312'
        return ''

    def _route(self, mail):
        """The hops, and those of the gateway that an organisation's mail passes on its way out."""
        organisation = mail.sender.organisation
        lines = self._hops(mail)
        if self.list:
            return lists.through(lines, mail, self.wire, self.list)
        if mail.sender.hosting not in ('microsoft', 'exchange', 'postfix', 'taken') or not organisation:
            return lines
        if not organisation.gateway or organisation.domain != mail.sender.domain:
            return lines
        return gateways.behind(lines, mail, self.wire, organisation.gateway, organisation.domain,
                               routes.host_address(self.wire, organisation.number))

    def _hops(self, mail):
        rng, sender = self.wire, mail.sender
        hosting, domain = sender.hosting, sender.domain
        number = sender.organisation.number if sender.organisation else 7
        address = routes.host_address(rng, number)
        submitted = (mail.helo, mail.client_address) if mail.client not in ('gmail-web',) else None
        hours = mail.home.utcoffset(None) // routes.HOUR
        region = {9: 'jpn', 8: 'apc', 7: 'apc', 5: 'apc', 0: 'eur', 1: 'eur', 2: 'eur', 3: 'eur'}.get(hours, 'nam')
        if hosting == 'gmail':
            return routes.google(mail, rng, 'gmail.com', submitted)
        if hosting == 'google':
            return routes.google(mail, rng, domain, submitted)
        if hosting in ('microsoft', 'outlook.com'):
            return routes.microsoft(mail, rng, domain, hosting == 'outlook.com', region)
        if hosting == 'exchange':
            return routes.exchange(mail, rng, domain, address)
        if hosting in ('yahoo', 'yahoo-abroad', 'apple', 'own', 'submitted'):
            return getattr(routes, hosting.replace('-', '_'))(mail, rng)
        if hosting in ('service', 'vps') and crowd.knows(mail):
            return crowd.route(mail, rng, domain)
        if hosting in ('isp', 'service', 'vps'):
            return getattr(routes, hosting)(mail, rng, domain)
        if hosting == 'script':
            return routes.script(mail, rng, domain, address)
        if hosting == 'isp-hosted':
            return routes.relay(mail, rng, domain, address, 1, 'sv%d.hosting-service.example' %
                rng.randrange(1000, 9999))
        return routes.relay(mail, rng, domain, address, rng.choice((1, 1, 2)))
