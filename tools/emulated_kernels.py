"""Runs the kernels on emulated machines: one has its octets in the other order, and two have 32 bits.

``python -m tools.emulated_kernels s390x armhf i686`` takes Debian's ``qemu-user``, ``gcc-s390x-linux-gnu``,
``gcc-arm-linux-gnueabihf`` and ``gcc-i686-linux-gnu`` with their C libraries, and a minute for each machine.
``windows`` takes the package ``ziglang``, whose Clang compiles for it, and Debian's ``wine64``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("tests", "tests/engine")]

import kernel_driver  # noqa: E402 (in a folder of the tests)
import test_kernels  # noqa: E402

# Where Debian puts it, outside the path.
WINE = "/usr/lib/wine/wine64"

MACHINES: dict[str, tuple[str, str, Literal["little", "big"]]] = {
    "s390x": ("s390x-linux-gnu-gcc", "qemu-s390x", "big"),
    "armhf": ("arm-linux-gnueabihf-gcc", "qemu-arm", "little"),
    "i686": ("i686-linux-gnu-gcc", "qemu-i386", "little"),
    "arm64": ("aarch64-linux-gnu-gcc", "qemu-aarch64", "little"),
    "windows": (f"{sys.executable} -m ziglang cc -target x86_64-windows-gnu", WINE, "little"),
}

CODINGS = ("standard", "hindi", "wide", "small")

NO_TOOLS = 75
"""The exit status where a compiler or an emulator is missing, and nothing failed."""


def main(machines: list[str]) -> int:
    """Compare kernels with the oracle on machines, all if none is named; return the status to exit with."""
    failed = missing = False
    for machine in machines or MACHINES:
        compiler, emulator, order = MACHINES[machine]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            try:
                driver = kernel_driver.emulated(folder, compiler, emulator)
                (folder / "billing").mkdir()
                billing = kernel_driver.emulated(folder / "billing", compiler, emulator, "billing.c")
            except kernel_driver.ToolMissingError as error:
                print(f"{machine}: {error}")
                missing = True
                continue
            texts, differences = 0, list[str]()
            for theme in ("drawn", "spans", "packed"):
                for coding in CODINGS if theme == "drawn" else CODINGS[:1]:
                    records = test_kernels.records_of(theme, coding, order)
                    texts += len(records.expected)
                    differences += driver.differences(test_kernels.CODINGS[coding][0], records)
            rounds = kernel_driver.Driver((*billing.command, "20260", "300")).run(b"")
        failed = failed or bool(differences) or rounds != ["300 rounds"]
        print(f"{machine}: {texts} texts, {len(differences)} differences; billing: {rounds}")
        print(*differences[:3], sep="\n", end="\n" if differences else "")
    return 1 if failed else NO_TOOLS * missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
