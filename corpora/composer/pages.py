"""The HTML that mail programs and mailing services make of a text, and links written as [[shown -> URL]]."""
import re

from . import mime

LINK = re.compile(r'\[\[(.*?) -> (.*?)\]\]')
META = '<meta http-equiv="Content-Type" content="text/html; charset=%s">'
WORD = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">\n<head>\n' + META +
    '\n<meta name="Generator" content="Microsoft Word 15 (filtered medium)">\n<style><!--\n'
    'p.MsoNormal, li.MsoNormal, div.MsoNormal\n\t{margin:0mm;\n\tfont-size:10.5pt;\n\tfont-family:"游ゴシック";}\n--></style>'
    '\n</head>\n<body lang="JA" link="#0563C1" vlink="#954F72">\n<div class="WordSection1">\n%s\n</div>\n</body>\n</html>\n')
EXCHANGE = (
    '<html>\n<head>\n' + META + '\n<style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>\n'
    '</head>\n<body dir="ltr">\n<div style="font-family: Calibri, Arial, Helvetica, sans-serif; font-size: 12pt; '
    'color: rgb(0, 0, 0);">\n%s\n</div>\n</body>\n</html>\n')
THUNDERBIRD = (
    '<html>\n  <head>\n    <meta http-equiv="content-type" content="text/html; charset=%s">\n  </head>\n  <body>\n'
    '    %s\n  </body>\n</html>\n')
TEMPLATE = (
    '<!DOCTYPE html>\n<html>\n<head>\n' + META + '\n<meta name="viewport" content="width=device-width">\n</head>\n'
    '<body bgcolor="%s">\n<table width="%s" align="center" cellpadding="0" cellspacing="0" border="0"><tr>'
    '<td style="font-size:14px;line-height:1.7;font-family:sans-serif">\n%s\n</td></tr></table>\n</body>\n</html>\n')
ITEMS = (
    '<!DOCTYPE html>\n<html>\n<head>\n' + META + '\n<style type="text/css">\na {text-decoration:none}\nimg {border:0}\n'
    '@media only screen and (max-width:480px) {table {width:100%%!important}}\n</style>\n</head>\n'
    '<body bgcolor="%s" style="margin:0;font-family:sans-serif">\n%s\n</body>\n</html>\n')
PLAIN = '<html><head>' + META + '</head><body>%s</body></html>\n'


def plain_links(text, rng):
    """Links in a plain text: the shown words, where they are written at all, stand above the URL."""
    def write(match):
        same = match.group(1) == match.group(2)
        return match.group(2) if same or rng.random() < 0.3 else match.group(1) + '\n' + match.group(2)

    return LINK.sub(write, text)


def _line(line):
    out, at = [], 0
    for match in re.finditer(r'\[\[(.*?) -> (.*?)\]\]|https?://[\x21-\x7e]*[^\s).,;:]', line):
        out.append(mime.html_escape(line[at:match.start()]))
        shown, target = (match.group(1), match.group(2)) if match.group(2) else (match.group(0), match.group(0))
        out.append('<a href="%s">%s</a>' % (mime.html_escape(target), mime.html_escape(shown)))
        at = match.end()
    return ''.join(out) + mime.html_escape(line[at:])


def _word_paragraph(line):
    return '<p class="MsoNormal"><span lang="%s">%s<o:p></o:p></span></p>' % (
        'EN-US' if line.isascii() else 'JA', line or '&nbsp;')


def _cells(line):
    return '<tr>%s</tr>' % ''.join('<td style="padding:4px 12px;border-bottom:1px solid #ddd">%s</td>' % _line(cell)
                                   for cell in line.split(' | '))


def _items(text, charset, rng):
    """A newsletter's page: a table of its own for the head, each item, each list and the foot."""
    colour = rng.choice(('#004b87', '#7a1f1f', '#2e6b3a', '#444444', '#b35900'))
    width, size = rng.choice((560, 600, 640, 700)), rng.randrange(40, 200)
    blocks = []
    for number, paragraph in enumerate(text.strip('\n').split('\n\n')):
        lines = paragraph.split('\n')
        table = [line for line in lines if ' | ' in line]
        inside = '<br>\n'.join(_line(line) for line in lines if line not in table)
        if table:
            inside += '\n<table width="100%%" cellpadding="0" cellspacing="0">\n%s\n</table>' % '\n'.join(map(_cells, table))
        look = 'background:%s;color:#ffffff;font-size:20px' % colour if number == 0 else 'font-size:14px'
        blocks.append('<table width="%d" align="center" cellpadding="0" cellspacing="0" border="0">\n<tr><td width="%d"></td>'
                      '<td style="padding:12px 16px;%s">\n%s\n</td></tr>\n</table>' % (width, size, look, inside))
    return ITEMS % (charset, rng.choice(('#eeeeee', '#ffffff', '#f4f1ea')), '\n'.join(blocks))


def make_html(text, style, charset, rng):
    if style == 'items':
        return _items(text, charset, rng)
    lines = [_line(line) for line in text.split('\n')]
    if style == 'gmail':
        return '<div dir="ltr">%s</div>\n' % ''.join('<div>%s</div>' % (line or '<br>') for line in lines)
    if style == 'word':
        page = WORD % (charset, '\n'.join(_word_paragraph(line) for line in lines))
        return page.replace('游ゴシック', 'Calibri').replace('lang="JA"', 'lang="EN-US"') if text.isascii() else page
    if style == 'exchange':
        return EXCHANGE % (charset, '\n'.join('<div>%s</div>' % (line or '<br>') for line in lines))
    if style == 'thunderbird':
        return THUNDERBIRD % (charset, '<br>\n    '.join(lines))
    if style == 'template':
        colour = rng.choice(('#f5f5f5', '#ffffff', '#f0f0f0', '#eef3f8', '#fafafa'))
        width = rng.choice(('600', '640', '100%', '680'))
        return TEMPLATE % (charset, colour, width, '<br>\n'.join(lines))
    return PLAIN % (charset, '<br>\n'.join(lines))
