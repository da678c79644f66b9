"""For b4, which does not look at what SMTP.sendmail() returns: who the server refused,
while it took the message for others."""
import smtplib
import sys

sendmail = smtplib.SMTP.sendmail


def say_who_was_refused(self, *arguments, **options):
    refused = sendmail(self, *arguments, **options)
    for address, (code, why) in refused.items():
        print(f"refused: {address}: {code} {why.decode(errors='replace')}", file=sys.stderr)
    return refused


smtplib.SMTP.sendmail = say_who_was_refused
