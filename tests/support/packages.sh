#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the Debian packages that are missing. usage: sh packages.sh build|demo|fuzz|long|package|test...
# A package that this Debian does not have is left out, with a message, if it is one of `optional`.
# No service is started for it, now or at the next boot; the tests start their own, on loopback.
set -eu

build='g++ cmake ninja-build libasio-dev nlohmann-json3-dev catch2 libssl-dev libldns-dev libkrb5-dev
    libidn2-dev'
demo='python3'
long='valgrind'
package='dpkg-dev file lintian doxygen pkg-config debootstrap mount util-linux'
fuzz='clang libclang-rt-dev'
# Debian 12's own is 14, which cannot build Asio's coroutines.
grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release && fuzz='clang-16 libclang-rt-16-dev'
test="$demo iproute2 mount util-linux microsocks dante-server openssh-client openssh-server tor
    shadowsocks-libev stunnel4 tinyproxy squid privoxy unbound krb5-kdc krb5-admin-server krb5-user openssl
    golang-go golang-github-armon-go-socks5-dev v2ray i2pd obfs4proxy putty-tools python3-asyncssh python3-twisted libio-socket-socks-perl
    jq procps ncat netcat-openbsd socat connect-proxy curl proxychains4 rsync parallel strace git patch pkg-config python3-jsonschema
    doxygen mandoc bash bash-completion zsh fish clang-format-14 clang-tidy-14"
[ "$(id -u)" -eq 0 ] || test="$test uidmap" # then the tests get their servers' user ids from it
optional='dante-server clang-format-14 clang-tidy-14' # Debian 12 has them, Debian 13 does not
services='ssh microsocks danted tor shadowsocks-libev stunnel4 tinyproxy squid privoxy unbound krb5-kdc krb5-admin-server v2ray i2pd rsync'

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

wanted=
for group in "$@"; do
    case $group in
    build) wanted="$wanted $build" ;;
    demo) wanted="$wanted $demo" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    long) wanted="$wanted $long" ;;
    package) wanted="$wanted $package" ;;
    test) wanted="$wanted $test" ;;
    *) echo "packages.sh: unknown group '$group' (known: build, demo, fuzz, long, package, test)" >&2; exit 2 ;;
    esac
done

missing=
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done

# has WORD LIST: whether the word is in the list of words
has() {
    case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

known() {
    [ -n "$(apt-cache --quiet madison "$1" 2>/dev/null)" ]
}

available() {
    known "$1" || ! known g++ # without lists of packages, anything may be there
}

# Drops from $missing what is optional and not available.
leave_out() {
    kept=
    for package in $missing; do
        if has "$package" "$optional" && ! available "$package"; then
            echo "packages.sh: this system has no package $package; tests that need it are LEFT OUT"
        else
            kept="$kept $package"
        fi
    done
    missing=$kept
}

needed=
for package in $missing; do
    has "$package" "$optional" || needed=yes
done
[ -n "$needed" ] || leave_out # no new list for that
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "packages.sh: not root and no sudo; please install these packages first:$missing" >&2
    exit 1
fi

log=$(mktemp)
policy=/usr/sbin/policy-rc.d # invoke-rc.d and deb-systemd-invoke ask it before they start anything
ours=
clean_up() {
    rm -f "$log"
    [ -z "$ours" ] || as_root rm -f $policy
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ ! -e $policy ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
fi

fresh=
for service in $services; do
    [ -e "/lib/systemd/system/$service.service" ] || fresh="$fresh $service"
done

quietly() {
    "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
}
quietly as_root apt-get -qq update
leave_out
[ -z "$missing" ] || echo "installing:$missing"
# shellcheck disable=SC2086 # lists of words
[ -z "$missing" ] ||
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qqy install --no-install-recommends $missing

for service in $fresh; do
    if [ -e "/lib/systemd/system/$service.service" ] && command -v systemctl >/dev/null; then
        as_root systemctl --quiet disable "$service" 2>/dev/null || true
    fi
done
