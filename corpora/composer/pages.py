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
PLAIN = '<html><head>' + META + '</head><body>%s</body></html>\n'


def plain_links(text, rng):
    """Links in a plain text: the shown words, where they are written at all, stand above the URL."""
    def write(match):
        same = match.group(1) == match.group(2)
        return match.group(2) if same or rng.random() < 0.3 else match.group(1) + '\n' + match.group(2)

    return LINK.sub(write, text)


def _line(line):
    out, at = [], 0
    for match in re.finditer(r'\[\[(.*?) -> (.*?)\]\]|https?://[\x21-\x7e]+', line):
        out.append(mime.html_escape(line[at:match.start()]))
        shown, target = (match.group(1), match.group(2)) if match.group(2) else (match.group(0), match.group(0))
        out.append('<a href="%s">%s</a>' % (mime.html_escape(target), mime.html_escape(shown)))
        at = match.end()
    return ''.join(out) + mime.html_escape(line[at:])


def _word_paragraph(line):
    return '<p class="MsoNormal"><span lang="%s">%s<o:p></o:p></span></p>' % (
        'EN-US' if line.isascii() else 'JA', line or '&nbsp;')


def make_html(text, style, charset, rng):
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
