"""clang-tidy over every source of the product: tidy.py BUILD-DIRECTORY

A file that was clean is not looked at again until it, a header of ours that it includes, its
compile command or .clang-tidy changes: build/tidy holds a stamp for each."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
ROOT = pathlib.Path.cwd()
STAMPS = ROOT / "build" / "tidy"
# What g++ precompiled is nothing to clang; sources include what they use.
PRECOMPILED = re.compile(r" -Winvalid-pch -include \S+cmake_pch\.hxx")
ROOMS = ("agent/", "cli/", "nss/", "resolver/")


def headers_of(path, found):
    """Collects the file and all of ours that it includes."""
    if path not in found and path.is_file():
        found.add(path)
        for include in INCLUDE.findall(path.read_text()):
            headers_of(ROOT / include, found)
    return found


def stamp_of(entry, source, salt):
    digest = hashlib.sha256(salt + entry["command"].encode())
    for path in sorted(headers_of(source, set())):
        digest.update(path.read_bytes())
    return STAMPS / digest.hexdigest()


def tidy(build, source):
    """What clang-tidy found in one file; empty when it is clean."""
    done = subprocess.run(["clang-tidy", "--quiet", "-p", build, str(source)],
                          capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main():
    build = sys.argv[1]
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True).stdout
    if " version 14." not in version:
        print("SKIPPED: the checks are those of clang-tidy 14, this is", version)
        return 77
    salt = version.encode() + (ROOT / ".clang-tidy").read_bytes()
    STAMPS.mkdir(parents=True, exist_ok=True)
    work = {}  # source: stamp
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    (STAMPS / "compile_commands.json").write_text(json.dumps(entries))
    for entry in entries:
        source = pathlib.Path(entry["file"])
        if str(source).startswith(tuple(f"{ROOT}/{room}" for room in ROOMS)):
            stamp = stamp_of(entry, source, salt)
            if not stamp.exists():
                work[source] = stamp
    print(f"clang-tidy: {len(work)} files to look at", flush=True)
    dirty = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(tidy, str(STAMPS), source): source for source in work}
        for job in concurrent.futures.as_completed(jobs):
            if job.result():
                dirty += 1
                print(job.result(), flush=True)
            else:
                work[jobs[job]].touch()
    print(f"clang-tidy: {dirty} of {len(work)} files have findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
