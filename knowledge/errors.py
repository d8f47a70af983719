"""The base of all failures that have a name: expected, explained in one sentence that says how to mend them."""


class NamedFailure(Exception):  # noqa: N818 - named for what it is
    """The command line prints its message on stderr and ends with 1; the API turns it into a problem."""
