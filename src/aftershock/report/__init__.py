"""Forecasts, fitted systems, what-ifs, actors, checked accounts: one offline HTML file each; a forecast as pictures."""

from __future__ import annotations

from aftershock.report.account_page import render_account_report, write_account_report
from aftershock.report.actors_page import render_actors_report, write_actors_report
from aftershock.report.page import render_report, write_report
from aftershock.report.pictures import write_pictures
from aftershock.report.system_page import render_system_report, write_system_report
from aftershock.report.whatif_page import render_whatif_report, write_whatif_report

__all__ = [
    "render_account_report", "render_actors_report", "render_report", "render_system_report", "render_whatif_report",
    "write_account_report", "write_actors_report", "write_pictures", "write_report", "write_system_report",
    "write_whatif_report",
]  # fmt: skip
