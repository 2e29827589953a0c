#!/bin/sh
# The packages of Debian and Ubuntu that the window, its tests and the frozen build need.
# Installs what is missing as root or through sudo; without either it names the command and stops.
# usage: system_packages.sh [extra package …]
set -eu
command -v dpkg-query >/dev/null 2>&1 || { echo "Not Debian or Ubuntu: see README.md for the libraries that Qt needs."; exit 0; }

# Drawing without a screen, then the same under X11, then printing.
wanted="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0
        libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libcups2 $*"

is_installed() {
    # Newer releases carry the same library as NAMEt64.
    for name in "$1" "$1t64"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | cut -c1-9)" = installed ] && return 0
    done
    return 1
}

missing=""
for package in $wanted; do
    is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "System packages that are missing:$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root="sudo"
else
    echo
    echo "They need the rights of the administrator. Please run this, then start again:"
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing"
    exit 1
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing
