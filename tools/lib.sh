# Shared by tools/run.sh and tools/test.sh, which source it. bash; expects `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian 12 packages by what needs them.
packages_build=(g++ cmake ninja-build ccache libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libxxhash-dev libedit-dev liburing-dev)
packages_window=(pkg-config libimgui-dev libstb-dev libglfw3-dev libopengl-dev libgl1-mesa-dri fonts-dejavu-core)
packages_screen=(xvfb xauth xdotool)
packages_record=(g++-mingw-w64-x86-64-posix wine)
packages_test=(doctest-dev)
packages_test_all=(clang libclang-rt-dev)
packages_compare=(liblttng-ust-dev lttng-tools)   # what `bench record` measures beside its own; without them it says so

say() { printf '%s\n' "$*"; }
skipped() { printf 'SKIPPED: %s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# step TEXT: "[3/7] TEXT"; the caller sets steps_total.
step_now=0
step() { step_now=$((step_now + 1)); printf '\n[%d/%d] %s\n' "$step_now" "$steps_total" "$*"; }

seconds_since() { say "$((SECONDS - $1)) s"; }

have_package() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# ensure_packages INSTALL PACKAGE...: installs what is missing. INSTALL 0: prints the command and stops if something is missing.
ensure_packages() {
    local install=$1 package missing=()
    shift
    if ! command -v dpkg-query >/dev/null; then
        say "This system has no dpkg. The packages by their Debian names, to be installed by hand: $*"
        return
    fi
    for package in "$@"; do
        have_package "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} = 0 ]; then
        say "all $# packages are there"
        return
    fi
    say "missing: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi
    if [ "$install" = 0 ]; then
        say "Install them with (root, because apt writes to /usr):"
        say "    ${as_root[*]:+sudo }apt-get install --no-install-recommends ${missing[*]}"
        exit 1
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "installing packages needs root, because apt writes to /usr, and there is no sudo; as root: apt-get install --no-install-recommends ${missing[*]}"
    fi
    say "installing them with apt-get; that needs root, because apt writes to /usr${as_root:+ (sudo may ask for your password)}"
    # An empty or old package list is the usual reason for a failure: fetch it and try once more.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && return
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# build PRESET [TARGET...]: configures (a second when nothing changed), builds what changed; without a terminal one line in ten seconds.
build() {
    local preset=$1 started=$SECONDS targets=()
    shift
    [ $# = 0 ] || targets=(--target "$@")
    export CCACHE_BASEDIR="$root"
    mkdir -p "$root/build"
    local log="$root/build/$preset.log"
    (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 || { cat "$log"; die "cmake --preset $preset failed"; }
    (cd "$root" && NINJA_STATUS='[%f/%t] ' cmake --build --preset "$preset" "${targets[@]}") 2>&1 | tee "$log" | progress ||
        { grep -v '^\[' "$log" | tail -n 40; die "the $preset build failed; all of it is in build/$preset.log"; }
    say "built $preset in $(seconds_since "$started")"
}

# Passes on "[12/80]" of a build as it goes: in place on a terminal, else a line now and then.
progress() {
    local line last=-100
    while IFS= read -r line; do
        if [ -t 1 ]; then
            printf '\r\033[K%s' "${line:0:100}"
        elif [[ $line == \[* ]] && ((SECONDS - last >= 10)); then
            say "  ${line%%]*}]"
            last=$SECONDS
        fi
    done
    if [ -t 1 ]; then printf '\r\033[K'; fi
}

has_display() { [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }

# under_screen COMMAND...: on a virtual screen of its own.
under_screen() { xvfb-run -a -s '-screen 0 1920x1200x24' "$@"; }
