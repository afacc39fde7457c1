"""The compiled extension, which is all that pyproject.toml cannot describe.

``SEGCORE_BUILD_EXTENSION``: ``yes`` fails if it cannot be built, ``no`` does not build it,
unset tries, warns and goes on without it.
"""

import gzip
import hashlib
import io
import os
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from glob import glob

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

WISHES = ("yes", "no", "")

NATIVE = "segcore/engine/native"
KERNEL = f"{NATIVE}/kernel"
HEADERS = sorted(glob(f"{KERNEL}/**/*.h", recursive=True))

wish = os.environ.get("SEGCORE_BUILD_EXTENSION", "")
if wish not in WISHES:
    sys.exit(f"SEGCORE_BUILD_EXTENSION: unknown value {wish!r}; known: yes, no, or unset")


class BuildExtension(build_ext):
    """Compiles only what changed, on every core, and says clearly if there is no extension."""

    def finalize_options(self):
        super().finalize_options()
        if self.editable_mode:
            # Instead of a temporary directory, so that the next build finds the objects of this one.
            self.build_temp = os.path.join("build", f"editable-{sys.implementation.cache_tag}")

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

    def build_extensions(self):
        self.compiler.compile = _Compile(self.compiler, self.compiler.compile)
        super().build_extensions()


class _Compile:
    """Stands in for the compiler's own method, which compiles every source, one after the other."""

    def __init__(self, compiler, compile_all):
        self._compile_all = compile_all
        self._is_unix = compiler.compiler_type == "unix"
        # A set of objects for each set of flags: CFLAGS of the environment are in `compiler_so`.
        self._flags = " ".join(getattr(compiler, "compiler_so", None) or [])

    def __call__(self, sources, output_dir=None, **options):
        flags = hashlib.sha256(self._flags.encode()).hexdigest()[:12]
        objects_dir = os.path.join(output_dir or "", flags)
        os.makedirs(objects_dir, exist_ok=True)

        def compile_one(source):
            stamp = os.path.join(objects_dir, os.path.basename(source) + ".o")
            needed = (source, *HEADERS, "setup.py")
            if os.path.exists(stamp) and os.path.getmtime(stamp) >= max(map(os.path.getmtime, needed)):
                return stamp
            given = dict(options)
            if self._is_unix:
                # The binding calls kernels and gains nothing from -O2, which takes twice as long.
                level = "-O3" if source.startswith(KERNEL) else "-O1"
                before = options.get("extra_postargs") or []
                given["extra_postargs"] = [*before, level, "-g0", "-fvisibility=hidden"]
            (made,) = self._compile_all([source], output_dir=objects_dir, **given)
            os.replace(made, stamp)
            return stamp

        # Microsoft's compiler sets itself up on first use, which threads must not do at once.
        with ThreadPoolExecutor((os.cpu_count() or 1) if self._is_unix else 1) as executor:
            return list(executor.map(compile_one, sources))


class SourceDistribution(sdist):
    """Writes the same octets each time if SOURCE_DATE_EPOCH sets the date, as wheels are written anyway."""

    def make_archive(self, *arguments, **options):
        path = super().make_archive(*arguments, **options)
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if epoch and path.endswith(".tar.gz"):
            plain = io.BytesIO()
            with tarfile.open(path) as before, tarfile.open(fileobj=plain, mode="w") as after:
                for member in sorted(before.getmembers(), key=lambda each: each.name):
                    member.mtime, member.uid, member.gid, member.uname, member.gname = (
                        int(epoch),
                        0,
                        0,
                        "",
                        "",
                    )
                    # A time with a fraction would be there once more.
                    member.pax_headers = {}
                    after.addfile(member, before.extractfile(member) if member.isfile() else None)
            with open(path, "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=int(epoch)) as packed:
                packed.write(plain.getvalue())
        return path


# A plain Extension: cythonize() would forget `optional`.  setuptools runs Cython by itself.
extension = Extension(
    "segcore.engine.native.binding",
    [f"{NATIVE}/binding.pyx", *sorted(glob(f"{KERNEL}/**/*.c", recursive=True))],
    include_dirs=[NATIVE],
    depends=[*sorted(glob(f"{NATIVE}/*.pxi")), *HEADERS],
    optional=wish != "yes",
)

setup(
    ext_modules=[] if wish == "no" else [extension],
    cmdclass={"build_ext": BuildExtension, "sdist": SourceDistribution},
)
