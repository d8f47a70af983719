"""`wegwijzer users …`: accounts of staff, and the audit log of what they did."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.commands import Json, open_service, print_json
from knowledge.errors import NamedFailure

if TYPE_CHECKING:
    from assistant.accounts.account import Account

app = typer.Typer(no_args_is_help=True, help="Accounts of staff.")

_ACTOR = "cli"

Username = Annotated[str, typer.Argument(metavar="NAME", help="Username.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", help="Role on a site, agent@regio, or on all, admin@*; as often as needed."),
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]


@app.command()
def add(
    username: Username,
    role: Roles,
    name: Annotated[str, typer.Option(help="Name that colleagues and citizens see; default: the username.")] = "",
    password_stdin: PasswordStdin = False,
    as_json: Json = False,
) -> None:
    """Make an account; the password is asked for twice, and is never an argument."""
    from assistant.accounts.account import display_name, grants_of, new_username

    service = open_service()
    # What is wrong with these is said before a password is typed.
    kept, shown, grants = new_username(username), display_name(name or username), grants_of(role, service.sites)
    made = service.accounts.add(kept, shown, grants, _password(password_stdin), _ACTOR)
    print_json(_shown(made)) if as_json else print(_line(made))


@app.command("list")
def list_accounts(as_json: Json = False) -> None:
    """List all accounts with their roles."""
    found = open_service().accounts.all()
    if as_json:
        print_json([_shown(account) for account in found])
    else:
        for account in found:
            print(_line(account))


@app.command()
def roles(username: Username, role: Roles) -> None:
    """Give an account these roles and no others, from its next request on."""
    from assistant.accounts.account import grants_of

    service = open_service()
    grants = grants_of(role, service.sites)
    service.accounts.set_roles(username, grants, _ACTOR)
    print(f"{username}: {', '.join(map(str, grants))}")


@app.command()
def password(username: Username, password_stdin: PasswordStdin = False) -> None:
    """Give an account another password, and end its log-ins."""
    open_service().accounts.set_password(username, _password(password_stdin), _ACTOR)
    print(f"{username} has another password; its log-ins are ended.")


@app.command()
def disable(username: Username) -> None:
    """Let nobody use an account any more, and end its log-ins at once."""
    done = open_service().accounts.disable(username, _ACTOR)
    print(f"{username} is disabled; its log-ins are ended." if done else f"{username} was disabled already.")


@app.command()
def enable(username: Username) -> None:
    """Let an account be used again: after it was disabled, or after too many wrong tries."""
    done = open_service().accounts.enable(username, _ACTOR)
    print(f"{username} can log in again." if done else f"Nothing stood in the way of {username}.")


@app.command()
def audit(
    verify: Annotated[
        bool, typer.Option("--verify", help="Look whether a line was changed, removed or moved.")
    ] = False,
    known: Annotated[
        str, typer.Option(help="With --verify: a last hash noted earlier, which must still be there.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many lines, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what staff did, or look whether the log is as it was written."""
    from assistant.store.audit import as_json as line_json

    log = open_service().audit
    if not verify:
        shown = [line_json(line) for line in log.lines(limit)]
        print_json(shown) if as_json else _print_lines(shown)
        return
    found = log.verify(known)
    if found.flaw:
        raise NamedFailure(f"The audit log was tampered with: {found.flaw}.")
    told = f"{found.lines} lines, as they were written. Note the last hash elsewhere: {found.last}"
    print_json({"lines": found.lines, "last": found.last}) if as_json else print(told)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _shown(account: Account) -> dict[str, Any]:
    return {
        "username": account.username,
        "name": account.name,
        "roles": [str(grant) for grant in account.grants],
        "created_at": account.created_at,
        "disabled_at": account.disabled_at,
    }


def _line(account: Account) -> str:
    disabled = "  (disabled)" if account.disabled_at else ""
    return f"{account.username}  {account.name}  {', '.join(map(str, account.grants))}{disabled}"


def _print_lines(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        detail = "".join(f"  {name}={value}" for name, value in line["detail"].items())
        print(f"{line['seq']}  {line['at']}  {line['actor'] or '-'}  {line['act']}  {line['subject'] or '-'}{detail}")
