# For ./dev: what each part of the work needs of Debian, and how it is had. Sourced.

declare -rA PACKAGES=(
  [build]="ca-certificates g++ cmake ninja-build ccache pkg-config libavahi-client-dev
    libavahi-core-dev libc-ares-dev libldns-dev libunbound-dev libuv1-dev libspdlog-dev libtomlplusplus-dev
    nlohmann-json3-dev libcli11-dev libsystemd-dev libcdb-dev
    libcurl4-openssl-dev libssl-dev"
  [tests]="python3 catch2 binutils clang-format clang-tidy bind9-utils nsd unbound dns-root-data groff-base
    mandoc"
  [package]="dpkg-dev fakeroot lintian"
  [system]="debootstrap systemd-container"
  [lint]="clang-format"
  [fuzz]="clang libclang-rt-dev"
  [world]="avahi-daemon avahi-utils dbus iproute2 nftables openssl python3 util-linux
    bind9 bind9-dnsutils bind9-utils nsd knot pdns-server pdns-backend-sqlite3 unbound ldnsutils
    faketime dns-root-data jq python3-yaml bash fish zsh socat python3-prometheus-client dnsmasq-base"
  [bench]="dnsperf libsystemd-shared redis-tools"
)

# need PART...: installs what is missing. Asks dpkg first, so that a repeat costs nothing.
need() {
  local part package have wanted=() missing=()
  for part in "$@"; do wanted+=(${PACKAGES[$part]}); done
  have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2> /dev/null || true)
  for package in "${wanted[@]}"; do
    grep -qx "$package installed" <<< "$have" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "apt-get install ${missing[*]}"
  apt_get update
  local before
  before=$(installed)
  hold_services
  apt_get -y --no-install-recommends install "${missing[@]}"
  release_services
  disable_services "$before"
}

installed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u; }

# disable_services BEFORE: nor are the daemons to start at the next boot: those of the packages that
# are installed now and were not among BEFORE. systemctl does it without a systemd that runs, too.
disable_services() {
  local new units
  # What makes a host boot is no daemon of ours.
  mapfile -t new < <(comm -13 <(printf '%s\n' "$1") <(installed) | grep -vE '^(systemd.*|udev|dbus.*)$')
  [ ${#new[@]} -gt 0 ] || return 0
  mapfile -t units < <(units_of "${new[@]}")
  [ ${#units[@]} -gt 0 ] || return 0
  if ! command -v systemctl > /dev/null; then
    step "no systemctl: with one, disable ${units[*]}"
    return 0
  fi
  as_root systemctl --quiet disable "${units[@]}" ||
    step "could not be disabled, and start at the next boot: ${units[*]}"
}

# units_of PACKAGE...: what it has that a boot starts where it is enabled; no templates.
units_of() {
  local path
  { dpkg-query -L "$@" 2> /dev/null || true; } |
    sed -nE 's#^(/usr)?/lib/systemd/system/([^/@]+\.(service|socket|path|timer))$#\2#p' | sort -u |
    while read -r path; do
      path=$(find /lib/systemd/system/"$path" -exec grep -l '^\[Install\]' {} + 2> /dev/null)
      if [ -n "$path" ]; then basename "$path"; fi
    done
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }

# unpack DIRECTORY PACKAGE...: the files of packages, without installing them: the NSS modules of
# others would put themselves into this host's nsswitch.conf.
unpack() {
  local directory=$1 package
  shift
  mkdir -p "$directory"
  for package in "$@"; do
    [ ! -e "$directory/.$package" ] || continue
    apt-cache show "$package" > /dev/null 2>&1 || apt_get update
    (cd "$directory" && apt-get -q download "$package" && dpkg-deb -x "$package"_*.deb .)
    touch "$directory/.$package"
  done
}

# The daemons are for the namespaces of the tests: none is to start on this host because of us.
readonly POLICY=/usr/sbin/policy-rc.d
hold_services() {
  if [ -e $POLICY ]; then return; fi
  trap release_services EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee $POLICY > /dev/null
  as_root chmod +x $POLICY
  held=yes
}
release_services() {
  if [ "${held:-}" = yes ]; then as_root rm -f $POLICY; fi
  held=
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo --preserve-env=CI,LIQO_BUILD "$@"; fi
}
# Without root and without sudo the program runs all the same and says what it cannot do.
exec_as_root() {
  if [ "$(id -u)" != 0 ] && command -v sudo > /dev/null; then
    exec sudo --preserve-env=CI,LIQO_BUILD "$@"
  fi
  exec "$@"
}

# Every C++ source, each ended by a NUL.
sources() {
  find agent cli nss resolver tests \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z
}
