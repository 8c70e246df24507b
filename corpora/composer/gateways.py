"""What an organisation's filtering gateway adds to mail on its way out: a hop of its own, and fields of the product.

Forms as the products write them; hosts, serials and policies are made up. Which gateway an organisation has follows
from its domain and never changes (world.Organisation).
"""
from .routes import (HOUR, UTC, after, alnums, at_server, for_one, hexes, postfix_id, private_address, random_base64, rfc_date, top)

UPPER = '0123456789ABCDEF'
# Half of the organisations have none.
GATEWAYS = ('', '', '', '', '', '', '', '', 'amavis', 'imss', 'ironport', 'proofpoint', 'barracuda', 'fortimail', 'mimecast',
            'appliance')


def _amavis(mail, rng, inner, domain):
    host = 'mx01.' + domain
    port = rng.choice((10024, 10026))
    return host, [
        'Received: from localhost (localhost [127.0.0.1])\n\tby %s (Postfix) with ESMTP id %s%s%s' % (
            host, postfix_id(rng), for_one(mail), at_server(mail, 5)),
        'X-Virus-Scanned: amavisd-new at %s' % domain,
        'Received: from %s ([127.0.0.1])\n\tby localhost (%s [127.0.0.1]) (amavisd-new, port %d)\n\twith ESMTP id %s; %s' % (
            host, host, port, alnums(rng, 12), at_server(mail, 5)),
        'Received: from %s (%s [%s])\n\tby %s (Postfix) with ESMTPS id %s%s%s' % (
            inner[0], inner[1], inner[2], host, postfix_id(rng), for_one(mail),
            at_server(mail, 4))]


def _imss(mail, rng, inner, domain):
    host = 'imss%d.%s' % (rng.randrange(1, 3), domain)
    build = '%d.%03d' % (25000 + (mail.when.year - 2019) * 500 + mail.when.month * 40, rng.randrange(1, 8))
    return host, [
        'Received: from %s (localhost [127.0.0.1])\n\tby %s (Postfix) with ESMTP id %s%s%s' % (
            host, host, postfix_id(rng), for_one(mail), at_server(mail, 5)),
        'Received: from %s (unknown [%s])\n\tby %s (Postfix) with ESMTP id %s%s%s' % (
            inner[0], inner[2], host, postfix_id(rng), for_one(mail), at_server(mail, 4)),
        'X-TM-AS-GCONF: 00', 'X-TM-AS-Product-Ver: IMSS-9.1.0.1%03d-8.5.0.1020-%s' % (rng.randrange(100, 999), build),
        'X-TM-AS-Result: No--%d.%03d-%d.0-31-10' % (rng.randrange(1, 20), rng.randrange(1000), rng.choice((5, 10))),
        'X-imss-scan-details: No--%d.%03d-5.0-31-10' % (rng.randrange(1, 20), rng.randrange(1000))]


def _ironport(mail, rng, inner, domain):
    host = 'esa%d.%s' % (rng.randrange(1, 4), domain)
    seconds = int(mail.when.timestamp()) // 86400 * 86400
    stamp = after(mail, 4).astimezone(mail.home)
    return host, [
        'IronPort-SDR: %s\n %s==' % (random_base64(rng, 51), random_base64(rng, 52).rstrip('=')),
        'X-IronPort-AV: E=Sophos;i="5.%d,%d,%d"; \n   d="scan\'208";a="%d"' % (
            60 + (mail.when.year - 2019) * 8, rng.randrange(100, 500), seconds, rng.randrange(10**7, 10**9)),
        'Received: from unknown (HELO %s) ([%s])\n  by %s with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384; %s' % (
            inner[0], inner[2], host, rfc_date(stamp, '%02d').split(', ')[1])]


def _proofpoint(mail, rng, inner, domain):
    serial = '%08x' % (sum(domain.encode()) * 7919 % 0x1000000)
    host = 'mx0%s-%s.pphosted.example' % (rng.choice('ab'), serial)
    guid = alnums(rng, 32, ALPHABET)
    stamp = after(mail, 5).astimezone(mail.home)
    return host, [
        'Received: from pps.filterd (m0%06d.ppops.example [127.0.0.1])\n\tby %s (8.16.1.2/8.16.1.2) with SMTP id %s;\n\t%s'
        % (rng.randrange(10**6), host, alnums(rng, 14), rfc_date(stamp, '%d')),
        'Received: from %s (%s [%s])\n\tby %s with ESMTP id %s-1\n\t(version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 '
        'bits=256 verify=NOT);\n\t%s' % (inner[0], inner[1], inner[2], host, alnums(rng, 10).lower(), rfc_date(stamp, '%d')),
        'X-Proofpoint-GUID: ' + guid, 'X-Proofpoint-ORIG-GUID: ' + guid,
        'X-Proofpoint-Virus-Version: vendor=baseguard\n engine=ICAP:2.0.%d,Aquarius:18.0.%d,Hydra:6.0.%d\n definitions=%s' % (
            rng.randrange(205, 260), rng.randrange(690, 990), rng.randrange(230, 500),
            stamp.strftime('%Y-%m-%d') + '_%02d' % rng.randrange(1, 15)),
        'X-Proofpoint-Spam-Details: rule=outbound_notspam policy=outbound score=0 mlxscore=0\n bulkscore=0 phishscore=0 '
        'adultscore=0 suspectscore=0 spamscore=0 classifier=spam\n adjust=0 reason=mlx scancount=1 engine=8.12.0-%s' % (
            stamp.strftime('%y%m%d') + '%04d' % rng.randrange(10000))]


ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'


