"""What the programs have is in their documents, and what these name is there: documented.py BUILD

Keys of the configuration, commands and options, warnings, limits, tests, and links."""

import collections
import pathlib
import re
import subprocess
import sys

DOCS = pathlib.Path("docs")
ROOMS = ("agent", "cli", "nss", "resolver")
# How agent/config asks for a key, and for a section.
KEY = re.compile(r'(?:\.(?:flag|number|texts?|parsed|parsed_list)\(|'
                 r'\bread_\w+\((?:section|table), )\s*"([a-z-]+)"')
SECTION = re.compile(r'\.sections?\(\s*"([a-z-]+)"')
ENDPOINTS = ("auth", "api", "gateway")
# A line of the log whose text is a fixed one, and a condition that status shows.
LOG = re.compile(r'spdlog::(?:warn|error)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
CONDITION = re.compile(r'(?:warnings_?)\.tell\(\s*((?:"(?:[^"\\]|\\.)*"\s*(?:\+ [^"+]*\+\s*)?)+)')
MIN_PIECE = 9  # octets of a line that is looked for; less says nothing


def sources(*rooms):
    for room in rooms:
        for path in sorted(pathlib.Path(room).rglob("*.cc")) + sorted(
                pathlib.Path(room).rglob("*.h")):
            yield path, path.read_text()


def plain(page):
    """A manual page without its formatting."""
    text = re.sub(r"\\f.", "", page).replace("\\-", "-").replace("\\(dq", '"')
    return re.sub(r"^\.(?:BR|RB|IR|RI|BI|IB|B|I) ?", "", text, flags=re.M).replace('"', "")


# --- configuration ---------------------------------------------------------------------------

def read_keys(texts):
    """(keys and how often each is asked for, sections) that agent/config reads."""
    keys, sections = collections.Counter(), set(ENDPOINTS)
    for text in texts:
        keys.update(KEY.findall(text))
        sections.update(SECTION.findall(text))
    return keys, sections


def page_keys(page):
    """The same of the manual page: each key heads a paragraph, each section a chapter."""
    keys = collections.Counter(
        key.replace("\\-", "-") for key in re.findall(r"^\.TP\n\.B ([a-z\\-]+)$", page, re.M))
    chapters = re.findall(r"^\.SH (.*\[.*)$", page, re.M)
    return keys, {name.split(".")[-1] for chapter in chapters
                  for name in re.findall(r"\[([a-z.]+)\]", chapter)}


def config_complaints(texts, page, example):
    keys, sections = read_keys(texts)
    if not keys:
        yield "no key of the configuration was found: how agent/config asks for them has changed"
    told, chapters = page_keys(page)
    for key in sorted(keys.keys() | told.keys()):
        if keys[key] != told[key]:
            yield (f"liqo-discovery.toml.5 has {key} {told[key]} times, "
                   f"agent/config reads it {keys[key]} times")
    for name in sorted(sections ^ chapters):
        yield f"section {name} is in one of agent/config and liqo-discovery.toml.5 alone"
    for key in sorted(keys):
        if not re.search(rf"^#?{key} = ", example, re.M):
            yield f"config.toml does not show {key}"
    for name in sorted(sections):
        if not re.search(rf"^#?\[+(?:[a-z]+\.)?{name}\]", example, re.M):
            yield f"config.toml does not show section {name}"


# --- command line ----------------------------------------------------------------------------

def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], check=True, capture_output=True,
                          text=True, timeout=60).stdout


def flags_of(text):
    """The long options that a help text offers, and the words that one may choose from."""
    words = set(re.findall(r"(?:^| |,)(--[a-z-]+)", text, re.M))
    for choices in re.findall(r": ([a-z]+(?:\|[a-z]+)+)$", text, re.M):
        words.update(choices.split("|"))
    return words


def paragraphs(page, commands):
    """By command, what the chapter COMMANDS says of it."""
    chapter = plain(page).partition(".SH COMMANDS")[2].partition("\n.SH")[0]
    found, command = collections.defaultdict(str), ""
    for paragraph in re.split(r"^\.TP\n", chapter, flags=re.M):
        first = (paragraph.split() or [""])[0]
        command = first if first in commands else command
        found[command] += paragraph
    return found


def command_complaints(program_help, helps, page):
    """`helps`: the help text of each command."""
    options = plain(page).partition(".SH OPTIONS")[2].partition("\n.SH")[0]
    told = paragraphs(page, helps)
    for flag in flags_of(program_help):
        if flag not in options:
            yield f"liqo-discovery.1 does not have {flag}"
    for command, text in helps.items():
        if command not in told:
            yield f"liqo-discovery.1 does not have the command {command}"
        for word in sorted(flags_of(text)):
            if not re.search(rf"(?<![\w-]){word}(?![\w-])", told[command] + options):
                yield f"liqo-discovery.1 does not have {word} of {command}"


# --- what documents say of the tree ------------------------------------------------------------

