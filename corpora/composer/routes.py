"""Received chains and transport headers as the big providers, company servers and mailing services write them.

Each route returns the header lines that stand above those of the mail program. Addresses of companies and homes are
from the documentation ranges (RFC 5737, 3849); the providers' are of the shape that theirs have.
"""
import base64
import datetime

MX = 'mx1.kikan.example'
HEX = '0123456789abcdef'
ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
JST = datetime.timezone(datetime.timedelta(hours=9))
UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)
DAYS = ('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')
MONTHS = ('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec')


def _sunday(year, month, nth):
    """The nth Sunday of a month, from the end if negative."""
    first = datetime.datetime(year, month, 1)
    days = [first + datetime.timedelta(days=day) for day in range((6 - first.weekday()) % 7, 31, 7)]
    return [day for day in days if day.month == month][nth - 1 if nth > 0 else nth]


ZONE_NAMES = {-8: ('PST', 'PDT'), -7: ('MST', 'MDT'), -6: ('CST', 'CDT'), -5: ('EST', 'EDT'), 0: ('GMT', 'BST'), 1: ('CET', 'CEST'),
              2: ('EET', 'EEST'), 3: ('MSK',), 5.5: ('IST',), 7: ('WIB',), 8: ('CST',), 9: ('JST',), 10: ('AEST',), 12: ('NZST',)}


class Zone(datetime.tzinfo):
    """Clocks as people have them: an hour ahead in summer in Europe (0 to +2) and North America (-8 to -5)."""

    def __init__(self, hours):
        super().__init__()
        self.standard = datetime.timedelta(hours=hours)

    def _summer(self, moment):
        """Of a moment in standard time: Europe changes at 1:00 UTC, America at 2:00 as clocks show it."""
        hours, hour = self.standard / HOUR, HOUR
        if 0 <= hours <= 2:
            return _sunday(moment.year, 3, -1) + hour <= moment - self.standard < _sunday(moment.year, 10, -1) + hour
        if -8 <= hours <= -5:
            return _sunday(moment.year, 3, 2) + 2 * hour <= moment < _sunday(moment.year, 11, 1) + hour
        return False

    def utcoffset(self, moment):
        if moment is None:
            return self.standard
        shown = moment.replace(tzinfo=None)
        summer = self._summer(shown - HOUR) and not (moment.fold and not self._summer(shown))
        return self.standard + (HOUR if summer else 0 * HOUR)

    def dst(self, moment):
        return self.utcoffset(moment) - self.standard

    def tzname(self, moment):
        """As servers there call it: in winter, in summer; by its hours where it has no letters."""
        hours = self.standard / HOUR
        names = ZONE_NAMES.get(hours, ('%+03d%s' % (int(hours), '%02d' % (abs(hours) % 1 * 60) if hours % 1 else ''),))
        return names[-1 if self.dst(moment) else 0]

    def fromutc(self, moment):
        plain = moment.replace(tzinfo=None) + self.standard
        if self._summer(plain):
            return moment + self.standard + HOUR
        return (moment + self.standard).replace(fold=int(self._summer(plain - HOUR)))  # the hour that comes twice


def zone_of(when):
    """What Postfix writes behind a date: the zone's name in brackets."""
    return ' (%s)' % (when.tzname() if isinstance(when.tzinfo, Zone) else 'JST' if when.utcoffset() == 9 * HOUR else 'UTC')


def for_one(mail):
    """What stands between id and date in Postfix's field, which names the reader if there is but one."""
    return '\n\tfor <%s>; ' % mail.to[0].address if len(mail.to) + len(mail.cc) == 1 else ';\n\t'


