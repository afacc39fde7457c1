"""Completion in a shell, through the program as it is installed."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from cli_runner import invoke
from conftest import environment

pytestmark = pytest.mark.kernel_independent

PROGRAM = shutil.which("segcore", path=sysconfig.get_path("scripts")) or shutil.which(
    "segcore", path=str(Path(sys.executable).parent)
)

installed = pytest.mark.skipif(PROGRAM is None, reason="segcore is not installed as a program here")


def run(*command: str, **variables: str) -> str:
    assert PROGRAM is not None
    path = {"PATH": f"{Path(PROGRAM).parent}:/usr/bin:/bin"}
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment({**variables, **path}),
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def in_shell(shell: str, script: str) -> list[str]:
    """Return the lines that a script prints in a real shell."""
    found = shutil.which(shell, path="/usr/bin:/bin:/usr/local/bin")
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return run(found, "-c", script).splitlines()


@installed
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_program_prints_the_script_in_two_ways(shell: str) -> None:
    script = invoke("completion", shell).stdout
    assert f"_SEGCORE_COMPLETE={shell}_complete" in script
    assert run("segcore", _SEGCORE_COMPLETE=f"{shell}_source").strip() == script.strip()


WORDS = {
    "segcore e": ["estimate"],
    "segcore profiles tel": ["telnyx"],
    "segcore count --smart-table t": ["twilio", "telnyx"],
    "segcore estimate --max-segments-": ["--max-segments-per-message"],
    "segcore completion ": ["bash", "zsh", "fish"],
    "segcore estimate --profile = tel": ["telnyx"],
}


@installed
def test_bash_completes() -> None:
    asked = ""
    for line in WORDS:
        words = line.split(" ")
        asked += (
            f"COMP_WORDS=({' '.join(word or repr('') for word in words)}); COMP_CWORD={len(words) - 1}\n"
            'COMPREPLY=(); _segcore_completion segcore; echo "${COMPREPLY[@]}"\n'
        )
    shown = in_shell("bash", f'eval "$(segcore completion bash)"\n{asked}')
    assert dict(zip(WORDS, shown, strict=True)) == {line: " ".join(found) for line, found in WORDS.items()}


@installed
def test_fish_completes(tmp_path: Path) -> None:
    (tmp_path / "campaign 1.csv").touch()
    (tmp_path / "campaigns").mkdir()
    typed = ("profiles tel", "count --profile=tel", "estimate camp", "estimate --rates=camp", "insp")
    asked = "; ".join(f'complete -C "segcore {line}"' for line in typed)
    shown = in_shell("fish", f"segcore completion fish | source; cd {tmp_path}; {asked}")
    assert [each.split("\t")[0] for each in shown[:-1]] == [
        *("telnyx", "--profile=telnyx", "campaign 1.csv", "campaigns/"),
        *("--rates=campaign 1.csv", "--rates=campaigns/"),
    ]
    assert shown[-1] == "inspect\tExplain one message: its encoding, segments, and what to change."


@installed
def test_zsh_completes(tmp_path: Path) -> None:
    """At each Tab in a terminal, with the script in a folder on `fpath`, as the documentation says."""
    zsh, pty = shutil.which("zsh", path="/usr/bin:/bin:/usr/local/bin"), pytest.importorskip("pty")
    if zsh is None:
        pytest.skip("zsh is not installed")
    assert PROGRAM is not None
    tmp_path.joinpath(".zfunc").mkdir()
    tmp_path.joinpath(".zfunc", "_segcore").write_text(run("segcore", "completion", "zsh"), "utf-8")
    tmp_path.joinpath("campaign.csv").touch()
    start = "fpath=(~/.zfunc $fpath)\nautoload -Uz compinit && compinit -u\nPS1='ready> '\nunsetopt beep\n"
    tmp_path.joinpath(".zshrc").write_text(start, "utf-8")
    path = f"{Path(PROGRAM).parent}:/usr/bin:/bin"
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [zsh, "-i"], stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, start_new_session=True,
        env=environment({"HOME": str(tmp_path), "PATH": path, "TERM": "dumb", "LANG": "C.UTF-8"}),
    )  # fmt: skip
    os.close(theirs)

    def shows(text: bytes) -> None:
        found, end = b"", time.monotonic() + 30
        while text not in found:
            ready, _, _ = select.select([ours], [], [], max(0, end - time.monotonic()))
            assert ready, found
            found += os.read(ours, 4096)

    try:
        shows(b"ready>")
        for typed, completed in (
            (b"profiles tel", b"profiles telnyx"),
            (b"est", b"estimate"),
            (b"count --profile=tel", b"count --profile=telnyx"),
            (b"estimate --rates=camp", b"estimate --rates=campaign.csv"),
        ):
            # Tab, then Ctrl-A and a command in front that prints the line.
            os.write(ours, b"segcore " + typed + b"\t\x01echo is \n")
            shows(b"\nis segcore " + completed + b"\r\n")
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@installed
def test_completing_imports_no_command() -> None:
    """The names of commands come at once; what a command needs is not imported for them."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('rich', 'polars', 'duckdb', 'jinja2')));"
        "from segcore.cli.main import main; main()"
    )
    asked = {"_SEGCORE_COMPLETE": "bash_complete", "COMP_WORDS": "segcore ", "COMP_CWORD": "1"}
    shown = run(sys.executable, "-c", code, **asked).splitlines()
    assert {"plain,estimate", "plain,inspect", "plain,completion"} <= set(shown)


def test_an_unknown_shell() -> None:
    found = invoke("completion", "powershell")
    assert found.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in found.stderr


def test_program_without_arguments_shows_three_examples() -> None:
    found = invoke()
    assert found.exit_code == 0
    assert found.stdout.partition("Examples:")[2].count("  segcore ") == 3


def test_unknown_commands_are_guessed() -> None:
    assert "No such command 'esimate'; did you mean 'estimate'?" in invoke("esimate").stderr
    assert "the commands are bandwidth, completion, count, " in invoke("xyz").stderr


@pytest.mark.parametrize("command", ["", "estimate", "inspect", "count", "profiles", "completion"])
def test_help_fits_80_columns(command: str) -> None:
    shown = invoke(*filter(None, [command]), "--help").stdout
    assert max(map(len, shown.splitlines())) <= 80


def test_options_are_in_groups() -> None:
    shown = invoke("estimate", "--help").stdout
    titles = [line[:-1] for line in shown.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [
        *(
            "Prices",
            "Columns",
            "Template",
            "How to read the file",
            "How to count",
            "Limits",
            "Output",
            "Other options",
        )
    ]
    assert invoke("-V").stdout == invoke("--version").stdout
