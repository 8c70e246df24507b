"""Mailing lists: the hop of the list's server and the fields that it adds to what a member sent.

Most lists run GNU Mailman or Google Groups' like; here it is Mailman's form. A member who is named in To or Cc gets
the mail directly, too, without any of it: that copy is what most archives of real lists look like once the list's own
fields are taken out.
"""
from . import routes


class MailingList:
    """NAME@DOMAIN, of a family's key `list: NAME DOMAIN SHARE`; SHARE: percent of scenarios that come by the list."""

    def __init__(self, words):
        self.name, self.domain, share = words
        self.share, self.address = float(share), '%s@%s' % (self.name, self.domain)


def prefixed(subject, mailing_list):
    """The subject with the list's name in front, once."""
    return subject if '[%s]' % mailing_list.name in subject else '[%s] %s' % (mailing_list.name, subject)


def footer(mailing_list):
    line = '_' * 47
    return '\n%s\n%s mailing list\n%s\nhttps://%s/mailman/listinfo/%s\n' % (
        line, mailing_list.name, mailing_list.address, mailing_list.domain, mailing_list.name)


def through(lines, mail, rng, mailing_list):
    """The hops with the list's server between the sender's and ours."""
    mail.return_path = '%s-bounces@%s' % (mailing_list.name, mailing_list.domain)
    address = routes.host_address(rng, sum(mailing_list.domain.encode()) % 250)
    top = routes.top(mail, rng, mailing_list.domain, mailing_list.domain, address, 40)
    stamp = routes.rfc_date(routes.after(mail, 20).astimezone(routes.UTC), '%2d', ' (UTC)')
    inside = 'Received: from %s (localhost [127.0.0.1])\n\tby %s (Postfix) with ESMTP id %s;\n\t%s' % (
        mailing_list.domain, mailing_list.domain, routes.postfix_id(rng), stamp)
    return top + [inside] + [line.replace('by ' + routes.MX, 'by ' + mailing_list.domain) for line in lines[1:]]


def fields(rng, mailing_list, year):
    """What the list's program writes below the sender's own fields."""
    name, domain = mailing_list.name, mailing_list.domain
    base, request = 'https://%s/mailman' % domain, 'mailto:%s-request@%s?subject=' % (name, domain)
    version = ('2.1.26', '2.1.29', '2.1.29', '2.1.34', '2.1.39')[min(4, max(0, year - 2019))]
    return ['X-BeenThere: ' + mailing_list.address, 'X-Mailman-Version: ' + version, 'Precedence: list',
            'List-Id: <%s.%s>' % (name, domain),
            'List-Unsubscribe: <%s/options/%s>,\n <%sunsubscribe>' % (base, name, request),
            'List-Archive: <https://%s/pipermail/%s/>' % (domain, name), 'List-Post: <mailto:%s>' % mailing_list.address,
            'List-Help: <%shelp>' % request,
            'List-Subscribe: <%s/listinfo/%s>,\n <%ssubscribe>' % (base, name, request),
            'Errors-To: %s-bounces@%s' % (name, domain),
            'Sender: %s<%s-bounces@%s>' % (rng.choice(('', '"%s" ' % name.capitalize())), name, domain)]
