"""A module per page. Each gives ``page``, its HTML routes, and ``api``, their JSON twins below ``/api/v1``."""

from __future__ import annotations

from fastapi import APIRouter

from aftershock.web.pages import cells, countries, data, home, jobs, rejects, track, world
from aftershock.web.pages.accounts import account, checks, claim_twins, claims, findings, listing, twins
from aftershock.web.pages.actors import results
from aftershock.web.pages.whatif import builder

__all__ = ["APIS", "PAGES"]

_MODULES = (
    home, world, cells, countries, results, builder, checks, listing, claim_twins, twins, account, claims, findings, data,
    rejects, track, jobs,
)  # fmt: skip
PAGES: list[APIRouter] = [module.page for module in _MODULES]
APIS: list[APIRouter] = [module.api for module in _MODULES]
