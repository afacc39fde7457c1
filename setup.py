"""The compiled extension, which is all that cannot be said in pyproject.toml.

``SEGCORE_BUILD_EXTENSION``: ``yes`` fails where it cannot be built, ``no`` leaves it out,
unset tries, warns and goes on without it.
"""

import os
import sys
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

WISHES = ("yes", "no", "")

NATIVE = "segcore/engine/native"
KERNEL = f"{NATIVE}/kernel"

wish = os.environ.get("SEGCORE_BUILD_EXTENSION", "")
if wish not in WISHES:
    sys.exit(f"SEGCORE_BUILD_EXTENSION: unknown value {wish!r}; known: yes, no, or unset")


class BuildExtension(build_ext):
    """Says clearly what it means for the user if the extension is not built."""

    def run(self):
        super().run()
        for extension in self.extensions:
            if not os.path.exists(self.get_ext_fullpath(extension.name)):
                self.warn(
                    "\n" + "*" * 78 + "\nsegcore: the compiled extension was NOT built (see above)."
                    "\nThe pure-Python implementation is installed: the same answers, many times slower."
                    "\nInstall a C compiler and the Python headers, then reinstall with"
                    "\nSEGCORE_BUILD_EXTENSION=yes to insist.\n" + "*" * 78
                )


# A plain Extension: cythonize() would forget `optional`.  setuptools runs Cython by itself.
extension = Extension(
    "segcore.engine.native.binding",
    [f"{NATIVE}/binding.pyx", *sorted(glob(f"{KERNEL}/**/*.c", recursive=True))],
    include_dirs=[NATIVE],
    depends=[*sorted(glob(f"{NATIVE}/*.pxi")), *sorted(glob(f"{KERNEL}/**/*.h", recursive=True))],
    optional=wish != "yes",
    extra_compile_args=[] if os.name == "nt" else ["-O3", "-fvisibility=hidden"],
)

setup(
    ext_modules=[] if wish == "no" else [extension],
    cmdclass={"build_ext": BuildExtension},
)