def longest_piece(written):
    """Of C++ string literals, joined or added up, the longest piece without a placeholder."""
    joined = re.sub(r'"\s+"', "", written)
    literals = re.findall(r'"((?:[^"\\]|\\.)*)"', joined)
    return max((piece.strip(" :;,()") for text in literals for piece in text.split("{}")), key=len)


def log_complaints(texts, page):
    page = " ".join(page.split())
    for path, text in texts:
        for pattern in (LOG, CONDITION):
            for piece in map(longest_piece, pattern.findall(text)):
                if len(piece) >= MIN_PIECE and piece not in page:
                    yield f"operations.md does not have the line of {path}: {piece}"


def limit_complaints(page, code):
    table = page.partition("## Limits")[2].partition("\n## ")[0]
    names = re.findall(r"`(k[A-Z]\w+|[a-z]+_[a-z_]+)`", table)
    if not names:
        yield "operations.md names no limit"
    for name in names:
        if not re.search(rf"\b{name}\b", code):
            yield f"operations.md names {name}, which is not there"


def reference_complaints(path, text):
    """Tests that a document names, and files that it links."""
    for file, names in re.findall(r"`(tests/\S+?\.(?:py|cc))`((?:,? `[A-Z]\w+(?:\.\w+)?`)*)", text):
        there = pathlib.Path(file)
        if not there.is_file():
            yield f"{path}: there is no {file}"
            continue
        for name in re.findall(r"`([\w.]+)`", names):
            kind, _, test = name.partition(".")
            code = there.read_text()
            if f"class {kind}(" not in code or test and f"def {test}(" not in code:
                yield f"{path}: {file} has no {name}"
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if not (path.parent / link).exists():
            yield f"{path}: there is no {link}"


def self_test():
    """The check can fail: what must be found is found."""
    config = ['section.flag("one"); document.section("part"); read_text(section, "two", x)']
    page = ".SH [part], [auth], [api], [gateway]\n.TP\n.B one\n.TP\n.B two\n"
    example = "[part]\n#[auth]\n#[api]\n#[gateway]\n#one = 1\ntwo = 2\n"
    assert not list(config_complaints(config, page, example))
    assert list(config_complaints(config, page.replace("two", "three"), example))
    assert list(config_complaints(config, page, example.replace("one", "on")))
    assert list(config_complaints(config, page.replace("[part]", ""), example))
    helps = {"list": "  -o, --output FORMAT   how: table|json\n"}
    manual = ".SH COMMANDS\n.TP\n\\fBlist\\fR\n.SH OPTIONS\n\\-\\-output: table, json\n.SH END\n"
    assert not list(command_complaints("", helps, manual))
    assert list(command_complaints("", helps, manual.replace("json", "yaml")))
    assert list(command_complaints("  --odd  x", helps, manual))
    log = [("a.cc", 'spdlog::warn("the {} is on fire: {}", x);')]
    assert not list(log_complaints(log, "when N is on fire: water"))
    assert list(log_complaints(log, "when N is wet"))
    sums = [("a.cc", 'warnings.tell("the roof of " + called(x) + " is on fire", n, now)')]
    assert not list(log_complaints(sums, "the roof of NAME is on fire"))
    assert list(log_complaints(sums, "the roof is wet"))
    assert list(limit_complaints("## Limits\n`kMost`", "int kLeast;"))
    assert list(reference_complaints(DOCS / "a.md", "[b](nowhere.md)"))
    assert list(reference_complaints(DOCS / "a.md", "`tests/lint/documented.py` `Nobody.test_x`"))


def main():
    self_test()
    build = pathlib.Path(sys.argv[1]) / "bin"
    operations = (DOCS / "operations.md").read_text()
    found = list(config_complaints(
        [text for _, text in sources("agent/config")],
        (DOCS / "liqo-discovery.toml.5").read_text(), pathlib.Path("systemd/config.toml").read_text()))
    program_help = help_of(build / "liqo-discovery")
    commands = re.findall(r"^  ([a-z]+)  ", program_help, re.M)
    helps = {command: help_of(build / "liqo-discovery", command) for command in commands}
    found += command_complaints(program_help.partition("Everywhere")[2], helps,
                                (DOCS / "liqo-discovery.1").read_text())
    agent_page = plain((DOCS / "liqo-discoveryd.8").read_text())
    found += [f"liqo-discoveryd.8 does not have {flag}"
              for flag in flags_of(help_of(build / "liqo-discoveryd")) if flag not in agent_page]
    found += log_complaints(sources("agent", "resolver"), operations)
    found += limit_complaints(operations, "".join(text for _, text in sources(*ROOMS)))
    for path in [*sorted(pathlib.Path().glob("*.md")), *sorted(DOCS.glob("*.md")),
                 pathlib.Path("tests/README.md")]:
        found += reference_complaints(path, path.read_text())
    print("\n".join(found) or f"{len(commands)} commands, and all else, as documented")
    return 1 if found or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
