"""A submission to the VIEWS prediction challenge: a folder of windows with one page of details, written and checked.

The rules are those of the challenge's own repository (https://github.com/prio-data/prediction_competition_2023): its
submission template and what its tests of compliance and its evaluation ask of a folder.
"""

from aftershock.submission.checking import check_submission
from aftershock.submission.details import DETAILS_FILE, WINDOWS, SubmissionDetails
from aftershock.submission.writing import write_submission

__all__ = ["DETAILS_FILE", "WINDOWS", "SubmissionDetails", "check_submission", "write_submission"]
