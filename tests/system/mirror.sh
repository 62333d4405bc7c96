#!/bin/sh
# Prints where this machine has Debian from, of its own apt sources.
apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Component: main" \
  "Origin: Debian" "Label: Debian" | head -n 1
