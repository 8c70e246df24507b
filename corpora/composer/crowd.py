"""Programs that send to many in English: on hacked web sites, on rented hosts, of mailing services.

A program is an entry of each table below; clients.py takes it up beside the programs of people. How often each does what
was counted in public sets of mail before 2023. Names of programs and hosts are made up where they aren't those of
products that everybody knows.
"""
import datetime
import re

from .routes import (ALNUM, Zone, after, alnums, dkim, hexes, host_address, postfix_id, private_address, random_base64, rfc_date,
                     top)

UPPER = '0123456789ABCDEF'
LOWER = 'abcdefghijklmnopqrstuvwxyz'
LETTERS = {'d': '0123456789', 'h': '0123456789abcdef', 'H': UPPER, 'x': ALNUM, 'l': LOWER, 'L': ALNUM[:26]}


class Habits:
    """How often a program does what: DKIM, a sender in quotation marks or bare, a reader named or named in quotation marks."""

    def __init__(self, signs, quoted, bare, named, named_quoted, pages, hops, texts):
        self.signs, self.quoted, self.bare, self.named, self.named_quoted = signs, quoted, bare, named, named_quoted
        self.pages = pages  # shares of: a page alone, text and page; what is left: text alone
        self.hops = dict(pair.rsplit(' ', 1) for pair in hops.split(', '))
        self.texts = texts  # (charset, transfer encoding of the text, of the page), weight


ISO = ('iso-8859-1', 'quoted-printable', 'quoted-printable')
QP, BIG_QP = ('utf-8', 'quoted-printable', 'quoted-printable'), ('UTF-8', 'quoted-printable', 'quoted-printable')
BASE64, NAMELESS = ('utf-8', 'base64', 'base64'), ('', 'none', 'quoted-printable')
EIGHT, ASCII, BIG = ('UTF-8', '8bit', '8bit'), ('us-ascii', 'none', 'none'), ('UTF-8', 'none', 'none')

HABITS = {
    'mass': Habits(0.33, 0.16, 0.04, 0.0, 0.0, (0.68, 0.1), 'none 68, submit 27, scan 5',
                   ((ISO, 66), (NAMELESS, 24), (QP, 9), (BASE64, 1))),
    'platform': Habits(1.0, 1.0, 0.0, 1.0, 0.0, (0.1, 0.9), 'envelope 1', ((BIG, 1),)),
    'old-phpmailer': Habits(0.6, 0.2, 0.02, 0.3, 0.1, (0.4, 0.5), 'none 3, submit 3, scan 1, userid 2, me 3',
                            ((EIGHT, 4), (ASCII, 6), (BIG_QP, 2))),
    'web-script': Habits(0.5, 0.15, 0.0, 0.0, 0.0, (0.4, 0.24), 'userid 8, local 1, submit 1, bare 1',
                         ((EIGHT, 4), (ASCII, 3), (ISO, 1), (BIG_QP, 1))),
    'described': Habits(0.17, 0.52, 0.17, 0.0, 0.0, (0.0, 0.0), 'submit 6, none 1, scan 1, bare 2', ((ISO, 1),)),
    'two-forms': Habits(0.3, 0.6, 0.06, 0.0, 0.0, (0.0, 1.0), 'none 4, submit 4, scan 2', ((ISO, 4), (QP, 1))),
    'mailer-file': Habits(0.35, 0.78, 0.0, 0.1, 0.0, (0.1, 0.1), 'none 8, submit 2', ((QP, 1), (BASE64, 1))),
    'autoresponder': Habits(0.6, 0.4, 0.0, 0.3, 0.0, (0.2, 0.8), 'submit 1, none 1, bare 1', ((EIGHT, 2), (BIG_QP, 1))),
    'page-sender': Habits(0.4, 0.5, 0.05, 0.4, 0.0, (0.9, 0.0), 'none 1, submit 1', ((EIGHT, 2), (QP, 1), (ISO, 1))),
    'component': Habits(0.4, 0.5, 0.0, 0.4, 0.0, (0.2, 0.7), 'none 2, submit 3', ((ISO, 4), (BASE64, 1), (QP, 1))),
    'swift': Habits(0.6, 0.2, 0.0, 0.4, 0.2, (0.2, 0.8), 'none 1, submit 1', ((QP, 4), (BASE64, 1))),
    'cdo': Habits(0.3, 0.5, 0.0, 0.5, 0.4, (0.2, 0.7), 'none 1, submit 1, virtual 3', ((BASE64, 2), (ISO, 1))),
    'dragon': Habits(0.13, 0.86, 0.0, 1.0, 0.0, (0.15, 0.85), 'daemon 6, submit 2, none 1', ((BASE64, 1),)),
    'grid': Habits(1.0, 0.1, 0.0, 0.5, 0.1, (0.35, 0.65), 'filter 1', ((BIG_QP, 2), (QP, 2), (ISO, 1))),
    'cloud': Habits(1.0, 0.2, 0.0, 0.5, 0.0, (0.15, 0.85), 'none 1', ((QP, 3), (BIG_QP, 1))),
    'courier': Habits(1.0, 0.2, 0.0, 0.9, 0.8, (0.1, 0.9), 'none 1', ((BIG_QP, 1),)),
    'sending': Habits(1.0, 0.1, 0.0, 0.9, 0.7, (0.2, 0.8), 'none 1', ((BASE64, 1),)),
}

