"""Kinds of jobs for tests; a job's process imports them by name."""

import os
import time

from aftershock.errors import DataError
from aftershock.web.work import Kind, Parameters


class Number(Parameters):
    number: int = 3


def count(parameters, place, progress):
    for k in range(parameters.number):
        progress("counting", k, parameters.number)
    (place.folder / "count.txt").write_text(str(parameters.number))
    return {"counted": parameters.number}


def sleep(parameters, place, progress):
    progress("sleeping", 1, 4)
    (place.folder / "pid.txt").write_text(str(os.getpid()))
    time.sleep(600)


def refuse(parameters, place, progress):
    raise DataError("a file must have rows", found="none", fix="Add some.", rows=["row 1"])


def crash(parameters, place, progress):
    raise RuntimeError("a secret")


def vanish(parameters, place, progress):
    os._exit(9)


KINDS = {
    work.__name__: Kind(
        name=work.__name__, title=work.__name__, parameters=Number, run=work, page="/jobs/{id}", minutes=minutes
    )
    for work, minutes in ((count, 1), (sleep, 1), (refuse, 1), (crash, 1), (vanish, 1))
}
