"""Mail programs: which headers they write and in which order, their charsets, boundaries, ids and bodies."""
import base64
import hashlib
import random
import re

from . import crowd, mime
from .files import image_bytes, logo_bytes
from .pages import make_html, plain_links
from .routes import ALNUM, HOUR, JST, UTC, alnums, hexes, random_base64, rfc_date

UPPER = '0123456789ABCDEF'
LOWER = 'abcdefghijklmnopqrstuvwxyz'
NOT_FIRST = '、。，．）」』】ー！？・)'


class Client:
    """What one program does. order: header names as it writes them; other fields say the rest."""

    def __init__(self, order, charset='utf-8', transfer='base64', html='', names='2047', mailer='', date='%d',
                 boundary='plain', wrap=0, form='b', fold='\n ', reply='gt', english='utf-8', replies=0.0):
        self.order, self.charset, self.transfer, self.html = order.split(), charset, transfer, html
        self.names, self.mailer, self.date, self.boundary = names, mailer, date, boundary
        self.wrap, self.form, self.fold, self.reply = wrap, form, fold, reply
        self.english, self.replies = english, replies  # replies: share of mails with Reply-To


OUTLOOK = ('Microsoft Outlook 16.0', 'Microsoft Outlook 15.0', 'Microsoft Outlook 14.0', 'Microsoft Outlook 16.0')
CLIENTS = {
    'gmail-web': Client('MIME-Version References In-Reply-To From Date Message-ID Subject To Cc body', html='gmail',
                        boundary='gmail', fold='\n\t', reply='gmail', english='UTF-8'),
    'yahoo-web': Client('Message-ID Date From Reply-To To Cc In-Reply-To References Subject MIME-Version body X-Mailer',
                        boundary='yahoo', mailer='YahooMailWebService/0.8.111_78', reply='gt', html='plain-html'),
    'yahoo-abroad-web': Client('Date From Reply-To To Cc Message-ID In-Reply-To References Subject MIME-Version body X-Mailer',
                               boundary='yahoo', mailer='WebService/1.1.%s YMailNorrin', html='plain-html', english='UTF-8',
                               replies=1.0),
    'outlook-web': Client('From To Cc Subject Thread-Topic Thread-Index Date Message-ID References In-Reply-To '
                          'Accept-Language Content-Language X-MS-Has-Attach X-MS-TNEF-Correlator microsoft body '
                          'MIME-Version', charset='iso-2022-jp', html='exchange',
                          boundary='exchange', reply='outlook', english='iso-8859-1'),
    'exchange': Client('From To CC Subject Thread-Topic Thread-Index Date Message-ID References In-Reply-To '
                       'Accept-Language Content-Language X-MS-Has-Attach X-MS-TNEF-Correlator microsoft body '
                       'MIME-Version', charset='iso-2022-jp', html='word', boundary='exchange', reply='outlook', english='us-ascii'),
    'becky': Client('Date From To Cc Subject In-Reply-To References Message-Id MIME-Version body X-Mailer',
                    charset='ISO-2022-JP', boundary='becky', wrap=36, reply='becky', english='US-ASCII',
                    mailer='Becky! ver. 2.%s [ja]'),
    'thunderbird': Client('To Cc References From Subject Organization Message-ID Date User-Agent MIME-Version In-Reply-To '
                          'body '
                          'Content-Language', charset='iso-2022-jp', boundary='thunderbird', wrap=36, names='2231',
                          date='%d', reply='gt', html='thunderbird', english='utf-8'),
    'outlook': Client('From To Cc References In-Reply-To Subject Date Message-ID MIME-Version body X-Mailer '
                      'Thread-Index Content-Language', charset='iso-2022-jp', boundary='outlook', reply='outlook',
                      html='word', english='us-ascii', mailer='outlook'),
    'live-mail': Client('Message-ID From To References Subject Date MIME-Version body X-Priority X-MSMail-Priority '
                        'Importance X-Mailer X-MimeOLE', charset='iso-2022-jp', boundary='outlook', reply='outlook',
                        english='iso-8859-1', mailer='Microsoft Windows Live Mail 16.4.3528.331'),
    'outlook-express': Client('Message-ID From To Subject Date MIME-Version body X-Priority X-MSMail-Priority X-Mailer '
                              'X-MimeOLE', charset='shift_jis', boundary='outlook', reply='gt', english='iso-8859-1',
                              html='plain-html', mailer='Microsoft Outlook Express 6.00.2900.5512'),
    'iphone': Client('From body Mime-Version Subject Message-Id Date Cc To X-Mailer In-Reply-To References',
                     boundary='apple', mailer='iPhone Mail (%s)', reply='apple', names='2231', html='', form='b'),
    'apple-mail': Client('From body Mime-Version Subject Message-Id Date Cc To X-Mailer In-Reply-To References',
                         charset='iso-2022-jp', boundary='apple-mail', mailer='Apple Mail (2.%s)', reply='apple',
                             names='2231',
                         english='us-ascii'),
    'mobile': Client('Date From To Subject Message-ID MIME-Version body X-Mailer', charset='iso-2022-jp',
        boundary='yahoo',
                     mailer=''),
    'foxmail': Client('Date From To Cc Subject References X-Priority X-GUID X-Has-Attach X-Mailer Mime-Version Message-ID '
                      'body',
                      boundary='foxmail', html='plain-html', mailer='foxmail', reply='outlook', english='us-ascii'),
    'active-mail': Client('Date From To Cc Subject MIME-Version body Message-Id References In-Reply-To X-Mailer',
        charset='iso-2022-jp',
                          boundary='becky', mailer='Active! mail 6.59.051%s', reply='gt', wrap=36),
    'roundcube': Client('MIME-Version Date From To Cc Subject In-Reply-To References User-Agent Message-ID body '
                        'X-Sender',
                        boundary='roundcube', mailer='Roundcube Webmail/1.4.%s', transfer='base64', reply='gt', wrap=36,
                            names='2231'),
    'phpmailer': Client('X-PHP-Originating-Script Date To From Reply-To Subject Message-ID X-Mailer MIME-Version body',
        boundary='phpmailer', html='plain-html', mailer='PHPMailer 6.%s (https://github.com/PHPMailer/PHPMailer)', english='utf-8', replies=0.8),
    'php': Client('To Subject X-PHP-Originating-Script From Date Message-Id MIME-Version body', charset='ISO-2022-JP', boundary='becky',
                  date='%2d', replies=0.5),
    'java': Client('Date From To Message-ID Subject MIME-Version body', charset='ISO-2022-JP', boundary='java',
                   transfer='base64', replies=0.3),
    # Programs that send to many, some under another program's name.
    'bulk-html': Client('Message-ID From To Subject Date MIME-Version body X-Mailer', boundary='outlook', html='template',
                        mailer='', replies=0.6),
    'outlook-tool': Client('From To Subject Date Message-ID MIME-Version body X-Mailer', boundary='outlook',
                           html='plain-html', mailer='Microsoft Outlook 16.0', replies=0.4),
    'dragon': Client('Date From To Message-ID X-Priority X-Mailer Mime-Version Subject body', boundary='dragon',
                     html='plain-html', mailer='dragon', replies=0.4),
    'dotnet': Client('MIME-Version From To Date Subject Message-ID body', boundary='dotnet', date='none',
                     html='plain-html', replies=0.7),
    'python': Client('body MIME-Version Subject From To Date Message-ID', boundary='python', html='plain-html',
                     replies=0.5),
    'mass': Client('From To Date Message-ID MIME-Version Subject body', boundary='outlook', date='none', html='template',
                   replies=0.3),
    # Programs of people who write on mailing lists.
    'mutt': Client('Date From To Cc Subject Message-ID References MIME-Version body In-Reply-To User-Agent',
                   boundary='mutt', mailer='Mutt/1.1%d.1', reply='mutt'),
    'neomutt': Client('Date From To Cc Subject Message-ID References MIME-Version body In-Reply-To User-Agent',
                      boundary='mutt', mailer='NeoMutt/20%d', reply='mutt'),
    'gnus': Client('From To Cc Subject References Date In-Reply-To Message-ID User-Agent MIME-Version body',
                   boundary='mutt', mailer='Gnus/5.13 (Gnus v5.13) Emacs/2%d.1 (gnu/linux)', reply='gnus'),
    'evolution': Client('Message-ID Subject From To Cc Date In-Reply-To References body User-Agent MIME-Version',
                        boundary='evolution', mailer='Evolution 3.%d.1', reply='evolution'),
    'git': Client('From To Cc Subject Date Message-Id X-Mailer In-Reply-To References MIME-Version body',
                  boundary='git', mailer='git-send-email 2.%d.1'),
    'service': Client('From To Subject Message-ID Date MIME-Version List-Unsubscribe Precedence body', boundary='service',
                      html='template', transfer='base64', replies=0.5),
    'service-text': Client('Date From To Subject Message-ID List-Unsubscribe Precedence MIME-Version body',
                           charset='ISO-2022-JP', boundary='service', replies=0.5),
}
CLIENTS.update((name, Client(order, html='template', **crowd.UNUSUAL[name])) for name, order in crowd.ORDERS.items())