SERVICES = ('mailsend-service.example', 'newsletter-cloud.example', 'mta-relay.example', 'sendblast.example', 'campaigner.example')
# How an id and a boundary are made: <kind of letters, number>, {time}, {seconds}, {domain}, {host}, {exim}.
IDS = {'mass': ('{time}.<H16>@{domain}', '{time}.<H32>@{domain}'), 'platform': ('<d10>.<d10>.<d4>.<d9>@{domain}',),
       'old-phpmailer': ('<h32>@{domain}',) * 6 + ('<h32>@{host}', '<x42>@{domain}'),
       'web-script': ('<h32>@{host}', '<h32>@{domain}', '{time}.<H10>@{host}'),
       'described': ('{exim}@{host}', '{exim}@{host}', '{exim}@{host}', '{time}.<H10>@{host}'),
       'two-forms': ('{exim}@{host}', '{exim}@{host}', '{time}.<H10>@{host}', '<d1>.<d1>.<d1>.<d2>.<d16>.<d1>@{domain}'),
       'mailer-file': ('{exim}@{host}',), 'autoresponder': ('<h32>@{domain}', '<d2>.<d1>.<d10>@{domain}'),
       'page-sender': ('<h32>@{domain}', '<l12>.<l9>@{domain}'),
       'component': ('<d10>-<d9>@{domain}', '<d14>-<H9>@{domain}', '<h32>@{domain}', '{time}$<d9>$<H9>@{domain}'),
       'swift': ('<h32>@{domain}', '<d10>.<h12>@{domain}'), 'cdo': ('<H32>@{host}', '<h32>@{domain}'),
       'grid': ('<x11>-<x8>-<x2>@mta-<d2>.{host}', '<x11>_<x10>@mta-<d2>.{host}', '<d9>_<x12>@{host}'),
       'cloud': ('01000<h11>-<h8>-<h4>-<h4>-<h4>-<h12>-000000@mail.{host}',), 'courier': ('20<d10>.<l1><h11>@{host}',),
       'sending': ('<d10>.<x8>-<x12>@{host}', '<d10>.<x14>@{host}')}
BOUNDARIES = {'mass': ('----=_NextPart_000_<H4>_<H8>.<H8>',), 'platform': ('----=_Part_<d10>.{seconds}',),
              'old-phpmailer': ('b1_<h32>', 'b1_<h32>', 'b1_<x42>'),
              'web-script': ('b1_<h32>', 'b1_<h32>', '<h32>'), 'two-forms': ('===============<d19>==',),
              'mailer-file': ('<d1><h27>',), 'autoresponder': ('b1_<h32>', '----=_Part_<d2>_<d9>.{seconds}000'),
              'component': ('<x20>=_<x14>', '<x20>=_<x14>', '--==_MIME_<h14>', '----=_NextPart_000_00<d2>_0<H7>.<H8>'),
              'swift': ('_=_swift_{seconds}_<h32>_=_', '_=_swift_v4_{seconds}_<h32>_=_'),
              'grid': ('<h60>',), 'cloud': ('----=_Part_<d7>_<d10>.{seconds}000', '_=_swift_{seconds}_<h32>_=_', '<h28>'),
              'courier': ('-----------?=_1-{seconds}<d3>',), 'sending': ('=-<x10>+<x11>==', '=-<x12>/<x10>==')}
