"""What mail programs make of the mail that is answered: the line above it, the marks, and where the answer stands."""
from . import routes

WEEK = '月火水木金土日'
DAYS = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')
MONTHS = ('January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
          'November', 'December')


def attribution_en(style, when, name, address):
    """The line above a quotation, as each program writes it in English."""
    month, day = MONTHS[when.month - 1][:3], DAYS[when.weekday()][:3]
    twelve = '%d:%02d %s' % ((when.hour + 11) % 12 + 1, when.minute, 'AM' if when.hour < 12 else 'PM')
    line = {
        'gmail': 'On %s, %s %d, %d at %s %s <%s> wrote:' % (day, month, when.day, when.year, twelve, name, address),
        'apple': 'On %s %d, %d, at %s, %s <%s> wrote:' % (month, when.day, when.year, twelve, name, address),
        'becky': 'On %s\n%s <%s> wrote:' % (routes.rfc_date(when), name, address),
        'mutt': 'On %s, %s %02d, %d at %s, %s wrote:' % (day, month, when.day, when.year,
                                                       when.strftime('%I:%M:%S%p ') + routes.rfc_date(when)[-5:], name),
        'gnus': '%s <%s> writes:' % (name, address),
        'evolution': 'On %s, %d-%02d-%02d at %02d:%02d %s, %s wrote:' % (
            day, when.year, when.month, when.day, when.hour, when.minute, routes.rfc_date(when)[-5:], name),
    }.get(style, 'On %d/%d/%02d %s, %s wrote:' % (when.month, when.day, when.year % 100, twelve, name))
    if style in ('gmail', 'apple') and len(line) > 76:
        line = '\n'.join((line[:-7], 'wrote:'))
    return line


def attribution_ja(style, when, name, address, rng):
    fixed = {
        'gmail': '%d年%d月%d日(%s) %d:%02d %s <%s>:' % (
            when.year, when.month, when.day, WEEK[when.weekday()], when.hour, when.minute, name, address),
        'apple': '%d/%02d/%02d %d:%02d、%s <%s>のメール:' % (
            when.year, when.month, when.day, when.hour, when.minute, name, address),
        'becky': 'On %s\n%s <%s> wrote:' % (routes.rfc_date(when), name, address)}
    other = rng.choice(('On %d/%02d/%02d %d:%02d, %s wrote:' % (
        when.year, when.month, when.day, when.hour, when.minute, name), '%sさんは書きました:' % name))
    return fixed.get(style, other)


def marked(text):
    return '\n'.join('> ' + line if line and not line.startswith('>') else '>' + line for line in text.split('\n'))


def original_message(last, when, language, to, rng, rule):
    """Outlook's way: the whole mail below, with its header in a few lines."""
    if language == 'ja':
        stamp = '%d年%d月%d日 %d:%02d' % (when.year, when.month, when.day, when.hour, when.minute)
        head = rng.choice(('差出人: {n} <{a}>\n送信日時: {s}\n宛先: {t}\n件名: {j}',
                           '-----Original Message-----\nFrom: {n} <{a}>\nSent: {s}\nTo: {t}\nSubject: {j}',
                           'From: {n} <{a}>\nSent: {s}\nTo: {t}\nSubject: {j}'))
    else:
        stamp = '%s, %s %d, %d %d:%02d' % (
            DAYS[when.weekday()], MONTHS[when.month - 1], when.day, when.year, when.hour, when.minute)
        head = 'From: {n} <{a}>\nSent: {s}\nTo: {t}\nSubject: {j}'
    name, address = last['who']
    return '\n\n' + rule + head.format(n=name, a=address, s=stamp, t=to, j=last['subject']) + '\n\n' + last['text']


def answered(text, line, quoted, place):
    """The answer above the quotation, below it, or between its paragraphs."""
    if place == 'above':
        return text + '\n\n' + line + '\n\n' + marked(quoted)
    if place == 'below':
        return line + '\n' + marked(quoted) + '\n\n' + text
    own, theirs = text.split('\n\n'), quoted.strip('\n').split('\n\n')
    keep = max(1, len(theirs) - len(own) + 1)
    groups = ['\n\n'.join(theirs[:keep])] + theirs[keep:]
    out = [line + '\n' + marked(groups[0])]
    for at, paragraph in enumerate(own):
        out.append(paragraph)
        if at + 1 < min(len(groups), len(own)):
            out.append(marked(groups[at + 1]))
    return '\n\n'.join(out)
