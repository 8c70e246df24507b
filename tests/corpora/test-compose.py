#!/usr/bin/env python3
"""Composes the samples and checks them: same seed, same bytes; every mail parses; no host but those allowed; no slot
left; classes and languages in balance. Prints nothing when all is well."""
import datetime
import email
import email.policy
import filecmp
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zoneinfo

ROOT = os.path.join(os.environ.get('SKS_SOURCE_ROOT', os.path.join(os.path.dirname(__file__), '..', '..')), 'corpora')
sys.dont_write_bytecode = True
sys.path.insert(0, ROOT)

from composer import quotes, routes, source, world  # noqa: E402

# Hosts of relays, webmail and providers that headers need, and XML name spaces.
ALLOWED = ('example', 'test', 'local', 'localhost', 'localdomain', 'google.com', 'gmail.com', 'yahoo.co.jp',
    'yahoo.com', 'outlook.com', 'outlook.jp',
           'hotmail.com', 'icloud.com', 'me.com', 'gappssmtp.com', 'onmicrosoft.com', '1e100.net', 'nifty.com',
               'zaq.ne.jp',
           'ocn.ne.jp', 'ocn.ad.jp', 'biglobe.ne.jp', 'so-net.ne.jp', 'docomo.ne.jp', 'ezweb.ne.jp', 'auone-net.jp',
           'softbank.ne.jp', 'plala.or.jp', 'dion.ne.jp', 'googlemail.com', 'openxmlformats.org', 'w3.org',
               'microsoft.com', 'purl.org')
# Real services: links to them bear an identifier of 12 letters and digits at least, drawn at random, so nobody's.
LINK_ONLY = re.compile(r'drive\.google\.com|1drv\.ms|www\.dropbox\.com|xgf\.nu|\d+\.gigafile\.nu|firestorage\.jp|we\.tl|'
                       r'bit\.ly|t\.ly|is\.gd|tinyurl\.com')
# Names that are withheld below new top-level domains (corpora/README.md).
WITHHELD = tuple('.example.' + suffix for suffix in world.CHEAP) + world.SHOWN
failures = []


def fail(*words):
    failures.append(' '.join(str(word) for word in words))


def compose(folder, *more):
    subprocess.run([sys.executable, os.path.join(ROOT, 'compose'), '--output', folder, *more], check=True)


def same(a, b):
    if sorted(os.listdir(a)) != ['WRITTEN', 'bulk', 'clean', 'targeted']:
        fail('beside the classes there is', os.listdir(a))
    for class_ in source.CLASSES:
        names = sorted(os.listdir(os.path.join(a, class_)))
        if names != sorted(os.listdir(os.path.join(b, class_))):
            fail('two runs made different files')
        _, different, errors = filecmp.cmpfiles(os.path.join(a, class_), os.path.join(b, class_), names, shallow=False)
        if different or errors:
            fail('two runs differ in', different[:3], errors[:3])


def check_hosts(name, text):
    for url in re.findall(r'https?://([^/\s"<>]+)(/[^\s"<>]*)?', text):
        host = url[0].lower()
        if re.fullmatch(r'(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+', host) or host.endswith(('.example', '.test') + WITHHELD):
            continue
        if host.endswith(('openxmlformats.org', 'w3.org', 'microsoft.com')) or host == 'github.com':
            continue
        if LINK_ONLY.fullmatch(host) and re.search(r'[0-9A-Za-z]{12}', url[1]) and 'example' not in url[1]:
            continue
        fail(name, 'links to', host + url[1])
    for mailbox in re.findall(r'[\w.+-]+@([\w.-]+\w)', re.sub(r'\bcid:[\w.@]+', '', text)):  # a part's id is no address
        domain = mailbox.lower()
        if not domain.endswith(WITHHELD) and not any(domain == a or domain.endswith('.' + a) for a in ALLOWED) and '.' in domain:
            fail(name, 'has an address at', domain)