def _barracuda(mail, rng, inner, domain):
    host = 'barracuda.' + domain
    start = int(mail.when.timestamp()) + 5
    debug = '%d-%s-%s' % (start, hexes(rng, 18), alnums(rng, 6))
    inside = private_address(rng)
    return host, [
        'X-ASG-Debug-ID: ' + debug,
        'Received: from %s (%s [%s]) by %s with ESMTP id %s (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 '
        'verify=NO) for <%s>; %s' % (inner[0], inner[1], inner[2], host, alnums(rng, 16), mail.to[0].address,
                                     at_server(mail, 5, '%d')),
        'X-Barracuda-Envelope-From: ' + mail.return_path, 'X-Barracuda-RBL-Trusted-Forwarder: ' + inside,
        'X-ASG-Whitelist: Client', 'X-Barracuda-Connect: %s[%s]' % (inner[0], inner[2]),
        'X-Barracuda-Start-Time: %d' % start, 'X-Barracuda-Encrypted: ECDHE-RSA-AES256-GCM-SHA384',
        'X-Barracuda-URL: https://%s:443/cgi-mod/mark.cgi' % inside,
        'X-Virus-Scanned: by bsmtpd at ' + domain, 'X-Barracuda-Scan-Msg-Size: %d' % rng.randrange(900, 90000),
        'X-Barracuda-BRTS-Status: 1']


def _fortimail(mail, rng, inner, domain):
    host = 'fml%d.%s' % (rng.randrange(1, 3), domain)
    serial = '%s-%s' % (alnums(rng, 14), alnums(rng, 16))
    return host, [
        'Received: from %s (%s [%s])\n\tby %s  with ESMTPS id %s\n\t(version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 '
        'bits=256 verify=NO);\n\t%s' % (inner[0], inner[1], inner[2], host, serial, rfc_date(after(mail, 4).astimezone(mail.home), '%d')),
        'X-FEAS-Client-IP: ' + inner[2], 'X-FE-Last-Public-Client-IP: ' + inner[2],
        'X-FE-Envelope-From: ' + mail.return_path, 'X-FE-Policy-ID: %d:%d:%d:%s' % (
            rng.randrange(1, 9), rng.randrange(1, 9), rng.randrange(1, 9), domain)]


def _mimecast(mail, rng, inner, domain):
    hours = mail.home.utcoffset(None) / HOUR
    region = 'jp' if hours >= 7 else 'us' if hours < 0 else 'uk'
    host = '%s-smtp-delivery-%d.mimecast.example' % (region, sum(domain.encode()) % 200 + 1)
    unique = alnums(rng, 22, ALPHABET)
    return host, [
        'Received: from %s (%s [%s]) (Using TLS) by relay.mimecast.example\n with ESMTP with STARTTLS (version=TLSv1.2,\n '
        'cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id\n %s-mta-%d-%s-1; %s' % (
            inner[0], inner[1], inner[2], region, rng.randrange(1, 100), unique, rfc_date(after(mail, 4).astimezone(UTC))),
        'X-MC-Unique: %s-1' % unique, 'X-Mimecast-Spam-Score: 0', 'X-Mimecast-Originator: ' + domain]


def _appliance(mail, rng, inner, domain):
    """The filters made in Japan, between the office's server and the provider: qmail's form, and little else."""
    host = 'mfgw%d.%s' % (rng.randrange(1, 3), domain)
    return host, [
        'Received: from unknown (HELO %s) (%s)\n  by 0 with SMTP; %s' % (
            inner[0], inner[2], rfc_date(after(mail, 4).astimezone(mail.home), '%02d').split(', ')[1]),
        'X-MailFilter-Gateway: checked', 'X-MailFilter-Delay: %d' % rng.choice((0, 0, 0, 60, 300))]


FORMS = {'amavis': _amavis, 'imss': _imss, 'ironport': _ironport, 'proofpoint': _proofpoint, 'barracuda': _barracuda,
         'fortimail': _fortimail, 'mimecast': _mimecast, 'appliance': _appliance}


def behind(lines, mail, rng, gateway, domain, address):
    """The header lines of a mail that has passed the gateway, too; our relay then sees the gateway, not the server."""
    host, added = FORMS[gateway](mail, rng, mail.handed_over, domain)
    return top(mail, rng, host, host, address, 8) + added + lines[2:]
