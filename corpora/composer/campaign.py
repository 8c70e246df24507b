"""One campaign of a family: the same party, host and program write mostly the same to many.

Of a family's scenarios each has a cast and words of its own; they are different people with the same plan. The mails of
a campaign share the cast (who writes, from which host, with what program) and most choices among alternatives, as one
who sends a lure again changes the reader, the day, some words, and now and then the account.
"""
import random

from . import world

KEPT = 0.8  # of the choices that a family leaves open
NEW_ACCOUNT = 0.4


class Campaign:
    def __init__(self, name):
        self.name = name

    def draw(self, what=''):
        """A source of draws that every mail of the campaign has alike."""
        return random.Random('%s/campaign/%s' % (self.name, what))


class Choices:
    """Chooses as the campaign does, or, now and then, as the mail at hand."""

    def __init__(self, campaign, rng):
        self.campaign, self.rng = campaign, rng

    def choice(self, options):
        if self.rng.random() < KEPT:
            return options[self.campaign.draw(repr(options)).randrange(len(options))]
        return self.rng.choice(options)


def change_account(vocabulary, rng, sender):
    """Another mailbox at the same service, or another domain that was made for it."""
    if rng.random() >= NEW_ACCOUNT:
        return
    if sender.kind in ('webmail', 'isp'):
        sender.address = '%s@%s' % (world.local_part(rng, sender.person, 'webmail'), sender.domain)
    elif sender.kind == 'throwaway':
        sender.domain = world.throwaway_domain(rng)
        sender.address = '%s@%s' % (sender.address.split('@')[0], sender.domain)
    sender.return_path = sender.address