def from_jis(raw):
    """ISO-2022-JP with the vendor's rows (code page 50220), which Python's own codec doesn't read: by way of Shift_JIS."""
    text = ''
    for kind, run in re.findall(rb'(\x1b[$(][@BJ])?([^\x1b]+)', raw):
        if not kind.startswith(b'\x1b$'):
            text += run.decode('ascii')
            continue
        for row, cell in zip(run[::2], run[1::2]):
            high = (row - 0x21) // 2 + 0x81
            low = cell + (0x1f + (cell > 0x5f) if row % 2 else 0x7e)
            text += bytes([high + 0x40 * (high > 0x9f), low]).decode('cp932')
    return text


def text_of(part):
    if part.get_content_charset() == 'iso-2022-jp':
        return from_jis(part.get_payload(decode=True))
    return part.get_content()


def check_mail(name, raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    head = raw.split(b'\n\n', 1)[0].decode('utf-8')
    lines = head.split('\n')
    if not lines[0].startswith('Return-Path: <') or not lines[1].startswith('Received: from '):
        fail(name, 'does not begin with Return-Path and Received')
    if 'by mx1.kikan.example (Postfix) with ESMTPS id' not in ''.join(lines[2:3]) or 'Authentication-Results' in head:
        fail(name, 'has another top')
    for field in ('from', 'to', 'subject', 'date', 'message-id'):
        if not message[field]:
            fail(name, 'has no', field)
    raw_subject = re.search('^Subject: (.*)$', head, re.M).group(1)  # a few bulk mails have bytes there, as some do
    subject = raw_subject if not raw_subject.isascii() else str(message['subject'])
    texts = [subject, str(message['from']), str(message['reply-to'] or ''), str(message['message-id'])]
    for part in message.walk():
        if part.defects:
            fail(name, part.defects)
        if part.get_content_maintype() == 'text' and not part.get_filename():
            texts.append(text_of(part))
        elif not part.is_multipart() and not part.get_payload(decode=True):
            fail(name, 'has an empty part')
        texts.append(part.get_filename() or '')
    text = '\n'.join(texts)
    check_hosts(name, text)
    left = re.search(r'\{[a-z][\w. -]*\}|%%|\{[^{}\n]*\|', text.replace('{margin', '').replace('{font', ''))
    if left and '<style' not in text[max(0, left.start() - 400):left.start()]:
        fail(name, 'has a slot left:', left.group(0))
    if '\ufffd' in text:
        fail(name, 'has undecodable text')


def check_blocks(family, shared):
    """
    A block to which neither the family nor a shared body refers is a slip of the pen; file-plain stands for file-password
    where nothing is encrypted.
    """
    with open(family.path, encoding='utf-8') as file:
        whole = file.read() + shared + '{our-note}'  # what the composer writes where a family answers us
    for name in family.blocks:
        called = {'file-plain': 'file-(?:plain|password)'}.get(name, re.escape(name.split(' ')[0]))
        if not re.search(r'(?m)[{|]%s[}|]|^display: %s$' % (called, called), whole):
            fail(family.path, 'never uses block', name)


def check_refusals(folder):
    """What is not in the format is refused with file, line and reason."""
    path = pathlib.Path(folder, 'bad')
    path.mkdir()
    table, family, blocks = path / 'organisations.txt', path / 'family.txt', path / 'bodies-en-more.txt'
    table.write_text('# names\nforeign-press | a | a | A | a.example | west\n', encoding='utf-8')
    family.write_text('about: x\nlanguage: ja\ncolour: red\n', encoding='utf-8')
    blocks.write_text('[invoice]\nx\n', encoding='utf-8')
    (path / 'bodies-en.txt').write_text('[invoice]\ny\n', encoding='utf-8')
    for read, wanted in ((lambda: source.read_table(str(table), world.ORGANISATION), f'{table}:2: not the fields'),
                         (lambda: source.read_family(str(family), 'clean'), f'{family}:3: unknown key "colour"'),
                         (lambda: source.read_all_blocks(str(path), 'en'), '[invoice] is in another file')):
        try:
            read()
            fail(wanted, 'was expected')
        except source.SourceError as error:
            if wanted not in str(error):
                fail(str(error), 'instead of', wanted)


def check_balance(families):
    for class_ in source.CLASSES:
        languages = [family.get('language') for family in families if family.class_ == class_]
        share = languages.count('en') / len(languages)
        if not 0.1 <= share <= 0.45:
            fail(class_, 'is to %d %% in English' % (100 * share))
    names = [family.name for family in families]
    for name in names:
        if names.count(name) > 1:
            fail('two families are called', name)


def check_independence(folder, first, families):
    """A family composed alone, with fewer scenarios, makes the same mails."""
    family = families[len(families) // 2]
    alone = os.path.join(folder, 'alone')
    compose(alone, '--seed', '5', '--per-family', '2', '--family', family.name)
    for name in os.listdir(os.path.join(alone, family.class_)):
        if not filecmp.cmp(os.path.join(alone, family.class_, name), os.path.join(first, family.class_, name),
            shallow=False):
            fail(name, 'depends on what else is composed')


def check_zones():
    """Clocks go forward and back as the tz database says."""
    for hours, name in ((0, 'Europe/London'), (1, 'Europe/Berlin'), (2, 'Europe/Helsinki'), (3, 'Europe/Istanbul'),
                        (-5, 'America/New_York'), (-8, 'America/Los_Angeles'), (9, 'Asia/Tokyo'), (5.5, 'Asia/Kolkata')):
        try:
            told = zoneinfo.ZoneInfo(name)
        except zoneinfo.ZoneInfoNotFoundError:
            return  # this system has no tz database
        moment = datetime.datetime(2019, 1, 1, 0, 30, tzinfo=datetime.timezone.utc)
        while moment.year < 2024:
            here, there = moment.astimezone(routes.Zone(hours)), moment.astimezone(told)
            if here.strftime('%H:%M %z') != there.strftime('%H:%M %z'):
                fail('zone', hours, 'says', here.isoformat(), 'for', there.isoformat())
            moment += datetime.timedelta(hours=1 if moment.weekday() == 6 and moment.month in (3, 10, 11) else 24)


def check_quotes():
    """An answer below or between keeps every word of both sides, in their order."""
    own, theirs = 'One.\n\nTwo.\n\nThree.', 'First\nline.\n\nSecond.\n\n> Older.\n\nFourth.'
    for place in ('above', 'below', 'between'):
        lines = quotes.answered(own, 'A wrote:', theirs, place).split('\n')
        written = [line for line in lines if line and not line.startswith('>') and line != 'A wrote:']
        quoted = [line.lstrip('> ') for line in lines if line.startswith('>') and line.strip('> ')]
        if written != ['One.', 'Two.', 'Three.'] or quoted != ['First', 'line.', 'Second.', 'Older.', 'Fourth.']:
            fail('an answer', place, 'became', lines)
    if quotes.answered(own, 'A wrote:', theirs, 'between').index('Two.') > quotes.answered(
            own, 'A wrote:', theirs, 'between').index('Fourth.'):
        fail('an answer between stands below')


def check_list_mail(folder):
    """What a list delivers was handed to its server first, and to us by it."""
    seen = 0
    for path in pathlib.Path(folder, 'clean').glob('list-*.eml'):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if not message['list-id']:
            continue
        seen += 1
        hops, host = message.get_all('received'), str(message['list-id']).strip('<>').split('.', 1)[1]
        by = [re.search(r'\bby ([\w.-]+)', hop).group(1) for hop in hops]
        if by[:3] != ['mx1.kikan.example', host, host] or host not in hops[0] or host not in str(message['return-path']):
            fail(path.name, 'came by', by)
    if seen < 10:
        fail('only', seen, 'mails came by a list')


def check_years(folder):
    """Fields that services wrote only in some years, as counted in archives, stand in mail of these years alone."""
    told = {'x-forefront-prvs': ('2019', '2020-05'), 'x-ms-oob-tlc-oobclassifiers': ('2019', '2022-12'),
            'msip_labels': ('2022', '2023-12'), 'x-sonic-dkim-sign': ('2020-07', '2023-12'), 'x-sonic-mf': ('2021', '2023-12'),
            'x-sonic-id': ('2023', '2023-12')}
    seen = set()
    for path in pathlib.Path(folder).glob('*/*.eml'):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        month, hops = message['date'].datetime.strftime('%Y-%m'), ' '.join(message.get_all('received'))
        for name, (first, last) in told.items():
            if message[name] is None:
                continue
            seen.add(name)
            if not first <= month <= last + '~' or ('yahoo.com' if 'sonic' in name else 'prod.outlook.com') not in hops:
                fail(path.name, 'of', month, 'has', name)
        if message['x-clientproxiedby'] and 'via Frontend Transport' not in hops.split('by mx1.kikan.example')[1]:
            fail(path.name, 'was handed in by no program')
    if not {'x-forefront-prvs', 'msip_labels', 'x-sonic-dkim-sign'} <= seen:
        fail('of the fields of some years, there are only', seen)


def likeness(files):
    """Mean share of runs of four characters that two mails' bodies have in common."""
    runs = []
    for path in files:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = message.get_body(('plain', 'html')).get_content()
        runs.append({text[at:at + 4] for at in range(len(text) - 3)})
    shares = [len(a & b) / len(a | b) for at, a in enumerate(runs) for b in runs[:at]]
    return sum(shares) / len(shares)


def check_campaign(folder):
    """A campaign's mails have one party and much the same words, but go to several readers."""
    for name in ('product-inquiry-carrier', 'article-share-en', 'personnel-notice'):
        files = {}
        for where, more in (('campaign', ('--campaign', '1')), ('plan', ())):
            compose(os.path.join(folder, where), '--seed', '5', '--per-family', '8', '--family', name, *more)
            files[where] = sorted(pathlib.Path(folder, where, 'targeted').glob(name + '-*.eml'))
        heads = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files['campaign']]
        if len({str(head['x-mailer']).rsplit(' ', 1)[0] for head in heads}) > 1:
            fail(name, 'is one campaign with several programs')
        if len({str(head['to']) for head in heads}) < 4:
            fail(name, 'is a campaign against few')
        if likeness(files['campaign']) < 1.4 * likeness(files['plan']):
            fail(name, 'a campaign is hardly more alike than a plan', likeness(files['campaign']), likeness(files['plan']))


def main():
    families = source.read_families(ROOT)
    check_balance(families)
    check_zones()
    check_quotes()
    bodies = sorted(pathlib.Path(ROOT, 'common').glob('bodies-*-*.txt'))
    shared = ''.join(path.read_text(encoding='utf-8') for path in bodies)
    for family in families:
        check_blocks(family, shared)
    with tempfile.TemporaryDirectory() as folder:
        first, second = os.path.join(folder, 'a'), os.path.join(folder, 'b')
        compose(first, '--seed', '5', '--per-family', '6')
        compose(second, '--seed', '5', '--per-family', '6')
        same(first, second)
        for family in families:
            files = [n for n in os.listdir(os.path.join(first, family.class_))
                if re.fullmatch(re.escape(family.name) + r'-\d{4}(-\d)?\.eml', n)]
            if len(files) < 6:
                fail(family.name, 'made', len(files), 'mails of 6 scenarios')
            for name in files:
                with open(os.path.join(first, family.class_, name), 'rb') as file:
                    check_mail(family.class_ + '/' + name, file.read())
        compose(os.path.join(folder, 'demo'), '--demo')
        check_independence(folder, first, families)
        check_list_mail(first)
        check_years(first)
        check_campaign(folder)
        check_refusals(folder)
    for line in failures[:60]:
        print(line, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
