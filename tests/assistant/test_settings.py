"""Settings: one table, the same in the documentation, and no misspelt variable goes unnoticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.settings import SETTINGS, Settings, SettingsError
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
