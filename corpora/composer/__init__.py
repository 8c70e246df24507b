"""The composer of sample mails. Python's standard library only; the same seed gives the same bytes."""
