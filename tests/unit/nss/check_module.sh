#!/bin/sh
# What the module shows to the program that loads it, and what it needs: its entry points, libc.
# usage: check_module.sh libnss_liqo.so.2
set -eu
module=$1

expected="_nss_liqo_endhostent
_nss_liqo_gethostbyaddr2_r
_nss_liqo_gethostbyaddr_r
_nss_liqo_gethostbyname2_r
_nss_liqo_gethostbyname3_r
_nss_liqo_gethostbyname4_r
_nss_liqo_gethostbyname_r
_nss_liqo_gethostent_r
_nss_liqo_sethostent"

fail() {
  echo "$module: $*" >&2
  exit 1
}

exported=$(nm -D --defined-only "$module" | awk '{print $3}' | LC_ALL=C sort)
[ "$exported" = "$expected" ] || fail "exports something else:
$exported"

imported=$(nm -D --undefined-only "$module")
echo "$imported" | grep -q ' secure_getenv@' || fail "does not ask whether it may be told"
echo "$imported" | grep -q ' getenv@' && fail "listens to whoever starts a set-user-ID program"

dynamic=$(readelf -dW "$module")
needed=$(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[ "$needed" = libc.so.6 ] || fail "needs more than libc: $needed"
echo "$dynamic" | grep -q 'SONAME.*\[libnss_liqo\.so\.2\]' || fail "another soname"
echo "$dynamic" | grep -q 'FLAGS_1.*NOW.*NODELETE' || fail "not now, nodelete"
readelf -lW "$module" | grep -q GNU_RELRO || fail "no relro"
readelf -lW "$module" | grep -q 'GNU_STACK.*RWE' && fail "executable stack"
exit 0
