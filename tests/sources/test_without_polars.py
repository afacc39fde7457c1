"""A plain CSV file is priced without polars, with the same numbers and the same notes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("polars")

from conftest import FULL_SWEEP, SEED, RunPython, environment, in_turn
from program import run

EXAMPLES = Path(__file__).parents[2] / "examples"

# The program, one call after another, where nothing that it can do without can be imported.
_LIGHT = """
import contextlib, io, json, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
BLOCKED = set() if sys.argv[1:] else {
    "backports", "charset_normalizer", "duckdb", "jinja2", "numpy", "pandas", "polars", "pyarrow",
    "python_calamine", "zstandard",
}
sys.meta_path.insert(0, Blocked())
from segcore.cli.main import main
found = []
for arguments in json.load(sys.stdin):
    sys.argv = ["segcore", *arguments]
    out, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            main()
        except SystemExit as exit:
            status = exit.code
    found.append([status or 0, *(each.buffer.getvalue().decode() for each in (out, errors))])
if "polars" in sys.modules:
    sys.exit("polars is imported")
json.dump(found, sys.stdout)
"""


def light(implementation: str, calls: list[list[str]], *, is_installed: bool = False) -> list[list[Any]]:
    """Return status, output and errors of each call, where polars is not installed, or only not imported."""
    done = subprocess.run(
        [sys.executable, "-c", _LIGHT, *(["installed"] if is_installed else [])],
        env=environment({"SEGCORE_IMPLEMENTATION": implementation}),
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[Any]] = json.loads(done.stdout)
    return found


US, GB = "+12025550143", "+447400123456"
RATES = "country,sms,mms\nUS,0.01,0.02\nGB,0.04,0.05\n*,1,1\n"
LONG = "a" * 161
FILES: dict[str, str | bytes] = {
    "plain": f"to,text\n{US},Hello\n{GB},{LONG}\n",
    "semicolons": f"to;text;media\n{US};Hello, you;\n{GB};б’;https://example.com/a.jpg\n",
    "tabs": f'to\ttext\n{US}\tsay "hi"\n{GB}\t5" pipe\n',
    "labels of many words": f'to,text\n{US},Hello\nPhone,"Message {"to you and to all " * 3}"\n'
    f"Phone,Message text\n,Total {'.' * 70}\nTotal: 3,x\nPhone,Message {'x' * 70}\n",
    "quotation marks are text": f'to\ttext\n{US}\t"Hello" she said\n{GB}\tx\n',
    "bars": f"to|text\n{US}|Hello\n",
    "byte order mark": f"\ufeffto,text\n{US},Hello\n",
    "CR LF": f'to,text\r\n{US},Hello\r\n\r\n{GB},"two\r\nlines"\r\n',
    "CR": f"to,text\r{US},Hello\r{GB},{LONG}\r",
    "CR in one line": f"to,text\n{US},Hello\n{GB},a\rb\n",
    "sep": f"sep=;\nto;text\n{US};Hello\n",
    "title": f"Spring campaign\n\nto,text\n{US},Hello\n",
    "comments": f"to,text\n# first\n{US},Hello\n#\n",
    "header again": f"to,text\n{US},Hello\nto,text\n{GB},x\n",
    "empty rows": f"to,text\n{US},Hello\n,\n\n{GB},x\n , \n",
    "footer": f"to,text\n{US},Hello\nTotal,\n{GB},\n",
    "escapes": f'to,text\n{US},"say \\"hi\\", \\\\ now"\n{GB},C:\\new\n',
    "spaces around quotation marks": f'to,text\n{US}, "Hello, you" \n{GB},x\n',
    "a text that may mean none": f"to,text\n{US},NULL\n{GB},x\n",
    "several": f'to,text\n"{US},{GB}",Hello\n"{US};+12025550144",x\n',
    "national": "to,text\n2025550143,Hello\n",
    "international": "to,text\n12025550143,Hello\n447400123456,x\n",
    "north american": "to,text\n2025550143,Hello\n12025550143,x\n",
    "north american among others": "to,text\n447400123456,Hi\n(202) 555-0144,x\n",
    "not international": "to,text\n12025550143,Hello\n" + "447400123456,x\n" * 200 + "74001234,y\n",
    "ten digits": "to,text\n12025550143,Hello\n" + "12025550143,x\n" * 200 + "2025550143,y\n",
    "rounded": "to,text\n1.20256E+10,Hello\n",
    "formulas": f'to,text\n"=""{US}""",Hello\n"=""{GB}""",x\n',
    "decimals": "to,text\n12025550143.0,Hello\n447400123456.0,x\n",
    "lists": f'to,text\n"[""{US}""]",Hello\n"[""{US}"",""{GB}""]",x\n',
    "letters": "to,text\n+1202555CALL,Hello\nBob,x\n",
    "merge fields": f"to,text\n{US},Hi {{{{name}}}}\n{GB},x\n",
    "channels": f"to,text,channel\n{US},Hi,sms\n{GB},x,Email\n",
    "kinds": "to,text,kind\n" + f"{US},Hi,promo\n" * 300 + f"{GB},x,MMS\n",
    "a line of dashes": f"to|text\n---|---\n{US}|Hi\n",
    "a line of dashes before an empty text": f"to|text\n---|---\n{US}|\n{US}|Hi\n",
    "directions": f"to,text,direction\n{US},Hi,outbound\n{GB},x,inbound\n",
    "no number": f"to,text\n{US},Hi\n,Total: 1\n",
    "thousands": 'to,text\n"12,025,550,143",Hi\n',
    "an exponent with all digits": "to,text\n1.2025550143E+10,Hi\n",
    "carets": f"to^text\n{US}^Hello\n{GB}^a, b\n",
    "two texts": f"to,message,sms_text\n{US},Promo,Dear you\n",
    "two numbers": f"Phone,Mobile,text\n{US},{GB},Hi\n",
    "texts in two columns": f"to,Body,Text\n{US},,Hi\n{GB},Hello,\n",
    "numbers in two columns": f"Phone 1,Phone 2,text\n,{GB},Hi\n{US},,x\n",
    "two kinds of records": f"to,text,phone,message\n{US},Hi,,\n,,{GB},x\n",
    "calling codes": "country code,phone,text\n44,7.400123456E+09,Hi\n1,2025550143.0,x\n1,,y\n",
    "a footer before a text": f"to,text,media\nTotal,,a.jpg\n{US},x,\nTotal,,\n",
    "media in two columns": f"to,text,media1,media2\n{US},x,,b.png\n{GB},y,a.png,\n{GB},z,,\n",
    "kinds in two columns": f"to,text,type,channel\n{US},Hi,mms,sms\n{GB},x,sms,mms\n{GB},y,sms,whatsapp\n",
    "schemes": f"to,text\nwhatsapp:{US},Hi\ntel:{US},Hi\nsms:{GB},x\n",
    "a dashed text": "text\n----\nHi\n",
    "no recipients": "contact,text\nBob,Hi\n",
    "media": f"to,text,media\n{US},,a.jpg\n{US},,none\n{GB},x,\n",
    "one column": "text\nHello\n\nб\n",
    "cp1252": f"to,text\n{US},Café à la crème\n{GB},déjà vu\n".encode("cp1252"),
    "utf-16": f"to,text\n{US},Café\n".encode("utf-16"),
    # Errors.
    "too many cells": f"to,text\n{US},Hello, you\n{GB},x\n{GB},x\n",
    "too few cells": f"to,text\n{US},Hello\n{GB}\n{GB},\n",
    "open quotation mark": f'to,text\n{US},Hello\n{GB},"x\ny,z\n',
    "late octets": f"to,text\n{US},".encode() + b"a" * 70_000 + f"\n{GB},caf\xe9\n".encode("latin-1"),
    "no header": f"{US},Hello\n{GB},x\n",
    "empty": "",
}


