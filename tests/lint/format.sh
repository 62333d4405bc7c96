#!/usr/bin/env bash
# Every source is as clang-format 14 would write it (`./dev format`). Other versions differ in
# details, so they are not asked.
set -euo pipefail
. tests/support/install.sh
version=$(clang-format --version)
case $version in
  *" version 14."*) ;;
  *) echo "SKIPPED: clang-format 14 is needed, this is $version"; exit 77 ;;
esac
sources | xargs -0 clang-format --dry-run --Werror
