"""Accounts: started, read with their claims marked, mended, asked and checked.

::

    listing.py starts.py          all accounts, and the ways to start one
    account.py findings.py unfinished.py    one account: its text, what was found, what is left to do
    claims.py claim_changes.py    one claim, and what is done to it
    asking.py question_fields.py  the forms of questions
    checks.py                     a check's verdicts, and the ledger
    twins.py claim_twins.py       their JSON twins
    parts.py                      what several of these need
"""
