"""Handing a mail to a mail server, and what it means when that fails."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack, suppress
from email.message import EmailMessage
from typing import Protocol

from assistant.settings import MailServer
from knowledge.errors import NamedFailure

_COMMAND_SECONDS, _DATA_SECONDS, _LEAVE_SECONDS = 30.0, 300.0, 5.0
"""A server may think long over a mail that it has whole: who gives up too early sends it twice (RFC 5321, 4.5.3.2)."""
LONGEST_SECONDS = 12 * _COMMAND_SECONDS + 2 * _DATA_SECONDS
"""Sending one mail takes no longer."""


class NotSent(NamedFailure):
    """A mail was not accepted; `why` is the SMTP code or one word, never an address or a server's own words."""

    def __init__(self, why: str, *, permanent: bool = False, server: bool = False) -> None:
        """`server` says that it is about the server: another mail will fare no better now."""
        super().__init__(f"The mail was not sent: {why}.")
        self.why, self.permanent, self.server = why, permanent, server


class Mailer(Protocol):
    """Hands a mail to whoever delivers it."""

    def send(self, mail: EmailMessage) -> None:
        """Return when the mail is accepted. Raises NotSent."""
        ...


class SmtpMailer:
    """Hands mails to an SMTP server, one connection a mail."""

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None) -> None:
        """`context` says which certificates are trusted; default: those of the machine."""
        self._server, self._trusted = server, context

    def send(self, mail: EmailMessage) -> None:
        """Return when the server has accepted the mail. Raises NotSent."""
        smtp = self._connect()
        try:
            _hand_over(smtp, mail)
        except smtplib.SMTPResponseException as refused:
            raise NotSent(str(refused.smtp_code), permanent=refused.smtp_code >= 500) from None
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(_word(error)) from None
        finally:
            # Accepted is accepted, however the server takes leave.
            _wait(smtp, _LEAVE_SECONDS)
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        """Return a connection on which mail can be given. Whatever goes wrong before that is not the mail's fault."""
        server = self._server
        with ExitStack() as undo:
            try:
                smtp = self._greet()
                undo.callback(smtp.close)
                if server.security == "smtp+starttls":
                    smtp.starttls(context=self._context)
                if server.user:
                    smtp.login(server.user, server.password)
            except smtplib.SMTPResponseException as refused:
                raise NotSent(str(refused.smtp_code), server=True) from None
            except (OSError, smtplib.SMTPException) as error:
                raise NotSent(_word(error), server=True) from None
            undo.pop_all()
        return smtp

    @property
    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()

    def _greet(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "smtps":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_COMMAND_SECONDS, context=self._context)
        return smtplib.SMTP(server.host, server.port, timeout=_COMMAND_SECONDS)


def _hand_over(smtp: smtplib.SMTP, mail: EmailMessage) -> None:
    """Give one mail to one address. `smtplib.sendmail` would wait as short for the last reply as for the others."""
    smtp.ehlo_or_helo_if_needed()
    _expect(*smtp.mail(_spec(mail, "From")))
    _expect(*smtp.rcpt(_spec(mail, "To")))
    _wait(smtp, _DATA_SECONDS)
    _expect(*smtp.data(mail.as_bytes()))


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    """Wait at most so long for each reply from now on."""
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _expect(code: int, words: bytes) -> None:
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, words)


def _spec(mail: EmailMessage, header: str) -> str:
    return str(mail[header].addresses[0].addr_spec)


def _word(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "timeout"
        case ssl.SSLError() | smtplib.SMTPNotSupportedError():
            return "tls"
        case smtplib.SMTPServerDisconnected():
            return "disconnected"
        case _:
            return "unreachable"
