"""What a user reads, kept word for word: help, answers and refusals. `pytest --update-golden` writes them anew."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
BAD_PANEL = "month_id,country_id,ged_sb,ged_ns,ged_os\n500,60,1,0,0\n500,60,2,0,0\n502,60,0,-3,0\n"
UNSOURCED = "relations:\n  - {a: IS, relation: hostile, b: SDF, from: 2016-01-01, until: ongoing}\n"
CASES = {
    "help": ["--help"],
    "help_forecast": ["forecast", "--help"],
    "help_whatif": ["whatif", "--help"],
    "status_empty": ["status", "--data-dir", "none"],
    "backtest": ["backtest", "--windows", "2020-2021", "--models", "conflictology,exactly_zero", "--draws", "12"],
    "unknown_model": ["forecast", "--model", "bootstrp"],
    "unknown_country": ["forecast", "--countries", "Nigerai"],
    "gwcode_for_country": ["forecast", "gw.csv"],
    "negative_panel": ["forecast", "panel.csv"],
    "empty_store": ["panel", "--unit", "dyad", "--out", "p.csv", "--data-dir", "none"],
    "not_a_ged_file": ["import", "gw.csv"],
    "pdf": ["import", "paper.csv"],
    "help_network": ["network", "--help"],
    "relation_without_source": ["network", "--relations", "relations.yaml"],
    "unknown_actor": ["dispersion", "Jabhat al-Nusra"],
    "succession": ["succession", "GIA"],
}


@pytest.mark.parametrize("name", CASES)
def test_words_stay_as_they_are(name, run, monkeypatch, tmp_path, request):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("panel.csv").write_text(BAD_PANEL)
    Path("gw.csv").write_text("month_id,country_id,ged_sb,ged_ns,ged_os\n500,645,1,0,0\n")
    Path("paper.csv").write_bytes(b"%PDF-1.7\n")
    Path("relations.yaml").write_text(UNSOURCED)
    code, out, err = run(*CASES[name])
    text = f"$ aftershock {' '.join(CASES[name])}\n{out}{err}exit code {code}\n"
    path = GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
