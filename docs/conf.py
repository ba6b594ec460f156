"""How the documentation is built: `sphinx-build -W -b html docs docs/_build/html`, without a network."""

import re

from aftershock import __version__

project = "Aftershock"
author = "Aftershock maintainers"
copyright = "Aftershock maintainers; figures: Uppsala Conflict Data Program, CC BY 4.0"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "sphinx_click"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3

autosummary_generate = False
autodoc_typehints = "none"  # the parameters are described in the docstrings
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"Aftershock {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"


def escape_underscores(_app, _context, lines):
    """Keep ``ged_`` in a command's help from being read as a reST reference: help is plain text."""
    lines[:] = [re.sub(r"_(?!\w)", r"\\_", line) for line in lines]


def trim_code(_app, document):
    """Drop the empty line that ends an example in Markdown, where doctest would else read the fence as output."""
    for block in document.findall(lambda node: node.tagname == "literal_block"):
        if block.rawsource == block.astext():
            block.rawsource = block.rawsource.rstrip()
            block[:] = [type(block[0])(block.rawsource)]


def setup(app):
    app.connect("sphinx-click-process-description", escape_underscores)
    app.connect("doctree-read", trim_code)
