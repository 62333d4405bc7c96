"""The arrows between the rooms, and the rooms of the C libraries, read from the includes.

The table is docs/architecture.md's. A room may look into the rooms named here and into itself."""

import pathlib
import re
import sys

# A room, and what it may look into: rooms, single headers, and with "/" at the end whole storeys.
# The longest of these that a file's path begins with is its room.
ARROWS = {
    "resolver": [],  # result.h, time.h: values that every room but nss may use
    "resolver/dnssd": [],
    "resolver/loop": [],
    "resolver/wire": ["resolver/dnssd"],
    "resolver/link": ["resolver/loop", "resolver/dnssd"],
    "resolver/lan": ["resolver/loop", "resolver/wire", "resolver/link", "resolver/dnssd"],
    "resolver/dns": ["resolver/loop", "resolver/wire", "resolver/dnssd"],
    "resolver/registrar": ["resolver/loop", "resolver/wire", "resolver/dns", "resolver/dnssd"],
    "agent": ["resolver/", "agent/"],
    "agent/config": ["resolver/"],
    "agent/registry": ["resolver/dnssd"],
    "agent/json": [],
    "agent/varlink": ["resolver/loop"],
    "agent/api": ["resolver/", "agent/check/report.h", "agent/json", "agent/registry",
                  "agent/varlink"],
    "agent/names": ["resolver/", "agent/config/config.h", "agent/registry", "nss/snapshot.h"],
    "agent/probe": ["resolver/loop", "resolver/dnssd"],
    "agent/check": ["resolver/loop", "resolver/dnssd", "agent/probe", "agent/registry"],
    "agent/identity": ["resolver/dnssd", "agent/registry"],
    "agent/manual": ["resolver/", "agent/registry", "agent/state"],
    "agent/state": ["resolver/", "agent/json", "agent/registry"],
    "agent/registration": ["resolver/", "agent/config/config.h", "agent/registry"],
    "cli": ["resolver/dnssd", "agent/varlink"],
    "nss": [],
}
# A library's header: the rooms that may include it.
LIBRARIES = {
    r"uv\.h|uv/": ["resolver/loop"],
    r"ldns/": ["resolver/wire"],
    r"ares": ["resolver/dns"],
    r"unbound": ["resolver/dns"],
    r"avahi-": ["resolver/lan"],
    r"cdb\.h": ["agent/names"],
    r"toml\+\+/|toml\.h": ["agent/config"],
    r"curl/": ["agent/probe"],
    r"openssl/": ["agent/probe", "resolver/wire"],
    r"systemd/": ["agent"],
    r"CLI/": ["agent", "cli"],
    r"nlohmann/": ["agent/varlink", "agent/api", "agent/probe", "agent/state",
                   "agent/manual", "cli"],
    r"spdlog/": ["agent", "agent/config", "agent/registry", "agent/varlink", "agent/api",
                 "agent/names", "agent/state", "agent/manual", "resolver/lan"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    return max((room for room in ARROWS if path == room or path.startswith(room + "/")),
               key=len, default=None)


def allowed(room, include):
    target = room_of(include)
    if target is None or target == room or target == "resolver" and room != "nss":
        return True
    return any(arrow in (include, target) or arrow.endswith("/") and include.startswith(arrow)
               for arrow in ARROWS[room])


def complaints(path, text):
    room = room_of(path)
    for kind, include in INCLUDE.findall(text):
        if kind == '"' and "/" not in include:
            yield f"{path}: include {include} from the root of the repository"
        if kind == '"' and not allowed(room, include):
            yield f"{path}: {room} must not look into {room_of(include)} ({include})"
        for library, rooms in LIBRARIES.items():
            if re.match(library, include) and room not in rooms:
                yield f"{path}: <{include}> belongs to {', '.join(rooms)} alone"


def self_test():
    """The check can fail: what must be found is found."""
    wrong = {
        "nss/a.cc": '#include "resolver/result.h"',
        "resolver/dnssd/a.cc": '#include "resolver/loop/loop.h"',
        "resolver/lan/a.cc": '#include "agent/registry/registry.h"',
        "agent/registry/a.cc": '#include "agent/api/api.h"',
        "cli/a.cc": '#include <uv.h>',
        "agent/api/a.cc": '#include "../api.h"\n#include <ldns/ldns.h>',
    }
    right = {
        "agent/main.cc": '#include "agent/api/api.h"\n#include "resolver/lan/source.h"',
        "agent/names/a.cc": '#include "nss/snapshot.h"\n#include <cdb.h>',
        "resolver/lan/helper.cc": '#include <avahi-core/core.h>\n#include <vector>',
    }
    assert all(list(complaints(*item)) for item in wrong.items()), "a wrong arrow was not found"
    assert not any(list(complaints(*item)) for item in right.items()), "a right arrow was blamed"


def main():
    self_test()
    files = [path for top in ("agent", "cli", "nss", "resolver")
             for pattern in ("*.cc", "*.h", "*.h.in") for path in pathlib.Path(top).rglob(pattern)]
    found = [line for path in sorted(files) for line in complaints(str(path), path.read_text())]
    print("\n".join(found) or f"{len(files)} files, every arrow as it should be")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
