"""References of cases: they open a case, so nobody can guess one; a typing error in one shows."""

from __future__ import annotations

from assistant.conversations.credentials import CODE_LETTERS, new_code, written_code
from knowledge.errors import NamedFailure

_PREFIX, _RANDOM, _GROUP = "WW", 9, 5
"""9 of 30 letters are 44 random bits."""
EXAMPLE = "WW-7K3M9-QRT5S"


class BadReference(NamedFailure):
    """What was typed is no reference: a character is wrong, missing or too many."""


def new_reference() -> str:
    """Return a reference as it is given out, such as WW-7K3M9-QRT5S; the last character checks the others."""
    code = new_code(_RANDOM)
    return _shown(code + _check(code))


def written_reference(typed: str) -> str:
    """Return a reference as it was given out, however it was typed. Raises BadReference."""
    code = written_code(typed)
    if len(code) == _RANDOM + 1 + len(_PREFIX):
        code = code.removeprefix(_PREFIX)
    if len(code) != _RANDOM + 1 or not set(code) <= set(CODE_LETTERS) or code[-1] != _check(code[:-1]):
        raise BadReference("This is not a reference: a character is wrong, missing or too many.")
    return _shown(code)


def _shown(code: str) -> str:
    return f"{_PREFIX}-{code[:_GROUP]}-{code[_GROUP:]}"


def _check(code: str) -> str:
    from stdnum import luhn

    return str(luhn.calc_check_digit(code, CODE_LETTERS))