ORDERS = {
    'platform': 'X-Campaign-Shard Bounces-To Message-ID X-Campaign Date To From Reply-To Subject MIME-Version body '
                'List-Unsubscribe',
    'old-phpmailer': 'Date To From Reply-To Subject Message-ID X-Priority X-Mailer MIME-Version body',
    'web-script': 'To Subject X-PHP-Script X-PHP-Originating-Script Date From Reply-To Message-ID X-Mailer MIME-Version body',
    'described': 'body-described MIME-Version Subject To From Date Reply-To Message-Id',
    'two-forms': 'body MIME-Version Subject To From Date Reply-To Message-Id',
    'mailer-file': 'From To Subject Date X-Priority X-Mailer Reply-To MIME-Version body Message-Id',
    'autoresponder': 'Date To From Reply-To Subject Message-ID MIME-Version X-Mailer-LID X-Mailer-RecptID X-Mailer-SID '
                     'X-Mailer-Sent-By body',
    'page-sender': 'To Subject Message-ID Date From Reply-To MIME-Version body',
    'component': 'From Reply-To To Subject MIME-Version body Date Message-Id',
    'swift': 'Message-ID Date Subject From Reply-To To MIME-Version body',
    'cdo': 'thread-index Thread-Topic From To Subject Date Message-ID MIME-Version body X-Mailer Importance Priority X-MimeOLE',
    'grid': 'body Date From Mime-Version Subject To Message-ID Reply-To X-SG-EID X-Entity-ID',
    'cloud': 'Message-ID Date Subject From Reply-To To MIME-Version body Feedback-ID X-SES-Outgoing List-Unsubscribe',
    'courier': 'To Subject Date From Reply-To Message-Id MIME-Version body Feedback-ID X-Mailer X-Mailin-Campaign X-Mailin-Client '
               'X-Csa-Complaints X-sib-id List-Unsubscribe',
    'sending': 'From Date Subject Message-Id Reply-To To X-Msg-EID MIME-Version body List-Unsubscribe',
}
# What is not the rule in clients.Client.
UNUSUAL = {'platform': {'boundary': 'java', 'replies': 0.12},
           'old-phpmailer': {'boundary': 'phpmailer', 'replies': 0.3}, 'web-script': {'boundary': 'phpmailer', 'replies': 0.36},
           'described': {'replies': 0.64, 'date': '%d'}, 'two-forms': {'replies': 0.38},
           'mailer-file': {'replies': 0.5}, 'page-sender': {'replies': 0.5}, 'component': {'replies': 0.6},
           'autoresponder': {'boundary': 'phpmailer', 'replies': 0.6}, 'swift': {'boundary': 'java', 'replies': 0.4},
           'cdo': {'boundary': 'outlook', 'mailer': 'Microsoft CDO for Windows 2000', 'replies': 0.1},
           'grid': {'boundary': 'java', 'replies': 0.2}, 'cloud': {'boundary': 'java', 'replies': 0.3},
           'courier': {'boundary': 'java', 'mailer': 'Courier Campaigns', 'replies': 0.4},
           'sending': {'boundary': 'java', 'replies': 0.2}}
# Clocks of hosts all over the world: (hours, their names in winter and summer), weight.
CLOCKS = (((0, 'UTC', 'UTC'), 7), ((3, 'MSK', 'MSK'), 2), ((1, 'CET', 'CEST'), 4), ((7, 'ICT', 'ICT'), 1), ((8, 'HKT', 'HKT'), 1),
          ((-5, 'EST', 'EDT'), 4), ((-6, 'CST', 'CDT'), 1), ((7, 'WIB', 'WIB'), 1), ((9, 'JST', 'JST'), 1), ((2, '', ''), 2),
          ((-8, 'PST', 'PDT'), 1), ((0, 'GMT', 'BST'), 1), ((5.5, 'IST', 'IST'), 1), ((-5, '', ''), 3), ((0, '', ''), 3))


def knows(mail):
    """Whether the mail is by one of these programs and for readers of English; some also write Japanese, in other ways."""
    return mail.client in HABITS and mail.language == 'en'


