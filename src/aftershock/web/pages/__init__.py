"""A module per page. Each gives ``page``, its HTML routes, and ``api``, their JSON twins below ``/api/v1``."""

from __future__ import annotations

from fastapi import APIRouter

from aftershock.web.pages import (
    accounts,
    actors,
    cells,
    checks,
    claims,
    countries,
    data,
    findings,
    home,
    jobs,
    track,
    whatif,
    world,
)

__all__ = ["APIS", "PAGES"]

_MODULES = (home, world, cells, countries, actors, whatif, checks, accounts, claims, findings, data, track, jobs)
PAGES: list[APIRouter] = [module.page for module in _MODULES]
APIS: list[APIRouter] = [module.api for module in _MODULES]
