#!/usr/bin/env bash
# fresh.sh SUITE COMMAND...: `./dev COMMAND...` on a Debian of that release which has nothing but its
# base system, git, and this checkout as it was committed. As root. The system is made once; what the
# command installs and builds there stays for the next one.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."

readonly SUITE=$1
shift
readonly SYSTEM=$PWD/build/system/fresh-$SUITE
readonly CHECKOUT=/root/liqo-discovery

if [ ! -d "$SYSTEM" ]; then
  mkdir -p build/system
  debootstrap --variant=minbase --include=git "$SUITE" "$SYSTEM.part" "$(tests/system/mirror.sh)"
  mv "$SYSTEM.part" "$SYSTEM"
fi
if [ ! -d "$SYSTEM$CHECKOUT" ]; then
  git clone --quiet --no-hardlinks . "$SYSTEM$CHECKOUT"
else
  git push --quiet --force "$SYSTEM$CHECKOUT" HEAD:refs/heads/given
  git -C "$SYSTEM$CHECKOUT" reset --quiet --hard given
fi
cp /etc/resolv.conf "$SYSTEM/etc/resolv.conf"

# Processes and mounts of its own: all ends with the command. The network is this machine's, for
# apt-get; the tests make their own. A root to pivot to, for what enters namespaces leaves a chroot.
export SYSTEM CHECKOUT
unshare --mount --pid --fork --kill-child sh -ec '
  mount --bind "$SYSTEM" "$SYSTEM"
  mount --rbind /dev "$SYSTEM/dev"
  mount --rbind /sys "$SYSTEM/sys"
  mount -t proc proc "$SYSTEM/proc"
  mount -t tmpfs tmpfs "$SYSTEM/run"
  mount -t tmpfs -o mode=1777 tmpfs "$SYSTEM/tmp"
  cd "$SYSTEM"
  pivot_root . mnt
  exec chroot . env HOME=/root LC_ALL=C.UTF-8 sh -ec "
    umount --lazy /mnt
    cd $CHECKOUT
    exec ./dev \"\$@\"" sh "$@"
' sh "$@" <&0 &
# unshare itself heeds none of these; with its end all inside ends.
trap 'kill -KILL $!' HUP INT TERM
wait $!
