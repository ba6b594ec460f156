"""``aftershock read``, ``claim``, ``accept``, ``lint``, ``check`` and ``ledger``: an article taken apart, its claims put to the record."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aftershock.cli.options import as_json, bar, data_dir, emit, open_store, parse_day, source, today
from aftershock.documents import finite
from aftershock.errors import AftershockError, UsageError

if TYPE_CHECKING:
    from aftershock.accounts.account import WrittenAccount
    from aftershock.accounts.reading.reader import Draft
    from aftershock.accounts.texts import ArticleText

__all__ = ["accept", "check", "claim", "ledger", "lint", "read"]

_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_KINDS = ("actor", "quotation", "statement", "figure", "prediction", "causal", "event", "relation", "claim")


@click.command()
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@click.option("--date", metavar="YYYY-MM-DD", help="Day of publication.  [default: as the article says]")
@click.option(
    "--out", type=_PATH,
    help="File for the draft, or a folder for several. What you edited in it is kept.  [default: account.yaml]",
)  # fmt: skip
@click.option("--aliases", type=_PATH, help="YAML of more names for actors, `name: UCDP's name`.")
@click.option(
    "--assistant", metavar="URL",
    help="A language model of your own as a second reader: an OpenAI-compatible address. The article is sent there; its key is "
    "taken from AFTERSHOCK_ASSISTANT_KEY.  [default: none]",
)  # fmt: skip
@click.option("--assistant-model", metavar="NAME", default="", help="Which model to ask there.")
@as_json
def read(
    articles: tuple[str, ...], date: str | None, out: Path | None, aliases: Path | None,
    assistant: str | None, assistant_model: str, json_: bool,
) -> None:  # fmt: skip
    """Take ARTICLE apart into a draft account: actors, quotations, statements, figures, predictions, causal claims, events, relations.

    ARTICLE is a file of English text, HTML, Markdown or PDF, an address, or - for standard input. Nothing leaves this machine,
    unless --assistant names an address.
    Every finding has its exact place in the source, and why it was found; the draft is yours to edit. With --json the findings
    are printed, one document per article and line where there are several, and a file is written only where --out is given.
    """
    from aftershock.accounts.reading.actors.actors import read_aliases
    from aftershock.accounts.reading.assistant import Assistant
    from aftershock.accounts.reading.reader import read as read_one

    day = parse_day(date, "--date")
    names = read_aliases(aliases) if aliases else None
    second = None
    if assistant:
        second = Assistant(assistant, assistant_model, os.environ.get("AFTERSHOCK_ASSISTANT_KEY", ""))
    several, failed = len(articles) > 1, 0
    for n, article in enumerate(articles):
        with bar() as progress:
            progress("reading", n, len(articles))
            try:
                draft = read_one(article, date=day, aliases=names, assistant=second)
            except AftershockError as error:
                if not several:
                    raise
                click.echo(f"{article}: {error}", err=True)
                failed = error.exit_code
                continue
        path = None if json_ and out is None else _target(draft, out, several=several)
        lost = _write(draft, path) if path else []
        if json_:
            _emit(draft, several=several)
        else:
            _say(draft, path, lost)
    if failed:
        sys.exit(failed)


def _target(draft: Draft, out: Path | None, *, several: bool) -> Path:
    """Return where a draft goes."""
    from aftershock.accounts.drafting import identifier
    from aftershock.exports import ready_folder

    if not several:
        return out or Path("account.yaml")
    folder = out or Path("accounts")
    ready_folder(folder)
    return folder / f"{identifier(Path(draft.article.name).stem)}.yaml"


def _write(draft: Draft, path: Path) -> list[str]:
    """Write a draft, merged with what stands there already."""
    from aftershock.accounts.account import read_account
    from aftershock.accounts.drafting import draft_account
    from aftershock.accounts.editing import merge, write_account

    account = draft_account(draft)
    lost: list[str] = []
    if path.exists():
        account, lost = merge(read_account(path).account, account, draft.article)
    write_account(account, path)
    return lost


def _emit(draft: Draft, *, several: bool) -> None:
    import json

    document = finite(draft.document())
    if several:
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
    else:
        emit(document)


def _say(draft: Draft, path: Path | None, lost: list[str]) -> None:
    """Print what was found, in figures."""
    from aftershock.accounts.reading.reader import LISTS
    from aftershock.accounts.texts import dropped_of

    click.echo(f"{draft.article.title or draft.article.name}{f', {draft.date}' if draft.date else ''}")
    counts = [f"{len(draft.of(kind)):,} {name}" for kind, name in LISTS.items()]
    click.echo(f"Found: {', '.join(counts)}.")
    unread, dropped = len(draft.unread()), len(dropped_of(draft.article))
    click.echo(
        f"Nothing was found in {unread:,} of {len(draft.sentences):,} sentences; {dropped:,} lines are no article."
    )
    for line in (*draft.notes, *lost):
        click.echo(line)
    if path:
        click.echo(f"Draft: {path}. Edit it, then run `aftershock lint {path}` and `aftershock check {path}`.")


@click.command()
@click.argument("account", metavar="ACCOUNT.yaml", type=_PATH)
@click.argument("text")
@click.option("--says", default="", help="The claim as one neutral sentence of your own.")
@click.option(
    "--kind", type=click.Choice(_KINDS[1:]), default="claim", show_default=True, help="What kind of claim it is."
)
@click.option("--article", type=_PATH, help="The article.  [default: where the account says]")
def claim(account: Path, text: str, says: str, kind: str, article: Path | None) -> None:
    """Add a claim to ACCOUNT.yaml: paste its TEXT, the place in the article is found."""
    from aftershock.accounts.account import read_account
    from aftershock.accounts.editing import add_claim, write_account

    written = read_account(account)
    changed = add_claim(written.account, text, _article(written, article), says=says, kind=kind)
    write_account(changed, account)
    added = {one.id for one in changed.claims} - {one.id for one in written.account.claims}
    click.echo(f"Added {', '.join(added)} to {account}.")


def _article(written: WrittenAccount, given: Path | None) -> ArticleText:
    """Return the article an account was made from."""
    from aftershock.accounts.lint import source_beside
    from aftershock.accounts.texts import read_article

    path = given or source_beside(written)
    if path is None:
        raise UsageError(
            "the article must be at hand to find a claim's place",
            found="it is not where the account says",
            fix="Give its file with --article.",
        )
    return read_article(path)


@click.command()
@click.argument("account", metavar="ACCOUNT.yaml", type=_PATH)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="All drafts of this kind; may be repeated."
)
def accept(account: Path, ids: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """Accept drafts of ACCOUNT.yaml that are right as they stand: those named by ID, or all of a kind.

    A claim is accepted with the questions proposed for it.
    """
    from aftershock.accounts.account import read_account
    from aftershock.accounts.editing import accept as accept_drafts
    from aftershock.accounts.editing import write_account

    if not ids and not kinds:
        raise UsageError("what to accept must be named", found="nothing", fix="Give ids, or for example --kind actor.")
    changed, count = accept_drafts(read_account(account).account, ids, kinds=kinds)
    write_account(changed, account)
    click.echo(f"Accepted {count:,}.")


@click.command()
@click.argument("account", metavar="ACCOUNT.yaml", type=_PATH)
@click.option("--article", type=_PATH, help="The article.  [default: where the account says]")
@source
@data_dir
@as_json
def lint(account: Path, article: Path | None, source: str | None, data_dir: Path | None, json_: bool) -> None:
    """Say what must be mended in ACCOUNT.yaml before it can be relied on; exit code 1 where there is anything."""
    from aftershock.accounts.account import read_account
    from aftershock.accounts.lint import lint_account
    from aftershock.accounts.record import record_at

    written = read_account(account)
    faults = lint_account(written, source=article, record=record_at(store=open_store(data_dir), source=source))
    failing = [fault for fault in faults if fault.fails]
    if json_:
        emit({"sound": not failing, "faults": [vars(fault) for fault in faults]})
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo("Sound." if not failing else f"{len(failing):,} to mend.")
    if failing:
        sys.exit(1)


@click.command()
@click.argument("account", metavar="[ACCOUNT.yaml]", type=_PATH, required=False)
@click.option("--example", metavar="NAME", help="An account that comes with the package: after-isis.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="Answer `now` from what was known by that day.")
@click.option("--out", type=_FOLDER, default=Path("check"), show_default=True, help="Folder for the files.")
@click.option("--article", type=_PATH, help="The article, to mark the claims in it.  [default: where the account says]")
@click.option("--ledger/--no-ledger", default=True, show_default=True, help="Enter the check into the ledger.")
@source
@data_dir
@as_json
def check(
    account: Path | None, example: str | None, as_of: str | None, out: Path, article: Path | None, ledger: bool,
    source: str | None, data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Put the claims of ACCOUNT.yaml to the record and the models: as known on its day, and as known now.

    Writes a report, a table, ClaimReview, Markdown and all figures.
    """
    from aftershock.accounts.checking import check_account
    from aftershock.accounts.exports import write_check
    from aftershock.accounts.ledger import enter
    from aftershock.report import write_account_report

    written, store = _written(account, example), open_store(data_dir)
    with bar() as progress:
        checked = check_account(
            written, as_of=parse_day(as_of, "--as-of"), store=store, source=source, progress=progress
        )
        text = _article_if_held(written, article)
        progress("writing files", 0, None)
        paths = write_check(out, checked, on=today().isoformat())
        paths["report.html"] = out / "report.html"
        write_account_report(checked, paths["report.html"], article=text)
    changes = enter(checked, store.folder, today=today()) if ledger and as_of is None else []
    if json_:
        files = {name: str(path) for name, path in paths.items()}
        emit(finite(checked.document() | {"changes": [vars(change) for change in changes], "files": files}))
        return
    for line in checked.lines():
        click.echo(line)
    for change in changes:
        click.echo(f"Changed since the last check: {change.claim}, {change.before} is now {change.after}.")
    click.echo(f"Files: {', '.join(map(str, paths.values()))}. Open the report in a browser.")


