"""Settings: one table, the same in the documentation, and no misspelt variable goes unnoticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.settings import SETTINGS, MailServer, Settings, SettingsError
from tests.assistant.building import open_home

DOCUMENTED = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_documentation_lists_exactly_the_settings_there_are() -> None:
    assert DOCUMENTED.is_file(), f"{DOCUMENTED.name} is not written yet"
    named = set(re.findall(r"^\| `([A-Z_]+)`", DOCUMENTED.read_text("utf-8"), re.MULTILINE))
    assert named == {setting.name for setting in SETTINGS}


def test_the_documentation_gives_each_default() -> None:
    assert DOCUMENTED.is_file(), f"{DOCUMENTED.name} is not written yet"
    lines = DOCUMENTED.read_text("utf-8").splitlines()
    for setting in SETTINGS:
        rows = [line for line in lines if f"`{setting.name}`" in line]
        assert any(f"`{setting.default}`" in row or not setting.default for row in rows), setting.name


def test_an_empty_environment_is_enough() -> None:
    settings = Settings.from_environment({})
    assert (settings.home, settings.site, settings.sites) == (Path("var"), "regio", None)


def test_an_empty_value_means_the_default() -> None:
    assert Settings.from_environment({"WEGWIJZER_SITE": ""}).site == "regio"


def test_a_misspelt_variable_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="WEGWIJZER_HOEM"):
        Settings.from_environment({"WEGWIJZER_HOEM": "elsewhere"})


def test_variables_of_other_programs_are_none_of_our_business() -> None:
    assert Settings.from_environment({"WEGWIJZERX": "1", "HOME": "/"}).site == "regio"


def test_a_folder_of_sites_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="WEGWIJZER_SITES"):
        Settings.from_environment({"WEGWIJZER_SITES": str(tmp_path / "nowhere")})


def test_a_site_that_does_not_exist_is_refused_with_those_that_do(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"WEGWIJZER_SITE.*mars.*regio"):
        _ = open_home(home, WEGWIJZER_SITE="mars").default_site


def test_every_setting_says_what_it_does() -> None:
    assert all(setting.help.endswith((".", "`")) for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_a_mail_server_is_read_from_its_url() -> None:
    def read(url: str) -> MailServer | None:
        return Settings.from_environment({"WEGWIJZER_SMTP_URL": url, "WEGWIJZER_MAIL_FROM": "info@Demo.be"}).mail

    assert read("smtp://mail.demo.be") == MailServer("smtp", "mail.demo.be", 25, "", "", "info@demo.be")
    assert read("smtp+starttls://u%40x:p%2Fw@h") == MailServer("smtp+starttls", "h", 587, "u@x", "p/w", "info@demo.be")
    assert read("smtps://u:p@h:2465/") == MailServer("smtps", "h", 2465, "u", "p", "info@demo.be")
    assert read("") is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("u:geheim@host", "begin with smtp://"),
        ("http://u:geheim@host", "begin with smtp://"),
        ("smtp://u:geheim@", "give a host"),
        ("smtp://u:geheim@host:x", "cannot be read"),
        ("smtp://u:geheim@host:99999", "cannot be read"),
        ("smtp://u:geheim/x@host", "cannot be read"),
        ("smtp://u:x@host/geheim", "give a host"),
        ("smtp://u:x@host?geheim", "give a host"),
        ("smtp://:geheim@host", "both user and password"),
        ("smtp://geheim@host", "both user and password"),
    ],
)
def test_a_wrong_mail_server_is_refused_and_its_password_hidden(url: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"WEGWIJZER_SMTP_URL.*{told}") as refused:
        Settings.from_environment({"WEGWIJZER_SMTP_URL": url, "WEGWIJZER_MAIL_FROM": "info@demo.be"})
    assert "geheim" not in str(refused.value)


def test_the_password_of_a_mail_server_is_not_shown() -> None:
    environment = {"WEGWIJZER_SMTP_URL": "smtp://u:geheim@host", "WEGWIJZER_MAIL_FROM": "info@demo.be"}
    assert "geheim" not in repr(Settings.from_environment(environment))


@pytest.mark.parametrize(("sender", "told"), [("", "needs WEGWIJZER_MAIL_FROM"), ("Demo", "MAIL_FROM: 'Demo' is not")])
def test_a_mail_server_needs_an_address_that_mails_come_from(sender: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Settings.from_environment({"WEGWIJZER_SMTP_URL": "smtp://host", "WEGWIJZER_MAIL_FROM": sender})