AUTO = {
    'gmail': 'gmail-web 7, iphone 2, thunderbird 1', 'google': 'gmail-web 8, outlook 1, iphone 1',
    'yahoo': 'yahoo-web 7, iphone 2, becky 1', 'yahoo-abroad': 'yahoo-abroad-web',
    'outlook.com': 'outlook-web', 'apple': 'iphone 3, apple-mail 1',
    'isp': 'becky 2, thunderbird 3, outlook 4, live-mail 2, iphone 1', 'microsoft': 'exchange', 'exchange': 'exchange',
    'postfix': 'becky 3, thunderbird 3, outlook 5, live-mail 1, apple-mail 1, roundcube 1, active-mail 1',
    'service': 'service 3, service-text 1', 'script': 'php 3, java 3, phpmailer 2', 'own': 'exchange',
    'vps': 'bulk-html 10, outlook-tool 3, outlook-express 3, phpmailer 1, dotnet 1',
    # A hacked web site in Japan.
    'hacked-ja': 'phpmailer 5, php 2',
    # From China's time zone, and for many that write Japanese from elsewhere.
    'vps+8': 'outlook-tool 4, dragon 8, outlook-express 3, bulk-html 6, foxmail 1',
    # Rented hosts and hacked ones that write English; mailing services abroad.
    'vps-en': 'mass 19, old-phpmailer 4, dragon 2, page-sender 2, component 2, autoresponder 2, swift 1, bulk-html 1, dotnet 1, '
              'cdo 1',
    'hacked-en': 'mass 17, web-script 3, described 4, two-forms 5, mailer-file 3, old-phpmailer 3, dragon 1, component 1',
    'service-en': 'platform 5, grid 3, cloud 2, courier 2, sending 2, service 2',
    'isp-hosted': 'outlook 4, becky 2, thunderbird 2, live-mail 2',
    'taken': 'outlook 3, thunderbird 2, roundcube 2, gmail-web 1, foxmail 1',
}

SYSTEMS = ('Windows NT 10.0; Win64; x64', 'Windows NT 10.0; WOW64', 'X11; Linux x86_64', 'Macintosh; Intel Mac OS X 10.15')
THUNDERBIRD = ('60.9.1', '68.12.1', '78.11.0', '78.14.0', '91.6.1', '91.13.0', '102.5.0', '102.11.0')
IPHONE = ('16F203', '17E262', '17H35', '18A393', '18F72', '18H17', '19C56', '19G82', '20B110', '20F66')