@pytest.mark.parametrize(
    ("is_installed", "implementation"), in_turn([(False,), (True,)]), indirect=["implementation"]
)
def test_same_numbers_and_notes(tmp_path: Path, implementation: str, is_installed: bool) -> None:
    """In a process without polars and DuckDB, in one that has not imported them, and in one that has."""
    (tmp_path / "rates.csv").write_text(RATES)
    calls = []
    for number, content in enumerate(FILES.values()):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        all_options = ((), ("--rates", "rates.csv", "--default-region", "US"))
        for options in all_options if FULL_SWEEP else all_options[number % 2 :][:1]:
            given = [str(tmp_path / each) if each.endswith(".csv") else each for each in options]
            calls.append(["estimate", str(path), *given, "--format", "json"])
    campaign = str(EXAMPLES / "campaign.csv")
    calls.append(["estimate", campaign, "--price", "0.0079", "--mms-price", "0.02"])
    calls.append(["estimate", campaign, "--group-by", "campaign", "--format", "csv"])
    calls.append(
        ["estimate", str(tmp_path / "0.csv"), "--profile", "twilio", "--no-header", "--text", "column1"]
    )
    for call, found in zip(calls, light(implementation, calls, is_installed=is_installed), strict=True):
        usual = run(implementation, *call)
        assert tuple(found) == (usual.status, usual.out, usual.error), call


def test_many_rows(tmp_path: Path, implementation: str) -> None:
    """What is decided by the first rows holds for all."""
    generator = random.Random(f"{SEED} light")
    texts = ["Hello", "б’", "", "Hi {{name}}", '"two\nlines"', '"say ""hi"""', LONG]
    numbers = ["12025550143", "447400123456", US, "", '"+12025550143;+12025550144"', "Total"]
    rows = (
        f"{generator.choice(numbers)},{generator.choice(texts)},{generator.choice(['', 'a.jpg'])},{row % 3}\n"
        for row in range(70_000 if FULL_SWEEP else 20_000)
    )
    path = tmp_path / "many.csv"
    path.write_text("to,text,media,campaign\n" + "".join(rows))
    call = ["estimate", str(path), "--group-by", "campaign", "--format", "json"]
    ((status, out, error),) = light(implementation, [call])
    assert (status, error) == (0, "")
    assert json.loads(out) == run(implementation, *call).data


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.parquet", b"PAR1aaaaPAR1", "Parquet needs polars"),
        ("a.json", b'[{"to":"x","text":"Hello"}]', "JSON needs polars"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a workbook needs python_calamine"),
    ],
)
@pytest.mark.kernel_independent
def test_other_formats_name_the_extra(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ((status, out, error),) = light("python", [["estimate", str(path)]])
    assert (status, out) == (2, "")
    assert error == (
        f"Error: {path}: {words}, which is not installed; "
        "install segcore with its extra 'cli', or save the messages as CSV\n"
    )


@pytest.mark.kernel_independent
def test_python(run_python: RunPython) -> None:
    """`segcore.estimate` reads a CSV file without polars, too."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('polars', 'duckdb', 'numpy', 'pyarrow'))); "
        f"import segcore; found = segcore.estimate({str(EXAMPLES / 'campaign.csv')!r}, price='0.0079'); "
        "print(found.messages, found.segments)"
    )
    assert run_python(code).stdout == "321 410\n"
