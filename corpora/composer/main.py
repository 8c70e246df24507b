"""The command line of the composer."""
import argparse
import os
import sys

from . import sequence, source, world
from .campaign import Campaign
from .scenario import Scenario
from .text import TemplateError

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEMO = ('lecture-request', 'meeting-papers-second-mail', 'reply-then-file', 'interview-honest', 'ppap-company',
        'student-question', 'card-phishing', 'hijack-zip')


# The file that says so, beside the folders of classes, and its first words (analyst/written.h).
MARKER = 'WRITTEN'
MARKED = ("Composed by Sekisho's corpora/compose: samples, no real mail. Each is named for its family, which is never "
          'divided.\n')


def _arguments():
    parser = argparse.ArgumentParser(prog='compose',
        description='Composes mails from the scenario families of corpora/.')
    parser.add_argument('--output', metavar='DIR', help='where the folders clean, bulk and targeted are made')
    parser.add_argument('--seed', default='1', metavar='N', help='the same seed gives the same bytes (1)')
    parser.add_argument('--per-family', type=int, default=10, metavar='N', help='scenarios of each family (10)')
    parser.add_argument('--class', dest='classes', action='append', choices=source.CLASSES, help='only this class')
    parser.add_argument('--family', dest='families', action='append', metavar='NAME', help='only this family')
    parser.add_argument('--language', choices=('ja', 'en'), help='only families in this language')
    parser.add_argument('--campaign', metavar='N', help="a family's mails are one campaign, its Nth: same sender, much the same words")
    parser.add_argument('--demo', action='store_true', help='one mail each of a handful of families')
    parser.add_argument('--sequences', metavar='DIR', help='write the sequences of sequences/ instead, a folder each')
    parser.add_argument('--people', metavar='FILE', help='write the directory of the recipients (CSV) as well')
    parser.add_argument('--list', action='store_true', help='print class, language and name of each family')
    parser.add_argument('--show', action='store_true', help='print the mails to standard output instead')
    arguments = parser.parse_args()
    if not (arguments.output or arguments.list or arguments.show or arguments.people or arguments.sequences):
        parser.error('--output DIR is missing')
    return arguments


def _write(folder, name, raw):
    with open(os.path.join(folder, name), 'wb') as file:
        file.write(raw)


def _compose(arguments, vocabulary, family):
    count = 0
    one_campaign = Campaign('%s/%s/%s' % (arguments.seed, family.name, arguments.campaign)) if arguments.campaign else None
    folder = os.path.join(arguments.output or '', family.class_)
    if not arguments.show:
        os.makedirs(folder, exist_ok=True)
        _write(arguments.output, MARKER, MARKED.encode())
    for number in range(1, (1 if arguments.demo else arguments.per_family) + 1):
        mails = Scenario(vocabulary, family, arguments.seed, number, one_campaign).compose()
        for index, raw in enumerate(mails, 1):
            name = '%s-%04d%s.eml' % (family.name, number, '-%d' % index if len(mails) > 1 else '')
            if arguments.show:
                sys.stdout.buffer.write(raw + b'\n\n')
            else:
                _write(folder, name, raw)
            count += 1
    return count


def main():
    arguments = _arguments()
    names = list(DEMO) if arguments.demo else arguments.families
    try:
        families = source.read_families(ROOT, arguments.classes or source.CLASSES, names)
        if arguments.language:
            families = [family for family in families if family.get('language') == arguments.language]
        if names and set(names) - {family.name for family in families}:
            raise source.SourceError('no such family: ' + ', '.join(sorted(set(names) - {f.name for f in families})))
        if arguments.list:
            for family in families:
                print(family.class_, family.get('language'), family.name, '·', family.get('about'))
            return 0
        vocabulary = world.Vocabulary(ROOT)
        if arguments.people:
            sequence.write_people(arguments.people, vocabulary)
        if arguments.sequences:
            sequence.write_sequences(ROOT, arguments.sequences, arguments.seed, vocabulary)
        if not arguments.output and not arguments.show:
            return 0
        for family in families:
            _compose(arguments, vocabulary, family)
    except (source.SourceError, TemplateError, OSError) as error:
        print('compose: %s' % error, file=sys.stderr)
        return 1
    return 0
