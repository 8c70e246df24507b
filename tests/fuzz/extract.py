#!/usr/bin/env python3
"""extract.py MAILS OUTPUT: the attachments of all mails below MAILS, as files: seeds for the attachment room."""
import email
import email.policy
import pathlib
import sys

mails, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
output.mkdir(parents=True, exist_ok=True)
for path in sorted(mails.rglob("*.eml")):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        content = part.get_payload(decode=True)
        if content and part.get_content_maintype() not in ("text", "multipart"):
            (output / f"{path.stem}-{number}").write_bytes(content)