def _written(account: Path | None, example: str | None) -> WrittenAccount:
    """Return the account asked for."""
    from aftershock.accounts.account import read_account
    from aftershock.accounts.examples import example_account

    if (account is None) == (example is None):
        found = "none" if account is None else "both a file and --example"
        raise UsageError("there must be one account", found=found, fix="Give ACCOUNT.yaml, or --example after-isis.")
    return example_account(example) if example is not None else read_account(account)  # type: ignore[arg-type]


def _article_if_held(written: WrittenAccount, given: Path | None) -> ArticleText | None:
    """Return the article where it is at hand and the one that was read."""
    from aftershock.accounts.lint import source_beside
    from aftershock.accounts.texts import read_article

    named = written.account.account.source
    path = given or (source_beside(written) if named else None)
    if path is None or named is None:
        return None
    article = read_article(path)
    if article.sha256 != named.sha256:
        if given:
            raise UsageError(
                "--article must be what the account was made from", found=f"{path.name}, which differs",
                fix=f"Run `aftershock read {path}` again.",
            )  # fmt: skip
        return None
    return article


@click.command()
@data_dir
@as_json
def ledger(data_dir: Path | None, json_: bool) -> None:
    """Show all accounts checked: verdicts by source and kind of question, and how predictions did."""
    from aftershock.accounts.ledger import read_ledger

    found = read_ledger(open_store(data_dir).folder)
    if json_:
        emit(finite(found.document()))
        return
    if not found.entries:
        click.echo("No account was checked yet. Try `aftershock check --example after-isis`.")
        return
    for line in found.lines():
        click.echo(line)