def filled(pattern, mail, rng):
    """An id or boundary after one of the patterns above."""
    text = pattern.replace('{exim}', 'E1<x5>-000<x3>-<x2>').replace('{time}', mail.when.strftime('%Y%m%d%H%M%S'))
    text = text.replace('{seconds}', '%d' % mail.when.timestamp()).replace('{domain}', mail.sender.domain)
    text = text.replace('{host}', getattr(mail, 'host', '') or mail.sender.domain)
    return re.sub(r'<([dhHxlL])(\d+)>', lambda m: alnums(rng, int(m.group(2)), LETTERS[m.group(1)]), text)


def message_id(mail, rng):
    return filled(rng.choice(IDS[mail.client]), mail, rng)


def text_form(mail, rng):
    """(charset, transfer encodings of text and page); text alone, in ASCII, is sent as it is by most."""
    forms, weights = zip(*HABITS[mail.client].texts)
    chosen = rng.choices(forms, weights)[0]
    if not mail.text.isascii() and not mail.html and rng.random() < 0.6:
        return BASE64
    return ('us-ascii', '7bit', '7bit') if not mail.html and rng.random() < 0.9 else chosen


def page(name, form):
    """Which page the program adds: 'only', one beside the text, or none; form: the scenario's own number below 1."""
    alone, beside = HABITS[name].pages
    return 'only' if form < alone else 'template' if form < alone + beside else ''


def shown_to(mail, rng):
    """The display of the reader and whether it stands in quotation marks."""
    habits = HABITS[mail.client]
    if rng.random() >= habits.named:
        return '', False
    reader = mail.to[0]
    return reader.display or reader.address.split('@')[0 if rng.random() < 0.6 else -1], rng.random() < habits.named_quoted


def mailer(mail, rng):
    """X-Mailer of those who choose it themselves."""
    if mail.client not in ('old-phpmailer', 'web-script', 'mailer-file'):
        return ''
    if rng.random() < {'old-phpmailer': 0.3, 'web-script': 0.56, 'mailer-file': 0.72}[mail.client]:
        return ''
    return rng.choice((alnums(rng, rng.randrange(5, 11), LOWER), alnums(rng, rng.randrange(5, 11), LOWER),
                       'PHPMailer 5.2.%d (https://github.com/PHPMailer/PHPMailer)' % rng.randrange(9, 29),
                       'PHP/%d.%d.%d' % (rng.choice((5, 7)), rng.randrange(5), rng.randrange(1, 40)),
                       'Leaf PHPMailer 2.%d' % rng.randrange(7, 9), 'Bulk Sending System', 'Web Sender %d.0' % rng.randrange(1, 7)))


SCRIPTS = ('index', 'mail', 'send', 'class-mailer', 'post', 'wp-mail', 'contact', 'form')


def script_of(mail, rng):
    """What some hosts write of the script that sent it."""
    return '%d:%s.php' % (rng.randrange(0, 1100), rng.choice(SCRIPTS)) if rng.random() < (
        0.6 if mail.sender.kind == 'hacked' else 0.25) else ''


def fields(mail, rng):
    """Header fields that only these programs write: name → value, '' for those that this mail hasn't."""
    chance = lambda share: rng.random() < share
    script = rng.choice(SCRIPTS) + '.php'
    priority = {'old-phpmailer': 0.75, 'web-script': 0.08, 'mailer-file': 0.7}.get(mail.client, 0.0)
    service = re.sub(r'^.*@', '', mail.return_path)
    return {
        'X-PHP-Script': '%s/%s for %s' % (mail.sender.domain, script, mail.client_address) * chance(0.56),
        'X-PHP-Originating-Script': '%d:%s' % (rng.randrange(0, 1100), script) * chance(0.92),
        'X-Priority': rng.choice(('3', '3', '1', '3 (Normal)')) * chance(priority), 'X-Mailer': mailer(mail, rng),
        'X-Mailer-LID': '%d' % rng.randrange(1, 400), 'X-Mailer-SID': '%d' % rng.randrange(1, 900),
        'X-Mailer-RecptID': '%d' % rng.randrange(10**4, 10**7), 'X-Mailer-Sent-By': '%d' % rng.randrange(1, 30),
        'thread-index': 'A%s==' % random_base64(rng, 22).rstrip('=')[:29], 'Priority': 'normal',
        'X-SG-EID': '%s\n %s=' % (random_base64(rng, 42), random_base64(rng, 40).rstrip('=')),
        'X-Entity-ID': random_base64(rng, 16) * chance(0.6), 'X-Msg-EID': random_base64(rng, 30),
        'Feedback-ID': '%s:%d:%d:%s' % (service.split('.')[0], rng.randrange(10**5, 10**7), rng.randrange(1, 900), hexes(rng, 6)),
        'X-SES-Outgoing': '%s-%s' % (mail.when.strftime('%Y.%m.%d'), host_address(rng)),
        'X-Mailin-Campaign': '%d' % rng.randrange(1, 900), 'X-Mailin-Client': '%d' % rng.randrange(10**5, 10**7),
        'X-Csa-Complaints': 'csa-complaints@' + service, 'X-sib-id': random_base64(rng, 48),
        'X-Campaign-Shard': '%d' % rng.randrange(1, 64),
    }


