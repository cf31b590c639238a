# shellcheck shell=bash
# What the scripts beside this one share. Source it; it goes to the top of the project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# No build changes which modules it is made of, whatever the machine's own settings say.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-mod=readonly"

have() { command -v "$1" >/dev/null 2>&1; }

say() { printf '%s\n' "$*" >&2; }

# as_root runs a command as root, or fails without asking anybody for a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# can_install says whether Debian packages can be installed without asking anybody.
can_install() {
  have apt-get || return 1
  [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }
}

# install_packages installs Debian packages; what apt-get says is shown only when it fails.
install_packages() {
  say "installing $*"
  local log
  log=$(mktemp)
  if ! { apt_get install "$@" || { apt_get update && apt_get install "$@"; }; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

apt_get() {
  local verb=$1
  shift
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
    "$verb" --no-install-recommends "$@" </dev/null
}

# need_tools stops where what the project is built with is missing; what it needs besides, it installs.
need_tools() {
  have go || { say "Go is missing: https://go.dev/dl"; exit 1; }
  have npm || { say "Node.js with npm is missing: https://nodejs.org"; exit 1; }
}
