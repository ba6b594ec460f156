"""A forecast, and a fitted system, as one offline HTML file each; a forecast as pictures too."""

from __future__ import annotations

from aftershock.report.page import render_report, write_report
from aftershock.report.pictures import write_pictures
from aftershock.report.system_page import render_system_report, write_system_report

__all__ = ["render_report", "render_system_report", "write_pictures", "write_report", "write_system_report"]
