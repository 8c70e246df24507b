"""Links to file services and link shorteners, in the form in which each gives them out.

Hosts are real, since indicators know them; the identifiers are drawn at random and at least 12 letters and digits long
(71 bits), longer than a shortener's own, so that nobody was given them.
"""
from .routes import alnums, hexes

SERIAL = 12


def _drive(rng, _):
    if rng.random() < 0.3:
        return 'drive.google.com', 'drive/folders/1%s?usp=sharing' % alnums(rng, 32)
    return 'drive.google.com', 'file/d/1%s/view?usp=%s' % (alnums(rng, 32), rng.choice(('sharing', 'drive_link')))


def _onedrive(rng, _):
    return '1drv.ms', '%s/s!A%s%s' % (rng.choice('bfuwx'), alnums(rng, 27), rng.choice(('', '?e=' + alnums(rng, 6))))


def _dropbox(rng, when):
    name = when.strftime('%Y%m%d') + rng.choice(('.zip', '.pdf', '.docx', '.xlsx'))
    if rng.random() < 0.5:
        return 'www.dropbox.com', 's/%s/%s?dl=0' % (alnums(rng, 15).lower(), name)
    return 'www.dropbox.com', 'scl/fi/%s/%s?rlkey=%s&dl=0' % (alnums(rng, 21).lower(), name, alnums(rng, 25).lower())


def _gigafile(rng, when):
    return '%d.gigafile.nu' % rng.randrange(10, 120), '%s-%s' % (when.strftime('%m%d'), 'c' + hexes(rng, 32).lower())


def _firestorage(rng, _):
    return 'firestorage.jp', 'download/%s' % hexes(rng, 40).lower()


def _wetransfer(rng, _):
    return 'we.tl', 't-' + alnums(rng, SERIAL)


STORES = {'drive.google.com': _drive, '1drv.ms': _onedrive, 'www.dropbox.com': _dropbox, 'gigafile.nu': _gigafile,
          'firestorage.jp': _firestorage, 'we.tl': _wetransfer}


def store_url(rng, host, when):
    """Where a file is to be fetched."""
    host, path = STORES[host](rng, when) if host in STORES else (host, alnums(rng, SERIAL))
    return 'https://%s/%s' % (host, path)


def short_url(rng, host):
    """What a shortener makes of a link."""
    return 'https://%s/%s' % (host, alnums(rng, SERIAL))
