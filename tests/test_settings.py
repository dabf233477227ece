"""Settings: the secret of an installation above all."""

import os
import subprocess
import sys

import pytest

from settings import Settings, cores
from tests.secret import SECRET

SHORT = "31 characters are one too few.."


def secret(**environ):
    return Settings.from_env(environ).installation_secret()


def refusal(**environ):
    with pytest.raises(ValueError) as refused:
        secret(**environ)
    return str(refused.value)


def test_a_secret_is_set_or_lies_in_a_file(tmp_path):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    assert secret(RESIT_SECRET=SECRET) == secret(RESIT_SECRET_FILE=str(tmp_path / "secret")) == SECRET.encode()


def test_without_a_secret_it_is_told_how_to_make_one(tmp_path):
    for environ in ({}, {"RESIT_SECRET": ""}, {"RESIT_SECRET": " \n"}, {"RESIT_SECRET_FILE": ""}):
        assert "RESIT_SECRET holds no secret" in refusal(**environ)
        assert "openssl rand -hex 32" in refusal(**environ)
    assert "cannot be read: No such file" in refusal(RESIT_SECRET_FILE=str(tmp_path / "secret"))
    (tmp_path / "secret").touch()
    assert f"{tmp_path / 'secret'} (RESIT_SECRET_FILE) holds no secret" in refusal(
        RESIT_SECRET_FILE=str(tmp_path / "secret")
    )


def test_a_secret_that_is_too_short_or_doubled_is_refused(tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    assert "RESIT_SECRET is too short" in refusal(RESIT_SECRET=SHORT)
    assert "both set" in refusal(RESIT_SECRET=SECRET, RESIT_SECRET_FILE=str(tmp_path / "secret"))


def test_the_secret_is_shown_nowhere(tmp_path):
    (tmp_path / "secret").write_bytes(SHORT.encode() + b"\xff")
    said = [
        repr(Settings(secret=SECRET)),
        str(Settings(secret=SECRET)),
        refusal(RESIT_SECRET=SHORT),
        refusal(RESIT_SECRET=SECRET, RESIT_SECRET_FILE=str(tmp_path / "secret")),
    ]
    assert not [text for text in said if SECRET in text or SHORT in text]
    assert secret(RESIT_SECRET_FILE=str(tmp_path / "secret")) == SHORT.encode() + b"\xff"


def test_the_api_does_not_start_without_a_secret_and_says_why(tmp_path):
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:api.gunicorn.serving"]
    command = [*gunicorn, "--bind", f"unix:{tmp_path}/api.sock"]
    for given in ({}, {"RESIT_SECRET": SHORT}):
        environ = {"PATH": os.environ["PATH"], **given}
        done = subprocess.run([*command, "api.wsgi:app"], env=environ, capture_output=True, text=True, timeout=60)
        said = done.stdout + done.stderr
        assert done.returncode != 0
        assert "The API cannot start: RESIT_SECRET" in said
        assert "openssl rand -hex 32" in said
        assert "Traceback" not in said
        assert SHORT not in said


def test_the_cores_are_those_of_the_container(tmp_path):
    quota, here = tmp_path / "cpu.max", cores(tmp_path / "missing")
    assert here >= 1
    for text, expected in (("max 100000", here), ("100000 100000", 1), ("50000 100000", 1), ("6400000 100000", here)):
        quota.write_text(f"{text}\n")
        assert cores(quota) == expected


def test_the_worth_of_choices_falls_or_stays():
    def worth(text):
        return Settings.from_env({"RESIT_CHOICE_WORTH": text}).choice_worth

    assert Settings().choice_worth == (1, 0)
    assert [worth(text) for text in ("1", "1,0.5, 0.25", "0.9,0")] == [(1,), (1, 0.5, 0.25), (0.9, 0)]
    for text in ("", "0", "0,1", "1,0.5,0.6", "1.1", "1,-0.1", "nan", "1,nan,0", "1;0", "full"):
        with pytest.raises(ValueError, match="RESIT_CHOICE_WORTH cannot be"):
            worth(text)
    with pytest.raises(ValueError, match="RESIT_CHOICE_REASONS cannot be 'never'"):
        Settings.from_env({"RESIT_CHOICE_REASONS": "never"})