def _by_year(values, year):
    return values[min(len(values) - 1, max(0, (year - 2019) * len(values) // 5))]


# Versions that go with the years, by how the mailer's name begins.
WRITTEN_IN = {'Mut': (0, 1, 3, 4), 'Neo': (180716, 191207, 201127, 211029, 220429), 'Gnu': (6, 7, 7, 8),
              'Evo': (30, 34, 38, 42, 46), 'git': (20, 25, 30, 34, 39)}


def mailer_text(mail, rng, client):
    year = mail.when.year
    if client.mailer == 'outlook':
        return rng.choice(OUTLOOK)
    if client.mailer == 'foxmail':
        return 'Foxmail 7.%d.%d.%d[%s]' % (2, rng.randrange(5, 25), rng.randrange(20, 330),
            rng.choice(('cn', 'cn', 'en')))
    if client.mailer == 'dragon':
        fox = 'Foxmail 6, 13, 102, %d [cn]' % rng.randrange(10, 20)
        return rng.choice((fox, fox, 'Supmailer 38.1.%d' % rng.randrange(1, 9),
                           '%s %d' % (alnums(rng, rng.randrange(3, 9), LOWER).capitalize(), rng.randrange(9)), '', '', ''))
    if '%d' in client.mailer and client.boundary in ('mutt', 'evolution', 'git'):
        return client.mailer % _by_year(WRITTEN_IN[client.mailer[:3]], year)
    if '%s' not in client.mailer:
        return client.mailer
    if mail.client == 'iphone':
        return client.mailer % _by_year(IPHONE, year)
    if mail.client == 'becky':
        return client.mailer % _by_year(('74.03', '75.02', '75.04', '76.00', '81.00'), year)
    if mail.client == 'apple-mail':
        return client.mailer % _by_year(('3445.104.11', '3608.80.23.2.2', '3654.60.0.2.21', '3696.100.31'), year)
    if mail.client == 'yahoo-abroad-web':
        return client.mailer % (13000 + (year - 2019) * 1900 + mail.when.month * 150 + rng.randrange(90))
    return client.mailer % rng.randrange(1, 9)


def client_of(mail):
    return CLIENTS[mail.client]


def _unix_id(name, mail, rng):
    """Ids of the programs that people on mailing lists use."""
    stamp, domain = mail.when.strftime('%Y%m%d%H%M%S'), mail.sender.domain
    host = rng.choice((domain, domain, alnums(rng, rng.randrange(4, 9), LOWER)))
    if name == 'mutt':
        return '%s.GA%d@%s' % (stamp, rng.randrange(900, 32000), host) if mail.when.year < 2021 else '%s@%s' % (
            alnums(rng, 15) + '/' + alnums(rng, 1), host)
    if name == 'neomutt':
        return '%s.%s@%s' % (stamp, alnums(rng, 16, LOWER + '234567'), host)
    if name == 'gnus':
        return '87%s.fsf@%s' % (alnums(rng, 8, LOWER + '0123456789'), host)
    if name == 'evolution':
        return '%s.camel@%s' % (hexes(rng, 40), domain)
    return '%s.%d-%d-%s' % (stamp, rng.randrange(900, 90000), rng.randrange(1, 6), mail.sender.address)


def message_id(mail, rng):
    """An id in the program's form; kept with the mail, since replies refer to it."""
    stamp, domain = mail.when, mail.sender.domain
    name, number = mail.client, int(mail.when.timestamp())
    if crowd.knows(mail) and name in crowd.IDS:
        return crowd.message_id(mail, rng)
    if name == 'gmail-web':
        return 'CA%s@mail.gmail.com' % alnums(rng, 49, ALNUM * 15 + '-' * 15 + '_' * 20 + '+' * 16 + '=' * 17)
    if name == 'yahoo-web':
        return '%d.%d.%d.JavaMail.yahoo@mail.yahoo.co.jp' % (rng.randrange(10**6, 2 * 10**9),
            rng.randrange(10**4, 10**7), number * 1000 + rng.randrange(1000))
    if name == 'yahoo-abroad-web':
        return '%d.%d.%d@mail.yahoo.com' % (rng.randrange(10**6, 2 * 10**9), rng.randrange(10**5, 10**7),
                                            number * 1000 + rng.randrange(1000))
    if name in ('outlook-web', 'exchange'):
        server = mail.server or 'EX01'
        if mail.sender.hosting in ('microsoft', 'outlook.com'):
            return '%s%s%s@%s.%s' % (server, alnums(rng, 20, UPPER), alnums(rng, 8, UPPER), server, mail.server_tail)
        return '%s@%s.%s' % (alnums(rng, 32, '0123456789abcdef'), server, mail.server_tail)
    if name in ('becky', 'active-mail'):
        return '%s.%s.%s@%s' % (stamp.strftime('%Y%m%d%H%M%S'), alnums(rng, 4, UPPER), alnums(rng, 8, UPPER), domain)
    if name == 'thunderbird' and mail.language == 'en' and sum(mail.sender.address.encode()) % 24 == 0:  # an old one
        return '%08X.%d@%s' % (number, rng.randrange(10**6, 10**7), domain)
    if name == 'thunderbird':
        return '%s-%s-%s-%s-%s@%s' % (hexes(rng, 8), hexes(rng, 4), hexes(rng, 4), hexes(rng, 4), hexes(rng, 12),
            domain)
    if name in ('outlook', 'outlook-tool'):
        host = domain if name == 'outlook' or rng.random() < 0.5 else alnums(rng, rng.randrange(4, 10), LOWER)
        return '%s$%s$%s$@%s' % ('%012x' % (number * 16 + rng.randrange(16)), hexes(rng, 8), hexes(rng, 8), host)
    if name in ('live-mail', 'outlook-express'):
        host = mail.helo.split('.')[0]
        if mail.sender.hosting == 'vps':
            host = rng.choice((domain, domain, alnums(rng, 4, LOWER)))
        return '%s@%s' % (alnums(rng, 32, UPPER), host)
    if name == 'dragon' or name == 'bulk-html' and (mail.language == 'ja' or rng.random() < 0.4):
        return '%s%06d@%s' % (stamp.strftime('%Y%m%d%H%M%S'), rng.randrange(10**6), domain)
    if name in ('bulk-html', 'dotnet'):
        return '%s.%s@%s' % (stamp.strftime('%Y%m%d%H%M%S'), alnums(rng, 16, UPPER), domain)
    if name == 'python':
        return '%d.%d.%d@%s' % (number * 100, rng.randrange(300, 30000), rng.randrange(10**17, 10**19),
                                rng.choice((domain, mail.helo.strip('[]'))))
    if name in ('iphone', 'apple-mail'):
        return '%s-%s-%s-%s-%s@%s' % tuple([alnums(rng, n, UPPER) for n in (8, 4, 4, 4, 12)] + [domain])
    if client_of(mail).boundary in ('mutt', 'evolution', 'git'):
        return _unix_id(name, mail, rng)
    if name == 'foxmail':
        return '%s%s%d@%s' % (stamp.strftime('%Y%m%d%H%M%S'), rng.randrange(10**4, 10**6), rng.randrange(9), domain)
    if name == 'java':
        return '%d.%d.%d.JavaMail.%s@%s' % (rng.randrange(10**7, 2 * 10**9), rng.randrange(1, 900), number * 1000,
            rng.choice(('root', 'tomcat', 'batch')), 'app01')
    if name in ('phpmailer', 'roundcube'):
        return '%s@%s' % (alnums(rng, 32, '0123456789abcdef') if name == 'roundcube' else alnums(rng, 42), domain)
    return '%s.%s@%s' % (stamp.strftime('%Y%m%d%H%M%S'), alnums(rng, 12, UPPER), domain)


def make_boundary(mail, rng, style, level):
    if crowd.knows(mail) and mail.client in crowd.BOUNDARIES:
        return crowd.filled(rng.choice(crowd.BOUNDARIES[mail.client]), mail, rng)
    if mail.client == 'bulk-html' and rng.random() < 0.18:
        return '----=_%03d_%s_=----' % (level, hexes(rng, 16))
    if style == 'gmail':
        return '000000000000%s' % hexes(rng, 16)
    if style == 'yahoo':
        return '----=_Part_%d_%d.%d' % (rng.randrange(10**4, 10**7), rng.randrange(10**8, 2 * 10**9),
            int(mail.when.timestamp()) * 1000)
    if style == 'exchange':
        return '_%03d_%s%s_' % (level, (mail.message_id or '').split('@')[0][:60].replace('$', ''),
            '' if sum((mail.message_id or '').encode()) % 100 < 46 else (mail.server_tail or '').split('.')[0][:4])
    if style == 'becky':
        return '------_%s_%s_MULTIPART_MIXED_' % (alnums(rng, 8, UPPER), alnums(rng, 16, UPPER))
    if style == 'thunderbird':
        return '------------' + (alnums(rng, 24, UPPER) if mail.when.year < 2022 else alnums(rng, 24))
    if style == 'outlook':
        low = '%08X' % rng.randrange(2 ** (31 if mail.sender.hosting == 'vps' else 32))  # who counts in signed numbers has 31 bits
        return '----=_NextPart_%03d_0%s_01D%s.%s' % (level, alnums(rng, 3, UPPER), alnums(rng, 5, UPPER), low)
    if style == 'apple':
        return 'Apple-Mail-%s-%s-%s-%s-%s' % tuple(alnums(rng, n, UPPER) for n in (8, 4, 4, 4, 12))
    if style == 'apple-mail':
        return 'Apple-Mail=_%s-%s-%s-%s-%s' % tuple(alnums(rng, n, UPPER) for n in (8, 4, 4, 4, 12))
    if style == 'foxmail':
        return '----=_%03d_NextPart%d_=----' % (level, rng.randrange(10**11, 10**12))
    if style == 'roundcube':
        return '=_' + hexes(rng, 32)
    if style == 'dragon':
        return '=====%03d_Dragon%012d_=====' % (level + 1, rng.randrange(10**11, 10**12))
    if style == 'dotnet':
        return '--boundary_%d_%s-%s-%s-%s-%s' % tuple([level] + [hexes(rng, n) for n in (8, 4, 4, 4, 12)])
    if style == 'python':
        return '===============%019d==' % rng.randrange(10**17, 10**19)
    if style == 'phpmailer':
        return 'b%d_%s' % (level + 1, alnums(rng, 42))
    if style == 'java':
        return '----=_Part_%d_%d.%d' % (rng.randrange(9), rng.randrange(10**8, 2 * 10**9),
            int(mail.when.timestamp()) * 1000)
    if style in ('mutt', 'evolution'):
        return alnums(rng, 16, ALNUM + '+/') if style == 'mutt' else '=-' + alnums(rng, 20)
    return '=_%s_%s' % (hexes(rng, 8), hexes(rng, 12))


def wrap_line(line, width):
    """Breaks Japanese text at a width in full columns, never before what may not begin a line or inside a word."""
    out, current, used = [], '', 0.0
    for char in line:
        step = 0.5 if ord(char) < 0x80 else 1.0
        inside = current and current[-1].isascii() and char.isascii() and char != ' '
        if used + step > width and char not in NOT_FIRST and not inside:
            out.append(current)
            current, used = '', 0.0
        current += char
        used += step
    return out + [current]


def wrap_text(text, width, english):
    lines = []
    for line in text.split('\n'):
        if '://' in line or line.startswith('>') or len(line) < width:
            lines.append(line)
        elif english:
            current = ''
            for word in line.split(' '):
                if current and len(current) + 1 + len(word) > 72:
                    lines.append(current)
                    current = word
                else:
                    current = current + ' ' + word if current else word
            lines.append(current)
        else:
            lines.extend(wrap_line(line, width))
    return '\n'.join(lines)


# Whose charset parameter stands without quotation marks.
BARE_CHARSET = {'thunderbird', 'apple', 'apple-mail', 'roundcube', 'phpmailer', 'java', 'mutt', 'git', 'yahoo'}


def _text_part(client, kind, text, charset, transfer, flowed=''):
    used = mime.choose_charset(text, charset or 'us-ascii')
    how = mime.choose_transfer(used, transfer)
    if charset and used != charset and used == 'utf-8' or used == 'iso-2022-jp' != client.charset.lower() and transfer == 'base64':
        how = 'base64'
    raw = mime.encode(text, used)
    if how in ('7bit', '8bit', 'none') and any(len(line) > 990 for line in raw.split(b'\n')):
        how = 'quoted-printable' if text.isascii() else 'base64'
    if kind == 'html' and how == '7bit' and used != 'iso-2022-jp' and any(len(line) > 78 for line in text.split('\n')):
        how = 'quoted-printable'
    quoted = '; charset=' + (used if client.boundary in BARE_CHARSET else '"%s"' % used) if charset else ''
    named = [] if how == 'none' else ['Content-Transfer-Encoding: ' + how]
    typed = [] if client.boundary == 'git' and not charset else ['Content-Type: text/%s%s%s' % (kind, quoted, flowed)]
    return typed + named, mime.transfer(raw, how)


def _join(parts, boundary):
    out = []
    for headers, raw in parts:
        out.append(('--%s\n%s\n\n' % (boundary, '\n'.join(headers))).encode('utf-8') + raw)
    return b'\n'.join(out) + ('\n--%s--\n' % boundary).encode('ascii')


# Of English text: (charset, transfer encoding of the plain text, of the HTML), weight. "none" is 7bit that isn't named.
ENGLISH = {
    'gmail': ((('UTF-8', 'none', 'quoted-printable'), 88), (('UTF-8', 'quoted-printable', 'quoted-printable'), 12)),
    'gmail answers': ((('UTF-8', 'none', 'quoted-printable'), 55), (('UTF-8', 'quoted-printable', 'quoted-printable'), 45)),
    'yahoo': ((('UTF-8', '7bit', '7bit'), 1), (('UTF-8', 'quoted-printable', 'quoted-printable'), 2)),
    'exchange': ((('iso-8859-1', 'quoted-printable', 'quoted-printable'), 45),
                 (('us-ascii', 'quoted-printable', 'quoted-printable'), 30), (('utf-8', 'base64', 'base64'), 6),
                 (('Windows-1252', 'quoted-printable', 'quoted-printable'), 14)),
    'outlook': ((('us-ascii', '7bit', 'quoted-printable'), 45), (('iso-8859-1', 'quoted-printable', 'quoted-printable'), 35),
                (('utf-8', 'base64', 'base64'), 15), (('utf-8', 'quoted-printable', 'quoted-printable'), 20)),
    'thunderbird': ((('UTF-8', '7bit', '7bit'), 2), (('utf-8', '7bit', '8bit'), 2), (('utf-8', '8bit', '8bit'), 2),
                    (('UTF-8', 'quoted-printable', 'quoted-printable'), 5), (('windows-1252', '8bit', '8bit'), 3)),
    'apple': ((('utf-8', 'quoted-printable', 'quoted-printable'), 3), (('us-ascii', '7bit', '7bit'), 1)),
    'phpmailer': ((('UTF-8', 'quoted-printable', 'quoted-printable'), 4), (('us-ascii', 'none', 'none'), 4),
                  (('UTF-8', 'base64', 'base64'), 2), (('UTF-8', '8bit', '8bit'), 1)),
    'dotnet': ((('us-ascii', '7bit', 'quoted-printable'), 1), (('utf-8', 'base64', 'base64'), 1)),
    'mutt': ((('us-ascii', 'none', '7bit'), 6), (('utf-8', '8bit', '8bit'), 3)),
    'evolution': ((('UTF-8', '7bit', '7bit'), 3), (('utf-8', 'quoted-printable', '7bit'), 1)),
    'git': ((('', '8bit', '8bit'), 88), (('UTF-8', '8bit', '8bit'), 12)),
    'python': ((('us-ascii', '7bit', '7bit'), 1), (('utf-8', 'base64', 'base64'), 1)),
}
ENGLISH_ELSE = ((('us-ascii', '7bit', 'quoted-printable'), 40), (('utf-8', 'quoted-printable', 'quoted-printable'), 30),
                (('iso-8859-1', 'quoted-printable', 'quoted-printable'), 30), (('utf-8', 'base64', 'base64'), 15))


def english_form(mail, client, rng):
    """Who answers in Gmail takes over spaces that don't break and other marks, which need an encoding."""
    answers = ' answers' * bool(mail.references and client.boundary == 'gmail')
    forms, weights = zip(*ENGLISH.get(client.boundary + answers, ENGLISH_ELSE))
    return rng.choices(forms, weights)[0]


def _multipart(kind, mail, rng, client, level, parts, preface=b''):
    boundary = make_boundary(mail, rng, client.boundary, level)
    typed = ['Content-Type: multipart/%s;%sboundary="%s"' % (kind, '\n\t' if client.boundary != 'gmail' else ' ', boundary)]
    if crowd.knows(mail) and client.boundary == 'phpmailer':  # it says so of the whole, too
        typed.append('Content-Transfer-Encoding: ' + rng.choice(('7bit', '8bit', '8bit')))
    return typed, preface + _join(parts, boundary)


# Share of English mails of a person's program whose page holds a picture: a logo below, something shown.
PICTURES = {'gmail': 0.05, 'exchange': 0.06, 'outlook': 0.06}


def _pictured(mail, rng, client):
    """(name, Content-ID, lines that only this program writes) of a picture in the page, None if there is none."""
    if mail.sender.hosting == 'vps':  # as programs that send to many put a logo in
        return ('logo.png', 'image%03d@%s' % (rng.randrange(1, 9), alnums(rng, 8, UPPER + '.')), []) if rng.random() < 0.1 else None
    share = PICTURES.get(client.boundary, 0.0) if mail.language == 'en' and not crowd.knows(mail) else 0.0
    if rng.random() >= share:
        return None
    if client.boundary == 'gmail':
        code = 'ii_k' + alnums(rng, 7, LOWER + '0123456789') + '0'
        return 'image.png', code, ['X-Attachment-Id: ' + code]
    name = 'image%03d.%s' % (rng.choice((1, 1, 1, 2, 3)), 'png')
    return name, '%s@01D%s.%s' % (name, alnums(rng, 5, UPPER), alnums(rng, 8, UPPER)), ['Content-Description: ' + name]


def _shows(page, code):
    """The page with the picture below its text."""
    at = page.rfind('</div>') if '</div>' in page else page.rfind('</body>')
    return '%s<div><img src="cid:%s" alt=""></div>\n%s' % (page[:at], code, page[at:])


def _with_picture(mail, rng, client, body, picture, preface):
    name, code, more = picture
    part = (['Content-Type: image/png; name="%s"' % name, *more, 'Content-Transfer-Encoding: base64', 'Content-ID: <%s>' % code,
             'Content-Disposition: inline; filename="%s"' % name],
            mime.base64_lines(logo_bytes(random.Random(mail.sender.address)) if more else image_bytes('png', rng)).encode('ascii') + b'\n')
    typed, whole = _multipart('related', mail, rng, client, 4 if client.boundary == 'exchange' else 2, [body, part], preface)
    if more and client.boundary != 'gmail':
        typed[0] += ';\n\ttype="multipart/alternative"'
    return typed, whole


def _signed(mail, rng, client, body):
    """The form of RFC 3156; what stands for the signature is drawn at random and signs nothing."""
    kind = 'application/pgp-signature'
    boundary = alnums(rng, 16)
    block = '\n'.join(['-----BEGIN PGP SIGNATURE-----', ''] + [random_base64(rng, 48) for _ in range(9)] +
                      ['=' + alnums(rng, 4), '-----END PGP SIGNATURE-----', ''])
    return ['Content-Type: multipart/signed; micalg=pgp-sha%d;\n\tprotocol="%s"; boundary="%s"' % (
        rng.choice((256, 512)), kind, boundary)], _join([body, (
            ['Content-Type: %s; name="signature.asc"' % kind], block.encode('ascii'))], boundary)


def _western(mail, client):
    """An accent or a mark makes nobody's charset Japanese: Microsoft's programs take the smallest that has it."""
    for charset in ('iso-8859-1', 'Windows-1252') if client.boundary in ('exchange', 'outlook') else ():
        try:
            mail.text.encode(charset)
            return charset
        except UnicodeEncodeError:
            continue
    return 'UTF-8' if client.boundary == 'thunderbird' and mail.when.year > 2020 else 'utf-8'


def _charset_and_transfers(mail, rng, client):
    """(charset, transfer encoding of the plain text, of the page)"""
    if crowd.knows(mail):
        charset, transfer, page_transfer = crowd.text_form(mail, rng)
        if mail.text.isascii():
            return charset, transfer, page_transfer
        latin = charset == 'iso-8859-1' and all(ord(char) < 256 for char in mail.text)
        fit = ['quoted-printable' if how in ('none', '7bit') else how for how in (transfer, page_transfer)]
        return charset if latin else 'utf-8', *fit
    if mail.text.isascii():
        charset, transfer, page_transfer = english_form(mail, client, rng)
        return mail.charset if mail.charset.lower() == 'gb2312' else charset, transfer, page_transfer
    charset = mail.charset or client.charset
    if mail.language == 'en' and charset.lower() != 'gb2312':
        charset, transfer, page_transfer = english_form(mail, client, rng)
        fit = [how if how in ('8bit', 'base64') else 'quoted-printable' for how in (transfer, page_transfer)]
        return charset if charset.lower() == 'utf-8' else _western(mail, client), *fit
    if charset == 'utf-8' and client.boundary in ('phpmailer', 'java') and rng.random() < 0.6:
        charset = 'UTF-8'
    return charset, client.transfer, client.transfer


def make_body(mail, rng, client):
    """(content headers, bytes) of the whole body."""
    english = mail.text.isascii()
    charset, transfer, page_transfer = _charset_and_transfers(mail, rng, client)
    text = plain_links(mail.text, rng)
    if client.wrap or (client.boundary == 'gmail' or mail.client == 'platform') and mail.language == 'en':
        text = wrap_text(text, client.wrap, mail.language == 'en')
    if transfer == '7bit' and any(len(line) > 900 for line in text.split('\n')):
        transfer = 'quoted-printable'
    html = mail.html if mail.html is not None else client.html
    named = mime.choose_charset(mail.text, charset or 'us-ascii')  # what the page says of itself
    preface = b'This is a multi-part message in MIME format.\n\n' if client.boundary in ('outlook', 'thunderbird',
        'foxmail') else b''
    flowed = '; format=flowed' if mail.client in ('thunderbird', 'roundcube') and not html else ''
    picture = _pictured(mail, rng, client) if html else None
    if picture and picture[2]:  # the text tells of it
        text += '\n[image: %s]\n' % picture[0] if client.boundary == 'gmail' else '\n[cid:%s]\n' % picture[1]
    body = _text_part(client, 'plain', text, charset, transfer, flowed)
    if html == 'only':
        body = _text_part(client, 'html', make_html(mail.text, 'template', named, rng), charset, 'base64'
            if page_transfer == '7bit' and not english else page_transfer)
    elif html:
        page = make_html(mail.text, html, named, rng)
        if picture and picture[2]:
            page = _shows(page, picture[1])
        page = _text_part(client, 'html', page, charset, page_transfer)
        body = _multipart('alternative', mail, rng, client, 1 if mail.attachments else 0, [body, page],
                          preface * (not mail.attachments and not picture))
    if picture:
        body = _with_picture(mail, rng, client, body, picture, preface * (not mail.attachments))
    if mail.attachments:
        parts = [body] + [_attachment(part, client, rng) for part in mail.attachments]
        body = _multipart('mixed', mail, rng, client, 4 + bool(picture) if client.boundary == 'exchange' else 0, parts, preface)
    return _signed(mail, rng, client, body) if mail.signed else body


def _attachment(part, client, rng):
    name, raw, kind = part
    charset = client.charset if client.charset.lower() in ('iso-2022-jp', 'shift_jis') else 'UTF-8'
    style = '2047' if client.names == '2231' else client.names
    headers = ['Content-Type: %s;\n %s' % (kind, mime.parameter('name', name, style, charset)),
               'Content-Disposition: attachment;\n %s' % mime.parameter('filename', name, client.names, charset),
               'Content-Transfer-Encoding: base64']
    if client.boundary == 'gmail':
        code = 'f_k' + alnums(rng, 8, 'abcdefghijklmnopqrstuvwxyz0123456789')
        headers += ['Content-ID: <%s>' % code, 'X-Attachment-Id: ' + code]
    elif client.boundary == 'exchange':
        headers.insert(1, 'Content-Description: ' + mime.encode_words(name, charset, 'b', 50))
    return headers, mime.base64_lines(raw).encode('ascii') + b'\n'


# Share of English mails in which the program puts the recipient's name in quotation marks.
QUOTES = {'exchange': 0.45, 'gmail': 0.25, 'git': 0.0}


def _quotes_sender(mail, rng, client, tool):
    """Whether the sender's name is in quotation marks; Thunderbird's older settings are kept by whoever has them."""
    if crowd.knows(mail):
        return rng.random() < crowd.HABITS[mail.client].quoted
    if client.boundary == 'thunderbird' and mail.language == 'en' and not tool:
        return sum(mail.sender.address.encode()) % 40 == 0
    chance = 1.0 if not tool else 0.6 if mail.language == 'ja' else 0.25
    return client.boundary in ('outlook', 'foxmail', 'dragon') and rng.random() < chance


def _subject(mail, rng, client, charset):
    """Programs that send to many write some subjects in the other encoding, some without any."""
    tool = mail.sender.hosting == 'vps' and client.date == '%d'
    if mail.subject.isascii() and tool and mail.language == 'en' and rng.random() < 0.15:
        return mime.q_words(mail.subject)
    if mail.subject.isascii():
        return mime.fold_ascii(mail.subject)
    if tool and mail.language == 'ja' and rng.random() < 0.06:
        return mail.subject  # the bytes themselves
    form = 'q' if mail.sender.hosting == 'vps' and mail.language == 'en' else client.form
    return mime.encode_words(mail.subject, charset, form, 60, client.fold)


def _head_charset(mail, client):
    charset = mail.charset or client.charset
    if mail.language == 'en' and charset.lower() in ('iso-2022-jp', 'shift_jis'):
        return 'utf-8'
    return 'utf-8' if charset.lower() == 'iso-2022-jp' != client.charset.lower() else charset  # tools: as they always do


def _references(mail):
    """What the mail refers to; Yahoo's web mail abroad refers new mail to its own draft."""
    if mail.client != 'yahoo-abroad-web' or mail.references:
        return mail.references
    local, _, host = mail.message_id.partition('@')
    return ['%s.ref@%s' % (local, host)]


def _readers_name(display, address, rng, client):
    """How programs show a reader abroad of whom they know no name: Microsoft's repeat the address, Gmail doesn't."""
    if display and display != address:
        return display
    share = {'exchange': 0.85, 'gmail': 0.08}.get(client.boundary)
    if share is None:
        return display
    return address if rng.random() < share else ''


def _header_values(mail, rng, client, charset):
    """What each field holds that a program may write; '' where it has none."""
    words = lambda text, first: mime.encode_words(text, charset, client.form, first, client.fold)
    outlook, tool = client.boundary in ('outlook', 'dragon'), mail.sender.hosting == 'vps'
    if tool and not mail.to[0].display and rng.random() < (0.8 if mail.language == 'ja' else 0.3):
        mail.to[0].display = mail.to[0].address.split('@')[0]
    marks = not tool and (outlook or client.boundary == 'apple' or mail.language == 'en' and rng.random() < QUOTES.get(
        client.boundary, 0.2))
    shown = lambda p: p.display if mail.language == 'ja' or tool else _readers_name(p.display, p.address, rng, client)
    form = 'q' if mail.language == 'en' else client.form  # names with an accent stay readable
    person = lambda p: mime.address(shown(p), p.address, charset, form, marks, outlook or tool)
    if crowd.knows(mail) and not mail.to_header:
        name, quoted = crowd.shown_to(mail, rng)
        mail.to_header = mime.address(name, mail.to[0].address, charset, client.form, quoted)
    bare = crowd.knows(mail) and rng.random() < crowd.HABITS[mail.client].bare
    values = {
        'From': mime.address('' if bare else mail.sender.display, mail.sender.address, charset, form,
                             _quotes_sender(mail, rng, client, tool)),
        'To': mail.to_header or ',\n '.join(person(p) for p in mail.to),
        'Cc': ',\n '.join(person(p) for p in mail.cc), 'CC': ',\n '.join(person(p) for p in mail.cc),
        'Reply-To': mail.reply_to, 'Subject': _subject(mail, rng, client, charset),
        'Date': _date(mail, client), 'Message-ID': '<%s>' % mail.message_id, 'Message-Id': '<%s>' %
            mail.message_id,
        'In-Reply-To': '<%s>' % mail.references[-1] if mail.references else '',
        'References': '\n '.join('<%s>' % r for r in _references(mail)),
        'MIME-Version': '1.0', 'Mime-Version': {'iphone': '1.0 (1.0)',
            'apple-mail': '1.0 (Mac OS X Mail 13.4 \\(3608.80.23.2.2\\))'}.get(mail.client, '1.0'),
        'X-Mailer': mailer_text(mail, rng, client), 'X-Sender': mail.sender.address,
        'User-Agent': _user_agent(mail, rng, client),
            'Thread-Topic': words(re.sub(r'^(?:(?:Re|RE|Fw|FW): ?)+', '', mail.subject), 50),
        'Thread-Index': 'A%s==' % random_base64(rng, 22).rstrip('=')[:29] if client.order else '',
        'X-Campaign': hexes(rng, 24), 'Bounces-To': mail.return_path,
        'Accept-Language': _languages(mail), 'Content-Language': 'en-US'
            if mail.language == 'en' else 'ja' if mail.client != 'exchange' else 'ja-JP',
        'X-PHP-Originating-Script': crowd.script_of(mail, rng) if mail.sender.hosting == 'script' else '',
        'X-MS-Has-Attach': 'yes' if mail.attachments else '', 'X-MS-TNEF-Correlator': '',
        'X-Priority': '3' if mail.client != 'dragon' else rng.choice(('', '', '3', '1 (Highest)')),
        'X-MSMail-Priority': 'Normal', 'Importance': 'Normal',
        'X-MimeOLE': 'Produced By Microsoft MimeOLE ' +
            ('V16.4.3528.331' if mail.client == 'live-mail' else 'V6.00.2900.5512'),
        'X-GUID': '%s-%s-%s-%s-%s' % tuple(alnums(rng, n, UPPER) for n in (8, 4, 4, 4, 12)), 'X-Has-Attach': 'yes'
            if mail.attachments else 'no',
        'Organization': '', 'Precedence': 'bulk' if mail.list_mail else '',
        'List-Unsubscribe': '<https://%s/u/%s>' % (mail.return_path.split('@')[1], alnums(rng, 16)) if mail.list_mail
            else '',
    }
    if crowd.knows(mail):
        values.update((name, value) for name, value in crowd.fields(mail, rng).items()
                      if not values.get(name) or name == 'X-Priority' and mail.client != 'dragon')
    return values


def _languages(mail):
    """What Exchange knows of its user, who has a second language where people write English as a foreign one."""
    digest = hashlib.sha256(mail.sender.address.encode()).digest()[1]
    hours = mail.home.utcoffset(None) / HOUR
    if mail.language == 'ja' or hours == 9:
        return 'ja-JP, en-US'
    if 1 <= hours <= 2 and digest % 3:
        second = ('de-DE', 'nl-NL', 'fr-FR', 'sv-SE', 'it-IT')[digest % 5]
        return ('en-US, ' + second, second + ', en-US')[digest % 2]
    return 'en-GB, en-US' if hours == 0 else 'en-US'


def _date(mail, client):
    """By the sender's clock, but Yahoo's web pages and Exchange write their own."""
    if mail.client in ('exchange', 'outlook-web'):
        return rfc_date(mail.when.astimezone(UTC), client.date)
    if mail.client == 'yahoo-abroad-web':
        return rfc_date(mail.when.astimezone(UTC), '%d', ' (UTC)')
    return rfc_date(mail.when.astimezone(JST) if mail.client == 'yahoo-web' else mail.when, client.date)


def write_headers(mail, rng, client, content):
    """The header lines of the program, in its order. Microsoft's ids are known only after the route is."""
    values, lines, order = _header_values(mail, rng, client, _head_charset(mail, client)), [], list(client.order)
    for name, neighbour, wanted in (('Reply-To', 'From', mail.reply_to), ('Cc', 'To', mail.cc)):
        if wanted and name not in order and name.upper() not in order:
            order.insert(order.index(neighbour) + 1, name)
    for name in order:
        if name in ('body', 'body-described'):
            lines.extend(mail.headers + content)
            lines.extend(['Content-Description: Mail message body'] * (name != 'body'))
            lines.extend(['Content-Disposition: inline'] * (client.reply == 'mutt' and 'text/plain' in content[0]))
        elif name == 'microsoft':
            lines.extend(_microsoft_lines(mail, rng))
        elif values[name] or name in ('X-MS-TNEF-Correlator', 'X-MS-Has-Attach') and mail.client in ('exchange', 'outlook-web'):
            lines.append('%s: %s' % (name, values[name]) if values[name] else name + ': ')
    if mail.proxied:
        lines += ['X-ClientProxiedBy: ' + mail.proxied] + _microsoft_lines(mail, rng)
    return lines


def _system(mail):
    """What a person's computer runs, which is the same in all mails; fewer in Japan have another one than Windows."""
    shares = (55, 5, 30, 10) if mail.language == 'en' else (85, 5, 4, 6)
    digest = hashlib.sha256(mail.sender.address.encode()).digest()[0]
    system = SYSTEMS[next(i for i in range(4) if digest * 100 < 256 * sum(shares[:i + 1]))]
    return system if mail.when.year > 2019 else system.replace('10.15', '10.14')


def _user_agent(mail, rng, client):
    if mail.client == 'thunderbird':
        version = _by_year(THUNDERBIRD, mail.when.year)
        if version.startswith('102') and rng.random() < 0.5:
            return 'Mozilla Thunderbird'
        return 'Mozilla/5.0 (%s; rv:%s.0) Gecko/20100101\n Thunderbird/%s' % (_system(mail), version.split('.')[0], version)
    named = 'Roundcube' in client.mailer or client.boundary in ('mutt', 'evolution')
    return mailer_text(mail, rng, client) if named else ''


def _microsoft_lines(mail, rng):
    """What Exchange Online adds, in the years in which it did; Exchange on its own premises adds little."""
    uid = '%s-%s-%s-%s-08d%s' % (hexes(rng, 8), hexes(rng, 4), hexes(rng, 4), hexes(rng, 4), hexes(rng, 9))
    year, tenant = mail.when.year, mail.sender.hosting == 'microsoft'
    chance = lambda share: rng.random() < share
    shares = {2019: 1.0, 2020: 1.0, 2021: 0.67} if tenant else {} if mail.sender.hosting == 'outlook.com' else dict.fromkeys(
        range(2019, 2024), 0.6)
    lines = ['x-originating-ip: [%s]' % mail.client_address] * chance(shares.get(year, 0.0))
    if mail.sender.hosting not in ('microsoft', 'outlook.com'):
        return lines
    if tenant and year > 2021 and chance(0.4):
        lines.append('msip_labels: ')
    if not tenant:
        lines = ['x-tmn: [%s]' % random_base64(rng, 24)]
    pair = '%s:EE_|%s:EE_' % (mail.server, mail.relay_server)
    rules = ''.join('(%d)' % rng.randrange(10**5, 10**12) for _ in range(rng.randrange(8, 30)))
    lines += ['x-ms-publictraffictype: Email', 'x-ms-office365-filtering-correlation-id: ' + uid,
              'x-ms-traffictypediagnostic: ' + (pair if year > 2020 else mail.server + ':')]
    if tenant and chance({2022: 0.28, 2023: 0.0}.get(year, 1.0)):
        lines.append('x-ms-oob-tlc-oobclassifiers: OLM:%d;' % rng.randrange(1000, 10000))
    if tenant and (year, mail.when.month) < (2020, 6):
        lines.append('x-forefront-prvs: ' + alnums(rng, 10, UPPER))
    if tenant:
        lines.append('x-forefront-antispam-report: \n CIP:255.255.255.255;CTRY:;LANG:%s;SCL:1;SRV:;IPV:NLI;SFV:NSPM;H:%s;PTR:;'
                     'CAT:NONE;\n SFS:%s;DIR:OUT;SFP:1102;' % (mail.language, mail.server, rules))
    lines.append('X-OriginatorOrg: ' + (mail.sender.domain if tenant else 'sct-15-20-%d-%d-msonline-outlook-%s.templateTenant' % (
        rng.randrange(2000, 8000), rng.randrange(8, 40), hexes(rng, 5))))
    return lines