def _clock(mail, rng, seconds):
    """(date as the host's clock shows it, the zone's name in brackets)"""
    clocks, weights = zip(*CLOCKS)
    hours, winter, summer = rng.choices(clocks, weights)[0]
    here = after(mail, seconds).astimezone(datetime.timezone.utc if winter == 'UTC' else Zone(hours))
    name = summer if here.dst() else winter
    return rfc_date(here, rng.choice(('%2d', '%d')), ' (%s)' % name if name else '').replace('  ', ' ')


def _submitted(mail, rng, host):
    start = mail.helo if rng.random() < 0.4 else '[%s]' % mail.client_address
    return 'Received: from %s (unknown [%s])\n\tby %s (Postfix) with %s id %s\n\tfor <%s>; %s' % (
        start, mail.client_address, host, rng.choice(('ESMTP', 'ESMTP', 'ESMTPA', 'ESMTPSA', 'ESMTPSA')), postfix_id(rng),
        mail.to[0].address, _clock(mail, rng, 1))


def _scanned(mail, rng, host):
    clock = _clock(mail, rng, 2)
    return ['Received: from localhost (localhost [127.0.0.1])\n\tby %s (Postfix) with ESMTP id %s\n\tfor <%s>; %s' % (
                host, postfix_id(rng), mail.to[0].address, clock),
            'Received: from %s ([127.0.0.1])\n\tby localhost (%s [127.0.0.1]) (amavisd-new, port 10026)\n\twith ESMTP id %s for '
            '<%s>; %s' % (host, host, alnums(rng, 12), mail.to[0].address, clock), _submitted(mail, rng, host)]


def _daemon(mail, rng, host):
    """A Windows server for mail, and the fields by which it remembers who handed it in."""
    return ['Received: from %s by %s (MDaemon PRO v%d.%d.%d)\n\twith ESMTP id %s.msg\n\tfor <%s>; %s' % (
                mail.helo, host, rng.randrange(11, 21), rng.randrange(6), rng.randrange(6), 'md50' + alnums(rng, 9, '0123456789'),
                mail.to[0].address, rfc_date(after(mail, 2), '%02d')),
            'X-MDHeloLookup-Result: hardfail smtp.helo=%s (ip=%s)' % (mail.helo, mail.client_address),
            'X-MDRemoteIP: ' + mail.client_address, 'X-Return-Path: ' + mail.return_path,
            'X-Envelope-From: ' + mail.return_path, 'X-MDaemon-Deliver-To: ' + mail.to[0].address]


def _provider(mail, rng):
    """A provider that keeps what its customer's program said."""
    return ['Received: from %s ([%s])\n\tby mwinf%d.isp.example with ME\n\tid %s; %s' % (
                mail.helo, mail.client_address, rng.randrange(1000, 9999), alnums(rng, 20), rfc_date(after(mail, 1), '%02d')),
            'X-ME-Helo: ' + mail.helo, 'X-ME-Date: ' + rfc_date(after(mail, 1), '%02d'), 'X-ME-IP: ' + mail.client_address]


def _filtered(mail, rng, host):
    date = after(mail, 2).astimezone(datetime.timezone.utc)
    return ['Received: by filter%04d.%s with SMTP id filter%04d-%d-%s-%d\n        %s' % (
                rng.randrange(1, 3000), host, rng.randrange(1, 3000), rng.randrange(10**3, 10**5), hexes(rng, 8).upper(),
                rng.randrange(1, 99), date.strftime('%Y-%m-%d %H:%M:%S.%f +0000 UTC')),
            'Received: from %s (unknown [%s])\n\tby ismtpd%04d.%s with %s id %s%s; %s' % (
                mail.helo, mail.client_address, rng.randrange(1, 200), host, rng.choice(('ESMTP', 'HTTP')), alnums(rng, 22),
                '\n\tfor <%s>' % mail.to[0].address if rng.random() < 0.6 else '', rfc_date(date, '%d', ' (UTC)'))]