def rfc_date(when, day='%d', suffix=''):
    """RFC 5322 date without the C library's locale; day '%2d' or '%02d' as the program pads it, 'none' without its name."""
    offset = int(when.utcoffset().total_seconds() // 60)
    sign = '-' if offset < 0 else '+'
    if day == 'none':
        return '%d %s %d %02d:%02d:%02d %s%02d%02d' % (
            when.day, MONTHS[when.month - 1], when.year, when.hour, when.minute, when.second, sign, abs(offset) // 60,
            abs(offset) % 60)
    return '%s, %s %s %d %02d:%02d:%02d %s%02d%02d%s' % (
        DAYS[when.weekday()], day % when.day, MONTHS[when.month - 1], when.year, when.hour, when.minute, when.second,
        sign, abs(offset) // 60, abs(offset) % 60, suffix)


def hexes(rng, count):
    return ''.join(rng.choice(HEX) for _ in range(count))


def alnums(rng, count, alphabet=ALNUM):
    return ''.join(rng.choice(alphabet) for _ in range(count))


def random_base64(rng, count):
    return base64.b64encode(rng.getrandbits(count * 8).to_bytes(count, 'big')).decode('ascii')


def postfix_id(rng):
    return ''.join(rng.choice('0123456789ABCDEF') for _ in range(10))


def host_address(rng, domain_number=None):
    """An address of a documentation range; an organisation keeps to its own few."""
    net = rng.choice(('192.0.2', '198.51.100', '203.0.113'))
    if domain_number is not None:
        return '%s.%d' % (('192.0.2', '198.51.100', '203.0.113')[domain_number % 3], domain_number % 250 + 1)
    return '%s.%d' % (net, rng.randrange(1, 255))


def private_address(rng):
    return rng.choice(('192.168.%d.%d' % (rng.randrange(0, 12), rng.randrange(2, 250)),
                       '10.%d.%d.%d' % (rng.randrange(0, 60), rng.randrange(0, 250), rng.randrange(2, 250)),
                       '172.16.%d.%d' % (rng.randrange(0, 250), rng.randrange(2, 250))))


def after(mail, seconds):
    return mail.when + datetime.timedelta(seconds=seconds)


def at_server(mail, seconds, day='%2d'):
    """The date as the servers of the sender's organisation write it, wherever the sender is."""
    when = after(mail, seconds).astimezone(mail.home)
    return rfc_date(when, day, zone_of(when))


# Zones in which relays write, as in the archives: UTC, or their own, named or not.
EASTERN = Zone(-5)
RELAY_ZONES = ((UTC, False), (EASTERN, True), (EASTERN, False))


def top(mail, rng, helo, name, address, seconds=6):
    """Return-Path and the field of our own relay, in the forms that the archives' relays wrote."""
    number = ''.join(rng.choice('0123456789ABCDEF') for _ in range(11))
    form = rng.choices(('postfix', 'short', 'helo', 'port'), (40, 35, 15, 10))[0]
    zone, named = rng.choices(RELAY_ZONES, (50, 30, 20))[0]
    when = after(mail, seconds).astimezone(zone)
    mail.handed_over = (helo, name, address)
    if form == 'port':
        start = 'from [%s] (port=%d helo=%s)' % (address, rng.randrange(32768, 61000), helo)
    elif form == 'helo' or name == 'unknown' and form == 'short':
        start = 'from [%s] (helo=%s)' % (address, helo)
    elif form == 'short':
        start = 'from %s ([%s])' % (helo, address) if name == helo else 'from %s ([%s] helo=%s)' % (name, address, helo)
    else:
        start = 'from %s (%s [%s])' % (helo, name, address)
    return ['Return-Path: <%s>' % mail.return_path,
            'Received: %s\n\tby %s (Postfix) with ESMTPS id %s%s%s' % (
                start, MX, number, for_one(mail) if form == 'postfix' else '; ', rfc_date(when, '%d', zone_of(when) if named else ''))]


def dkim(rng, domain, selector, fields, fold='        ', lines=6):
    body = ('\n' + fold + ' ').join(random_base64(rng, 49 if i < lines - 1 else 16).rstrip('=') for i in range(lines))
    return 'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n%sd=%s; s=%s;\n%sh=%s;\n%sbh=%s;\n%sb=%s==' % (
        fold, domain, selector, fold, fields, fold, random_base64(rng, 32), fold, body)


# Google's DKIM selectors, and the month in which the next one came.
SELECTORS = (('20161025', 202111), ('20210112', 202212), ('20221208', 202306), ('20230601', 999999))


def google(mail, rng, domain='gmail.com', submitted=None):
    """submitted: (helo, address) of a mail program that used SMTP; None for the web or the phone application."""
    pacific = lambda seconds: after(mail, seconds).astimezone(Zone(-8))
    pool = rng.choice(('wr1', 'pj1', 'pl1', 'pf1', 'lj1', 'ed1', 'oi1', 'qk1', 'yb1', 'vk1', 'lf1', 'pg1', 'oa1'))
    host = 'mail-%s-f%d.google.com' % (pool, rng.randrange(41, 56))
    year = mail.when.year * 100 + mail.when.month
    selector = next(name for name, until in SELECTORS
                    if year < until)
    signer = domain
    if domain != 'gmail.com':
        selector = '20150623' if year < 202111 else selector
        signer = '%s.%s.gappssmtp.com' % (domain.replace('.', '-'), selector)
    code = hexes(rng, 1) + str(rng.randrange(1, 30))
    name = alnums(rng, 1, 'abcdefghijklmnopqrstuvwxyz') + str(rng.randrange(2, 30)) + 'so' + str(
        rng.randrange(10**6, 10**8))
    here = lambda seconds: rfc_date(pacific(seconds), '%2d', zone_of(pacific(seconds))).replace('  ', ' ')
    fields = 'mime-version:from:date:message-id:subject:to'
    lines = top(mail, rng, host, host, '209.85.%d.%d' %
        (rng.choice((128, 160, 167, 208, 210, 215, 216, 218, 219, 221, 222)), rng.randrange(41, 56)))
    lines.append('Received: by %s with SMTP id %s%s.%d\n        for <%s>; %s' %
        (host, name, pool[:2], rng.randrange(0, 20), mail.to[0].address, here(3)))
    lines.append(dkim(rng, signer, selector, fields))
    if domain == 'gmail.com' or rng.random() < 0.9:
        lines.append('X-Google-' + dkim(rng, '1e100.net', selector, 'x-gm-message-state:' + fields))
    prefix = 'AOAM53' if year < 202206 else 'ACrzQf' if year < 202304 else 'AC+VfD'
    lines.append('X-Gm-Message-State: %s%s\n\t%s=' %
        (prefix, random_base64(rng, 39).rstrip('='), random_base64(rng, 20).rstrip('=')))
    lines.append('X-Google-Smtp-Source: %s%s==' %
        ('ABdhPJ' if year < 202206 else 'AMsMyM' if year < 202304 else 'ACHHUZ', random_base64(rng, 56).rstrip('=')))
    node = '2002:a%s:%s:%s:' % (rng.choice('05'), hexes(rng, 4), hexes(rng, 4))
    stamp = int(mail.when.timestamp()) * 1000 + rng.randrange(1000)
    serial = rng.randrange(10**5, 10**7)
    lines.append('X-Received: by %s with SMTP id %s%s%d.%d.%d;\n        %s' % (
        node, code, 'mr', serial, rng.randrange(1, 600), stamp, here(2)))
    if submitted:
        reader = '\n        for <%s>' % mail.to[0].address if len(mail.to) + len(mail.cc) == 1 else ''
        lines.append('Received: from %s ([%s])\n        by smtp.gmail.com with ESMTPSA id %ssm%d%s.%d.%s%s\n'
                     '        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\n        %s' % (
                         submitted[0], submitted[1], code, serial, pool[:3], rng.randrange(1, 200),
                         pacific(1).strftime('%Y.%m.%d.%H.%M.%S'), reader, here(1)))
    return lines


def _outlook_server(rng, region):
    prefix = {'jpn': rng.choice(('TYAPR01', 'OSAPR01', 'TYCPR01', 'OS3PR01', 'TY2PR01')),
              'apc': rng.choice(('SG2PR06', 'HK0PR03', 'PSAPR03', 'TYZPR04', 'KL1PR03')),
              'eur': rng.choice(('AM8PR04', 'DB9PR08', 'PR3PR07', 'AS8PR02')),
              'nam': rng.choice(('BN8PR12', 'DM6PR11', 'MN2PR04', 'BYAPR05'))}[region]
    return '%sMB%s' % (prefix, rng.randrange(1000, 7000))


REGION = {'jpn': ('jpnprd01.prod.outlook.com', 'JPN01-TYC-obe', 'tyc'),
    'apc': ('apcprd06.prod.outlook.com', 'APC01-SG2-obe', 'sg2'),
          'eur': ('eurprd04.prod.outlook.com', 'EUR04-DB3-obe', 'db3'),
              'nam': ('namprd12.prod.outlook.com', 'NAM12-BN8-obe', 'bn8')}


def microsoft(mail, rng, domain, personal=False, region='jpn'):
    """Exchange Online: an organisation's tenant, or outlook.com."""
    tail, relay, site = REGION[region]
    if personal:
        relay = {'jpn': 'JPN01-OS2-obe', 'apc': 'APC01-PU1-obe', 'eur': 'EUR03-VE1-obe', 'nam': 'NAM11-CO1-obe'}[region]
    first, second = _outlook_server(rng, region), _outlook_server(rng, region)
    host, other = first + '.' + tail, second + '.' + tail
    name = 'mail-%s%s%d.outbound.protection.outlook.com' % (site, 'olkn' if personal else 'on',
        rng.randrange(2010, 2130))
    address = '40.%d.%d.%d' % (rng.choice((92, 107)), rng.randrange(50, 140), rng.randrange(10, 140))
    lines = top(mail, rng, relay + '.outbound.protection.outlook.com', name, address)
    build = '15.20.%d.%d' % (2000 + (mail.when.year - 2019) * 1050 + mail.when.month * 80, rng.randrange(10, 40))
    signer = domain
    selector = 'selector1'
    if not personal and len(domain) % 3:
        tenant = domain.split('.')[0].replace('-', '') + 'example'
        signer, selector = tenant + '.onmicrosoft.com', 'selector2-%s-onmicrosoft-com' % tenant
    lines.append('DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s;\n s=%s;\n h=From:Date:Subject:Message-ID:'
                 'Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck;\n bh=%s;\n b=%s' % (
                     signer, selector, random_base64(rng, 32), random_base64(rng, 128 if signer != domain else 256)))
    date = rfc_date(after(mail, 1).astimezone(UTC)).replace(' %d ' % mail.when.year, '\n %d ' % mail.when.year, 1)
    v6 = '2603:10%s:%s:%s::%d' % (rng.choice(('96', 'a6', 'b6')), hexes(rng, 3), hexes(rng, 2), rng.randrange(5, 30))
    lines.append('Received: from %s (%s)\n by %s (%s) with Microsoft SMTP Server (version=TLS1_2,\n '
                 'cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id %s; %s' %
                     (host, v6, other, v6[:-2] + str(rng.randrange(5, 30)), build, date))
    local = 'fe80::%s:%s:%s:%s' % tuple(hexes(rng, 4) for _ in range(4))
    lines.append('Received: from %s\n ([%s]) by %s\n ([%s%%%d]) with mapi id %s; %s' % (
        host, local, host, local, rng.randrange(2, 9), build, date))
    mail.server, mail.server_tail, mail.relay_server = first, tail, second
    if not personal and mail.client not in ('exchange', 'outlook-web'):  # handed in by another program, with a password
        proxy = '%sCA%04d.%s' % (first.split('MB')[0], rng.randrange(2, 200), tail)
        mail.proxied = '%s\n (%s) To %s\n (%s)' % (proxy, v6, host, v6[:-2] + '41')
        lines.append('Received: from %s (%s) by\n %s (%s) with Microsoft SMTP Server\n (version=TLS1_2, '
                     'cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id\n %s via Frontend Transport; %s' % (
                         mail.helo, mail.client_address, proxy, v6, build, date))
    if personal and mail.when.year < 2022 and rng.random() < 0.75:
        lines[-1:-1] = _front(rng, (host, v6), (other, v6[:-2] + '40'), region, build, date)
    return lines


def _front(rng, sender, receiver, region, build, date):
    """What a front-end server of outlook.com wrote between two others until 2021."""
    code = {'jpn': 'JP', 'apc': 'APC', 'eur': 'EUR', 'nam': 'NAM'}[region] + '0' + rng.choice('12345')
    front = '%sFT%03d.eop-%s.prod.protection.outlook.com' % (
        _outlook_server(rng, region).split('MB')[0], rng.randrange(3, 120), code)
    v6 = '2a01:111:e400:%s::%s' % (hexes(rng, 4), hexes(rng, 2))
    form = ('Received: from %s (%s) by\n %s (%s) with Microsoft SMTP Server (version=TLS1_2,\n '
            'cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id %s via Frontend\n Transport; %s')
    return [form % (front, v6 + '60', receiver[0].replace('prod.outlook', 'outlook.office365'), receiver[1], build, date),
            form % (*sender, front.replace('.eop-' + code + '.prod', '.mail'), v6, build, date)]


def yahoo(mail, rng):
    """Yahoo! JAPAN's web mail and its SMTP."""
    number = rng.randrange(600, 620)
    site = rng.choice(('kks', 'ssk', 'djm'))
    host = 'nh%d-vm%d.bullet.mail.%s.yahoo.co.jp' % (number, rng.randrange(1, 12), site)
    address = '182.22.%d.%d' % (rng.choice((90, 18, 37, 66)), rng.randrange(10, 240))
    lines = top(mail, rng, host, host, address)
    stamp = rfc_date(after(mail, 2).astimezone(UTC), '%02d', '').replace('+0000', '-0000')
    for where in ('nh%d' % number, 't%d' % rng.randrange(600, 610)):
        lines.append('Received: from [182.22.%d.%d] by %s.bullet.mail.%s.yahoo.co.jp with NNFMP; %s' % (
            rng.randrange(60, 92), rng.randrange(10, 240), where, site, stamp))
    omp = 'omp%d.mail.%s.yahoo.co.jp' % (rng.randrange(600, 612), site)
    lines.append('Received: from [127.0.0.1] by %s with NNFMP; %s' % (omp, stamp))
    lines.append('X-Yahoo-Newman-Property: ymail-3')
    lines.append('X-Yahoo-Newman-Id: %d.%d.bm@%s' % (rng.randrange(10**5, 10**6), rng.randrange(10**4, 10**5), omp))
    jas = alnums(rng, 60, ALNUM + '_.')
    if mail.client == 'yahoo-web':
        uid = 'web%d.mail.%s.yahoo.co.jp' % (rng.randrange(101501, 101720), site)
        lines.append('Received: (qmail %d invoked by uid 60001); %s' % (rng.randrange(10**4, 10**5), stamp))
        lines.append(dkim(rng, 'yahoo.co.jp', 'yj20110701',
            'Message-ID:X-YMail-JAS:Received:X-Mailer:Date:From:Subject:To:'
                          'MIME-Version:Content-Type:Content-Transfer-Encoding', '  ', 3))
        lines.append('X-YMail-JAS: ' + jas + '.\n ' + alnums(rng, 70, ALNUM + '_.'))
        lines.append('Received: from [%s] by %s via HTTP; %s' % (
            mail.client_address, uid, rfc_date(mail.when.astimezone(JST), '%02d', '').replace('+0900', 'JST')))
    else:
        lines.append('Received: (qmail %d invoked by uid 60001); %s' % (rng.randrange(10**4, 10**5), stamp))
        lines.append(dkim(rng, 'yahoo.co.jp', 'yj20110701',
            'X-YMail-JAS:X-Apparently-From:Date:From:To:Subject:Message-Id:MIME-Version', '  ', 3))
        lines.append('Received: from unknown (HELO %s) (%s@%s with plain)\n'
            '  by smtp%d.mail.%s.yahoo.co.jp with SMTP; %s' % (
            mail.helo, mail.sender.address.split('@')[0], mail.client_address, rng.randrange(501, 530), site, stamp))
        lines.append('X-YMail-JAS: ' + jas)
        lines.append('X-Apparently-From: <%s>' % mail.sender.address)
    return lines


def yahoo_abroad(mail, rng):
    """Yahoo's web mail outside Japan; fields of its own came with the years."""
    site, number = rng.choice(('ne1', 'ne1', 'gq1', 'bf2', 'ir2', 'sg3')), rng.randrange(301, 322)
    tail = 'consmr.mail.%s.yahoo.com' % site
    host = 'sonic%d-%d.%s' % (number, rng.randrange(8, 40), tail)
    lines = top(mail, rng, host, host, '%s.%d.%d' % (rng.choice(('66.163', '74.6', '98.137', '77.238')),
                                                     rng.randrange(64, 192), rng.randrange(10, 200)))
    stamp = int(mail.when.timestamp()) + 4
    signed = 'v=1; a=rsa-sha256; c=relaxed/relaxed; d=yahoo.com; s=s2048; t=%d; bh=%s; h=%s:From:Subject; b=%s=='
    for name, fields in (('DKIM-Signature', 'Date:From:To:Cc:In-Reply-To:References:Subject' if mail.references else
                          'Date:From:To:Subject:References'), ('X-SONIC-DKIM-SIGN', 'X-Sonic-MF:Date:From:To:Subject')):
        if name == 'DKIM-Signature' or (mail.when.year, mail.when.month) > (2020, 6):
            lines.append('%s: ' % name + signed % (stamp, random_base64(rng, 32), fields, random_base64(rng, 256).rstrip('=')))
    lines.append('X-YMail-OSG: ' + '\n '.join(alnums(rng, 76, ALNUM + '._') for _ in range(rng.randrange(14, 28))))
    if mail.when.year > 2020:
        lines.append('X-Sonic-MF: <%s>' % mail.sender.address)
    if mail.when.year > 2022:
        lines.append('X-Sonic-ID: %s-%s-%s-%s-%s' % tuple(hexes(rng, n) for n in (8, 4, 4, 4, 12)))
    lines.append('Received: from sonic.gate.mail.%s.yahoo.com by sonic%d.%s with HTTP; %s' % (
        site, number, tail, rfc_date(after(mail, 4).astimezone(UTC), '%d')))
    return lines


def apple(mail, rng):
    host = 'pv50p00im-ztdg%08d.me.com' % rng.randrange(10000000, 10100000)
    lines = top(mail, rng, host, host, '17.58.%d.%d' % (rng.randrange(6, 64), rng.randrange(30, 60)))
    lines.append('DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=icloud.com;\n\ts=1a1hai; t=%d;\n\tbh=%s;\n\t'
                 'h=Content-Type:From:Mime-Version:Date:Subject:Message-Id:To;\n\tb=%s' % (
                     mail.when.timestamp(), random_base64(rng, 32),
                         '\n\t '.join(random_base64(rng, 48) for _ in range(5)) + '=='))
    lines.append('Received: from %s (pv50p00im-dlb-asmtp-mailmevip.me.com [17.56.9.10])\n'
        '\tby %s (Postfix) with ESMTPSA id %s\n\tfor <%s>; %s' % (
        mail.helo, host, postfix_id(rng), mail.to[0].address,
            rfc_date(after(mail, 2).astimezone(UTC), '%2d', ' (UTC)')))
    return lines


def relay(mail, rng, domain, address, hosts=1, name=None):
    """A server with Postfix, the usual small installation; hosts 2 has a filter or gateway in between."""
    host = name or rng.choice(('mail.', 'smtp.', 'mx.', 'ms1.', 'mta01.')) + domain
    lines = top(mail, rng, host, host if rng.random() < 0.85 else 'unknown', address, 8)
    if mail.sender.organisation and mail.sender.organisation.signs:
        lines.append(dkim(rng, domain, 's%d' % mail.when.year, 'From:To:Subject:Date:Message-ID', '\t', 4))
    stamp = lambda seconds: at_server(mail, seconds, rng.choice(('%2d', '%d')))
    if hosts > 1:
        inner = rng.choice(('gw.', 'filter.', 'imss.', 'localhost.')) + domain
        lines.append('Received: from %s (localhost [127.0.0.1])\n\tby %s (Postfix) with ESMTP id %s%s%s' % (
            inner, host, postfix_id(rng), for_one(mail), stamp(4)))
    client = mail.client_address
    places = ('tokyo', 'osaka', 'kanagawa', 'aichi') if mail.when.utcoffset() == 9 * HOUR else ('north', 'west', 'metro', 'city')
    reverse = 'unknown' if rng.random() < 0.5 else 'p%d.%s.isp.example' % (rng.randrange(1000, 99999), rng.choice(places))
    lines.append('Received: from %s (%s [%s])\n\tby %s (Postfix) with %s id %s%s%s' % (
        mail.helo, reverse, client, host, rng.choice(('ESMTPSA', 'ESMTPSA', 'ESMTPSA', 'ESMTPA', 'ESMTP', 'ESMTPS')), postfix_id(rng),
        for_one(mail), stamp(1)))
    return lines


def exchange(mail, rng, domain, address):
    """Exchange on the premises behind a gateway."""
    number = rng.randrange(1, 4)
    city = 'TKY' if mail.home.utcoffset(None) == 9 * HOUR else 'SRV'
    inner = '%sEX%02d.%s.local' % (rng.choice(('', city, 'HQ-')), number, domain.split('.')[0])
    lines = top(mail, rng, 'mailgw%d.%s' % (number, domain), 'mailgw%d.%s' % (number, domain), address, 7)
    lines.append('Received: from %s (unknown [%s])\n\tby mailgw%d.%s (Postfix) with ESMTPS id %s%s%s' % (
        inner, private_address(rng), number, domain, postfix_id(rng), for_one(mail),
        at_server(mail, 4)))
    if mail.sender.organisation and mail.sender.organisation.signs:
        lines.insert(2, dkim(rng, domain, 's%d' % mail.when.year, 'From:To:CC:Subject:Date', '\t', 4))
    old = mail.sender.organisation and mail.sender.organisation.number % 3 == 0  # Exchange 2010
    build = '14.3.%d.0' % rng.choice((361, 408, 468, 496)) if old else '15.1.%d.%d' % (
        1700 + (mail.when.year - 2019) * 200, rng.randrange(2, 40))
    local = 'fe80::%s:%s:%s:%s' % tuple(hexes(rng, 4) for _ in range(4))
    inside = private_address(rng)
    date = rfc_date(after(mail, 1).astimezone(mail.home))
    secured = ' (TLS) id' if old else '\n (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P256) id\n'
    lines.append('Received: from %s (%s) by\n %s (%s) with Microsoft SMTP Server%s %s; %s' % (
        inner, inside, inner, inside, secured, build, date))
    lines.append('Received: from %s ([%s]) by\n %s ([%s%%%d]) with mapi id\n %s.0; %s' % (
        inner, local, inner, local, rng.randrange(3, 19), build, date))
    mail.server, mail.server_tail = inner.split('.')[0], inner.split('.', 1)[1]
    return lines


def isp(mail, rng, domain):
    """A provider's submission server."""
    host = {'nifty.com': 'conssluserg-%02d.nifty.com', 'ocn.ne.jp': 'mogw11%02d.ocn.ad.jp',
        'biglobe.ne.jp': 'mta-snd0%02d.biglobe.ne.jp',
            'so-net.ne.jp': 'ms-omx%02d.so-net.ne.jp', 'docomo.ne.jp': 'mfsmax-2%02d.docomo.ne.jp',
                'ezweb.ne.jp': 'dmta00%02d.auone-net.jp',
            'softbank.ne.jp': 'szrela%02d.softbank.ne.jp'}.get(domain, 'snd0%02d.' + domain) % rng.randrange(1, 20)
    lines = top(mail, rng, host, host, '%d.%d.%d.%d' %
        (rng.choice((106, 118, 153, 202, 210)), rng.randrange(100, 255), rng.randrange(1, 255), rng.randrange(1, 255)),
            7)
    if domain in ('docomo.ne.jp', 'ezweb.ne.jp', 'softbank.ne.jp'):
        lines.append('Received: from %s (unknown [%s])\n\tby %s with ESMTP id %s\n\tfor <%s>; %s' % (
            'localhost', '127.0.0.1', host, alnums(rng, 12), mail.to[0].address,
                rfc_date(after(mail, 2).astimezone(JST), '%2d', ' (JST)')))
        return lines
    if domain in ('nifty.com', 'so-net.ne.jp') and mail.when.year > 2020:
        lines.append(dkim(rng, domain, 'dec2015msa', 'From:To:Subject:Date:Message-Id', ' ', 4))
    lines.append('Received: from %s (%s [%s]) (authenticated)\n        by %s with ESMTP id %s\n        for <%s>; %s' % (
        mail.helo, 'p%d-ipngn.tokyo.isp.example' % rng.randrange(100, 9999), mail.client_address, host, alnums(rng, 14),
            mail.to[0].address,
        rfc_date(after(mail, 1).astimezone(JST))))
    return lines


def service(mail, rng, domain):
    """A mailing service that sends for others; bounces come back to the service."""
    provider = ('mailsend-service.example', 'haishin-asp.example', 'newsletter-cloud.example', 'mta-relay.example')[
        len(domain) % 4]
    host = 'o%d.em.%s' % (rng.randrange(1, 40), provider)
    mail.return_path = 'bounce+%s-%s=%s@em.%s' % (hexes(rng, 8), mail.to[0].address.split('@')[0], 'kikan.example',
        provider)
    lines = top(mail, rng, host, host, host_address(rng, len(domain) * 7 % 250), 20)
    lines.append(dkim(rng, domain, rng.choice(('s1', 'k1', 'em')),
        'content-type:from:mime-version:subject:list-unsubscribe:to', '\t', 4))
    lines.append('Received: by %s with SMTP id %s\n        %s' % (
        'filter%04d.%s' % (rng.randrange(1, 3000), provider), alnums(rng, 20),
            rfc_date(after(mail, 3).astimezone(UTC), '%d', ' (UTC)')))
    return lines


def script(mail, rng, domain, address):
    """A program on a web server or a business system."""
    host = rng.choice(('www.', 'web01.', 'sys.', 'app.', 'batch.')) + domain
    lines = top(mail, rng, host, host if rng.random() < 0.8 else 'unknown', address, 3)
    if rng.random() < 0.4:
        lines.append(dkim(rng, domain, 'default', 'From:To:Subject:Date', '\t', 4))
    uid = rng.choice((48, 33, 1000, 1001, 500))
    if rng.random() < 0.7:
        lines.append('Received: by %s (Postfix, from userid %d)\n\tid %s; %s' %
            (host, uid, postfix_id(rng), at_server(mail, 0)))
    else:
        lines.append('Received: from localhost (localhost [127.0.0.1])\n'
            '\tby %s (8.14.7/8.14.7) with ESMTP id %s\n\tfor <%s>; %s' % (
            host, alnums(rng, 14), mail.to[0].address, rfc_date(mail.when.astimezone(mail.home))))
    return lines


def vps(mail, rng, domain):
    """A rented host that speaks to us by itself; its name is often the claimed one or none."""
    address = host_address(rng)
    name = rng.choice((domain, 'unknown', 'v%s.vps.example' % address.replace('.', '-'), 'mail.' + domain))
    helo = rng.choice((domain, 'mail.' + domain, 'localhost.localdomain', 'WIN-' +
        alnums(rng, 11, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), 'VM-%d-%d' %
            (rng.randrange(1, 20), rng.randrange(1, 99))))
    if mail.sender.kind != 'spoofed' and rng.random() < 0.2: # handed in under the host's name, or a list's
        mail.return_path = '%s@%s' % (rng.choice(('www-data', 'apache', 'bounce', 'root', 'mailer')),
                                      'v%s.vps.example' % address.replace('.', '-'))
    lines = top(mail, rng, helo, name, address, 4)
    if mail.sender.kind != 'spoofed' and rng.random() < 0.5:
        lines.append(dkim(rng, domain, rng.choice(('default', 'dkim', 'mail')),
            'From:To:Subject:Date:MIME-Version:Content-Type', '\t', 4))
        if rng.random() < 0.18:
            lines.insert(2, 'DKIM-Filter: OpenDKIM Filter v2.11.0 %s %s' % (helo, postfix_id(rng)))
        if mail.language == 'en' and rng.random() < 0.2:
            lines.append('DomainKey-Signature: a=rsa-sha1; c=nofws; q=dns; s=default; d=%s;\n b=%s==' % (
                domain, '\n '.join(random_base64(rng, 42).rstrip('=') for _ in range(3))))
    china = mail.when.utcoffset() == datetime.timedelta(hours=8)
    if rng.random() < (0.12 if mail.language == 'en' else 0.5 if china else 0.06):
        lines.append('Received: from %s (unknown [%s])\n\tby %s (Postfix) with %s id %s\n\tfor <%s>; %s' % (
            mail.helo, mail.client_address, helo, 'ESMTPA' if mail.language == 'ja' else 'ESMTP', postfix_id(rng),
            mail.to[0].address,
            rfc_date(mail.when, '%2d', ' (CST)' if china and mail.language == 'ja' else '')))
    return lines


def own(mail, rng):
    """Mail from inside: our Exchange hands it to the gateway."""
    inner = 'KIKAN-EX%02d.kikan.example' % rng.randrange(1, 3)
    number = ''.join(rng.choice('0123456789ABCDEF') for _ in range(11))
    build = '15.1.%d.%d' % (1700 + (mail.when.year - 2019) * 200, rng.randrange(2, 40))
    local = 'fe80::%s:%s:%s:%s' % tuple(hexes(rng, 4) for _ in range(4))
    mail.server, mail.server_tail = inner.split('.')[0], inner.split('.', 1)[1]
    return ['Return-Path: <%s>' % mail.return_path,
            'Received: from %s (unknown [10.10.1.%d])\n\tby %s (Postfix) with ESMTPS id %s; %s' % (
                inner, rng.randrange(20, 23), MX, number, rfc_date(after(mail, 2).astimezone(JST), '%d', ' (JST)')),
            'Received: from %s ([%s]) by\n %s ([%s%%11]) with mapi id\n %s.0; %s' %
                (inner, local, inner, local, build, rfc_date(mail.when.astimezone(JST)))]


def submitted(mail, rng):
    """Mail of our own staff on its way out: handed in to our relay with a password (ESMTPSA, RFC 3848)."""
    number = ''.join(rng.choice('0123456789ABCDEF') for _ in range(11))
    mail.server, mail.server_tail = 'KIKAN-EX01', 'kikan.example'
    return ['Return-Path: <%s>' % mail.return_path,
            'Received: from [10.10.3.%d] (unknown [10.10.3.%d])\n\tby %s (Postfix) with ESMTPSA id %s; %s' % (
                rng.randrange(20, 90), rng.randrange(20, 90), MX, number,
                rfc_date(after(mail, 2).astimezone(JST), '%d', ' (JST)'))]
