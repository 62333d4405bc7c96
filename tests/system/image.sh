#!/usr/bin/env bash
# image.sh SUITE PACKAGE...: build/system/SUITE, a small Debian that systemd-nspawn can boot, with all
# that the packages given need and without them. Made once, and again when they need something else.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

readonly SUITE=$1
shift
readonly IMAGE=build/system/$SUITE
# What a host has besides; python3 and git are none of it: the tests bring their own.
readonly HOST=systemd,systemd-sysv,dbus,avahi-daemon,iproute2,ca-certificates,procps

# The names in Depends and Recommends; of alternatives the first. Ours are none of them.
needed() {
  local package
  for package in "$@"; do
    dpkg-deb -f "$package" Depends
    dpkg-deb -f "$package" Recommends
  done | sed 's/^[A-Za-z]*: //' | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/[[:space:]]//g' |
    grep -vE '^(liqo-discovery|libnss-liqo|)$' | sort -u
}

readonly WANTED=$(needed "$@")
if [ "$(cat "$IMAGE/.wanted" 2> /dev/null)" = "$WANTED" ]; then exit 0; fi

rm -rf "$IMAGE" "$IMAGE.part"
mkdir -p build/system
debootstrap --variant=minbase --include="$HOST" "$SUITE" "$IMAGE.part" "$(tests/system/mirror.sh)"
# shellcheck disable=SC2086 # a word a package
chroot "$IMAGE.part" apt-get -qy --no-install-recommends install $WANTED
rm -rf "$IMAGE.part"/var/cache/apt/archives/*.deb "$IMAGE.part"/var/lib/apt/lists/*
: > "$IMAGE.part/etc/machine-id" # each machine makes its own
printf '%s\n' "$WANTED" > "$IMAGE.part/.wanted"
mv "$IMAGE.part" "$IMAGE"
