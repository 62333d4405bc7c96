#!/usr/bin/env bash
# The manual pages are clean for both formatters that people read them with: mandoc and groff.
set -euo pipefail
status=0
for page in docs/*.[158]; do
  # Another name of a page: its target is looked at under its own.
  if target=$(sed -n 's|^\.so man[158]/||p' "$page") && [ -n "$target" ]; then
    [ -f "docs/$target" ] || { echo "$page: there is no docs/$target"; status=1; }
    continue
  fi
  mandoc -T lint -W warning "$page" || status=1
  # Line lengths are groff's to choose, not to complain about.
  complaints=$(MANWIDTH=80 groff -man -ww -Tutf8 -rLL=80n "$page" 2>&1 > /dev/null)
  [ -z "$complaints" ] || { printf '%s\n' "$complaints"; status=1; }
done
exit $status
