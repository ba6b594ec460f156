"""The documentation keeps step with the code: commands, public names, links. (CI builds the pages; examples are doctests.)"""

import re
import shlex
from pathlib import Path

import click
import pytest

import aftershock
from aftershock.cli import cli

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```(?:console|bash|sh|shell)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE_COMMAND = re.compile(r"`(aftershock [a-z][^`\n]*)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def console_lines(text):
    """The ``aftershock`` commands of a page's console blocks; a line that ends in a backslash goes on with the next."""
    for block in CONSOLE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ aftershock"):
                yield line.removeprefix("$ ")


def all_commands(group=cli, before=()):
    """Every command by its full name, those of groups included."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


COMMANDS = dict(all_commands())


def parse(line):
    """Parse a command line without running it; return the command's full name."""
    words = shlex.split(line, comments=True)[1:]
    for sign in ("|", ">", "&&"):
        words = words[: words.index(sign)] if sign in words else words
    names, command, context = [], cli, click.Context(cli, info_name="aftershock", **cli.context_settings)
    try:
        cli.make_context("aftershock", list(words))
        while isinstance(command, click.Group):
            name, command, words = command.resolve_command(context, words)
            names.append(name)
            if isinstance(command, click.Group):
                context = click.Context(command, info_name=name, parent=context)
        command.make_context(names[-1], words, parent=context)
    except click.exceptions.Exit:  # --help and --version end here
        return " ".join(names) or words[0]
    return " ".join(names)


EXAMPLES = [(page, line) for page in PAGES for line in console_lines(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "line"), EXAMPLES, ids=[f"{name_of(p)}: {line}" for p, line in EXAMPLES])
def test_commands_on_the_pages_parse(page, line):
    parse(line)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_sentences_exist(page):
    for line in INLINE_COMMAND.findall(page.read_text(encoding="utf-8")):
        words = line.split()
        group = " ".join(words[1:3])
        command = COMMANDS.get(group) or cli.commands[words[1]]
        known = {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known | {"--help"}, line


def test_unknown_commands_and_options_would_be_noticed():
    for line in ("aftershock foretell", "aftershock forecast --no-such-option", "aftershock panel"):
        with pytest.raises(click.UsageError, match=r"No such|Missing"):
            parse(line)


def test_every_command_is_on_the_command_page_and_in_an_example():
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    directive = r"\.\. click:: aftershock\.cli:cli\n +:prog: aftershock\n +:nested: full"
    assert re.search(directive, page), "the page is made from the commands themselves"
    assert not [name for name, command in COMMANDS.items() if command.hidden]
    assert {parse(line) for _, line in EXAMPLES} >= set(COMMANDS)


def test_every_option_says_what_it_does():
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in COMMANDS.items()
        for option in command.params
        if isinstance(option, click.Option) and (option.hidden or not option.help)
    ]
    assert not silent


def test_every_public_name_is_in_the_reference():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    found = re.findall(
        r"^\.\. (?:autoclass|autoexception|autofunction|py:data):: aftershock\.(\w+)$", page, re.MULTILINE
    )
    assert sorted(found) == sorted(aftershock.__all__)


def slugs(page):
    """Anchors of a page's headings, made as MyST and GitHub make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = [re.sub(r"[`*]", "", h).strip().lower() for h in re.findall(r"^#{1,3} (.+)$", text, re.MULTILINE)]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), f"{name_of(page)} links to {target}"
        assert not anchor or anchor in slugs(path), f"{name_of(page)} links to {target}"


def test_every_page_is_in_the_table_of_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\{toctree\}\n(.*?)^```", index, re.MULTILINE | re.DOTALL)
    listed = {line for block in blocks for line in block.splitlines() if re.fullmatch(r"[\w-]+", line)}
    assert listed == {page.stem for page in DOCS.glob("*.md")} - {"index"}


def test_included_files_exist():
    for page in PAGES:
        for target in re.findall(
            r"^```\{(?:include|literalinclude)\} (\S+)", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert (page.parent / target).exists(), f"{name_of(page)} includes {target}"


def test_the_layout_picture_names_every_part():
    picture = (DOCS / "design.md").read_text(encoding="utf-8")
    source = Path(aftershock.__file__).parent
    parts = {p.name if p.suffix else f"{p.name}/" for p in source.iterdir() if p.suffix == ".py" or p.is_dir()}
    assert not [
        part for part in sorted(parts - {"__pycache__/"}) if not re.search(rf"^  {re.escape(part)} ", picture, re.M)
    ]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_nothing_is_left_to_do(page):
    assert "TODO" not in page.read_text(encoding="utf-8")
