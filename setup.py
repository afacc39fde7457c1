"""The compiled extension, which is all that pyproject.toml cannot describe.

``SEGCORE_BUILD_EXTENSION``: ``yes`` fails if it cannot be built, ``no`` does not build it,
unset tries, warns and goes on without it.
"""

import gzip
import hashlib
import io
import os
import platform
import shutil
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

# Clang's names of the platforms for which it compiles vector kernels with Microsoft's headers and linker.
CLANG_TARGETS = {"win-amd64": "x86_64-pc-windows-msvc", "win-arm64": "aarch64-pc-windows-msvc"}
# Visual Studio's names of the machines on which a Clang runs.
VISUAL_STUDIO = {"AMD64": "x64", "ARM64": "ARM64"}

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
        if self.compiler.compiler_type == "msvc":
            self._prefer_clang()
        self.compiler.compile = _Compile(self.compiler, self.compiler.compile)
        super().build_extensions()

    def _prefer_clang(self):
        """Compile with Clang if there is one; Microsoft's compiler lacks the vector types of the kernels."""
        compiler, target = self.compiler, CLANG_TARGETS.get(self.plat_name)
        if not compiler.initialized:
            compiler.initialize(self.plat_name)
        # On PATH, or where Visual Studio's installer puts it.
        beside = compiler.cc.partition("MSVC")[0] + f"Llvm/{VISUAL_STUDIO.get(platform.machine())}/bin"
        clang = shutil.which("clang-cl", path=os.pathsep.join([os.environ.get("PATH", ""), beside]))
        if clang and target:
            compiler.cc = clang
            # Clang does not know /GL, which leaves the optimisation to Microsoft's linker.
            options = [option for option in compiler.compile_options if option != "/GL"]
            compiler.compile_options = [*options, f"--target={target}"]
        else:
            self.warn(
                "segcore: there is no clang-cl, or it does not serve this platform. Microsoft's compiler "
                "builds the extension without vector kernels: the same answers, more slowly."
            )


def flags_for(compiler_type, source):
    """Return the flags that a source takes besides the compiler's own."""
    if compiler_type == "msvc":
        return []  # /O2 is among its own
    # The binding calls kernels and gains nothing from -O2, which takes twice as long.
    return ["-O3" if source.startswith(KERNEL) else "-O1", "-g0", "-fvisibility=hidden"]


class _Compile:
    """Stands in for the compiler's own method, which compiles every source, one after the other."""

    def __init__(self, compiler, compile_all):
        self._compile_all = compile_all
        self._type = compiler.compiler_type
        # A set of objects for each set of flags: CFLAGS of the environment are in `compiler_so`.
        is_msvc = self._type == "msvc"
        self._flags = " ".join([compiler.cc, *compiler.compile_options] if is_msvc else compiler.compiler_so)

    def __call__(self, sources, output_dir=None, **options):
        flags = hashlib.sha256(self._flags.encode()).hexdigest()[:12]
        objects_dir = os.path.join(output_dir or "", flags)
        os.makedirs(objects_dir, exist_ok=True)

        def compile_one(source):
            stamp = os.path.join(objects_dir, os.path.basename(source) + ".o")
            needed = (source, *HEADERS, "setup.py")
            if os.path.exists(stamp) and os.path.getmtime(stamp) >= max(map(os.path.getmtime, needed)):
                return stamp
            more = [*(options.get("extra_postargs") or []), *flags_for(self._type, source)]
            (made,) = self._compile_all(
                [source], output_dir=objects_dir, **{**options, "extra_postargs": more}
            )
            os.replace(made, stamp)
            return stamp

        # Nobody has tried several threads with Microsoft's tools.
        with ThreadPoolExecutor(1 if self._type == "msvc" else os.cpu_count()) as executor:
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