def hops(mail, rng, host):
    """The hops below the one that hands over to us."""
    forms = HABITS[mail.client].hops
    form = rng.choices(list(forms), [int(weight) for weight in forms.values()])[0]
    if form == 'submit':
        return [_submitted(mail, rng, host)]
    if form == 'scan':
        return _scanned(mail, rng, host)
    if form == 'userid':
        return ['Received: by %s (Postfix, from userid %d)\n\tid %s; %s' % (
            host, rng.choice((33, 48, 500, 1001, 10021)), postfix_id(rng), _clock(mail, rng, 1))]
    if form == 'local':
        return ['Received: from %s by %s with local (Exim 4.9%d)\n\t(envelope-from <%s>)\n\tid 1%s-000%s-%s\n\tfor %s; %s' % (
            alnums(rng, 7, LOWER), host, rng.randrange(1, 6), mail.return_path, alnums(rng, 5), alnums(rng, 3), alnums(rng, 2),
            mail.to[0].address, rfc_date(after(mail, 1), '%02d'))]
    if form == 'bare':
        return ['Received: from %s ([%s]) by %s; %s' % (mail.helo, private_address(rng), host, rfc_date(after(mail, 1), '%02d'))]
    if form == 'virtual':
        return ['Received: from %s ([%s]) by %s with Microsoft SMTPSVC(8.5.9600.16384);\n\t %s' % (
            mail.helo, private_address(rng), host, rfc_date(after(mail, 1), '%d'))]
    if form == 'envelope':
        return ['Received: by %s id %s for <%s>; %s (envelope-from <%s>)' % (
            host, 'h' + alnums(rng, 15, LOWER + '0123456789'), mail.to[0].address, rfc_date(after(mail, 1), '%d'),
            mail.return_path)]
    return {'daemon': lambda: _daemon(mail, rng, host), 'me': lambda: _provider(mail, rng),
            'filter': lambda: _filtered(mail, rng, host)}.get(form, list)()


def route(mail, rng, domain):
    """A host that speaks to us by itself, or a mailing service, to which what can't be delivered goes back."""
    address = host_address(rng)
    rented = 'v%s.vps.example' % address.replace('.', '-')
    if mail.sender.hosting == 'service':
        mail.host = 'em.' + rng.choice(SERVICES)
        mail.return_path = 'bounce+%s-%s=kikan.example@%s' % (hexes(rng, 8), mail.to[0].address.split('@')[0], mail.host)
        helo = name = 'o%d.%s' % (rng.randrange(1, 90), mail.host)
    else:
        home = rented if mail.sender.kind == 'mimicked' else domain
        mail.host = rng.choice((home, home, 'mail.' + home, 'server.' + home, rented))
        helo = rng.choice((mail.host, mail.host, mail.host, home, 'localhost.localdomain', 'WIN-' + alnums(rng, 11, LETTERS['L'])))
        name = rng.choice((mail.host, mail.host, 'unknown', rented))
        if rng.random() < 0.25:  # handed in under the host's name
            mail.return_path = '%s@%s' % (rng.choice(('www-data', 'apache', 'bounce', 'root', 'mailer')), rented)
    signer = mail.host if mail.sender.kind == 'mimicked' else domain
    return top(mail, rng, helo, name, address, 4) + signatures(mail, rng, signer, mail.host) + hops(mail, rng, mail.host)


def signatures(mail, rng, domain, host):
    """DKIM, and the older DomainKeys, which few gave up."""
    lines = []
    if rng.random() < HABITS[mail.client].signs:
        lines.append(dkim(rng, domain, rng.choice(('default', 'dkim', 'mail', 'k1', 's1')),
                          'From:To:Subject:Date:MIME-Version:Content-Type', '\t', 4))
        if rng.random() < 0.05:
            lines.insert(0, 'DKIM-Filter: OpenDKIM Filter v2.11.0 %s %s' % (host, postfix_id(rng)))
    if rng.random() < 0.07:
        lines.append('DomainKey-Signature: a=rsa-sha1; c=nofws; q=dns; s=default; d=%s;\n b=%s==' % (
            domain, '\n '.join(random_base64(rng, 42).rstrip('=') for _ in range(3))))
    return lines
