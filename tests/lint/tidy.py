"""clang-tidy over every source of the product: tidy.py BUILD-DIRECTORY

A file that was clean is not looked at again until it, a header of ours that it includes, its
compile command or .clang-tidy changes: build/tidy holds a stamp for each. Most of the time goes into
the headers, so several sources of a directory are looked at as one, as far as they compile as one."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
ROOT = pathlib.Path.cwd()
STAMPS = ROOT / "build" / "tidy"
# What g++ precompiled is nothing to clang; sources include what they use.
PRECOMPILED = re.compile(r" -Winvalid-pch -include \S+cmake_pch\.hxx")
OUTPUT = re.compile(r" -o \S+")
ROOMS = ("agent/", "cli/", "nss/", "resolver/")
# A source included by another is a header to clang-tidy.
FILTER = r"--header-filter=(agent|cli|nss|resolver)/.*\.(h|cc)$"
MAX_BATCH = 8  # of 16 few compile as one
# What begins a line and is defined there. Two sources with one such name seldom compile as one.
DEFINED = re.compile(r"^(?!using|namespace)\w[\w:<>,&* ]*?(?<![:\w])(\w+)(?= ?[(={\[])", re.M)


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


def batches_of(work):
    """Lists of sources that probably compile as one: of one directory and command, no name twice."""
    open_batches = {}
    for source, command in work.items():
        names = set(DEFINED.findall(source.read_text()))
        group = open_batches.setdefault((source.parent, command.replace(str(source), "")), [])
        for batch, taken in group:
            if len(batch) < MAX_BATCH and not taken & names:
                batch.append(source)
                taken |= names
                break
        else:
            group.append(([source], names))
    return [batch for group in open_batches.values() for batch, _ in group]


def tidy(directory, source):
    """What clang-tidy found in one file; empty when it is clean."""
    done = subprocess.run(["clang-tidy", "--quiet", FILTER, "-p", str(directory), str(source)],
                          capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def tidy_batch(entries, batch):
    """What it found in each of them. Findings in a batch are told by its sources alone."""
    if len(batch) > 1:
        with tempfile.TemporaryDirectory(dir=STAMPS) as directory:
            one = pathlib.Path(directory) / "batch.cc"
            one.write_text("".join(f'#include "{source}"\n' for source in batch))
            entry = dict(entries[batch[0]], file=str(one))
            entry["command"] = entry["command"].replace(str(batch[0]), str(one))
            (one.parent / "compile_commands.json").write_text(json.dumps([entry]))
            if not tidy(directory, one):
                return {source: "" for source in batch}
    return {source: tidy(STAMPS, source) for source in batch}


def entries_of(build):
    """Of every source of the product, its compile command."""
    entries = {}
    for entry in json.loads((pathlib.Path(build) / "compile_commands.json").read_text()):
        if entry["file"].startswith(tuple(f"{ROOT}/{room}" for room in ROOMS)):
            command = OUTPUT.sub("", PRECOMPILED.sub("", entry["command"]))
            entries[pathlib.Path(entry["file"])] = dict(entry, command=command)
    return entries


def main():
    build = sys.argv[1]
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True).stdout
    if " version 14." not in version:
        print("SKIPPED: the checks are those of clang-tidy 14, this is", version)
        return 77
    salt = version.encode() + (ROOT / ".clang-tidy").read_bytes()
    STAMPS.mkdir(parents=True, exist_ok=True)
    entries = entries_of(build)
    (STAMPS / "compile_commands.json").write_text(json.dumps(list(entries.values())))
    stamps = {source: stamp_of(entry, source, salt) for source, entry in entries.items()}
    work = {source: entries[source]["command"] for source, stamp in stamps.items()
            if not stamp.exists()}
    batches = batches_of(work)
    print(f"clang-tidy: {len(work)} files to look at, in {len(batches)} batches", flush=True)
    dirty = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(tidy_batch, entries, batch) for batch in batches]
        for job in concurrent.futures.as_completed(jobs):
            for source, findings in job.result().items():
                if findings:
                    dirty += 1
                    print(findings, flush=True)
                else:
                    stamps[source].touch()
    print(f"clang-tidy: {dirty} of {len(work)} files have findings")
    return 1 if dirty else 0


if __name__ == "__main__":
    sys.exit(main())
