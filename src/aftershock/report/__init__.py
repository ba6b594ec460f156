"""A forecast as one offline HTML file, and as pictures."""

from __future__ import annotations

from aftershock.report.page import render_report, write_report
from aftershock.report.pictures import write_pictures

__all__ = ["render_report", "write_pictures", "write_report"]
