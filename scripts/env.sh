# Sourced by the scripts beside it: puts them in the tree's root, with a usable Go.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Ends the script with one plain line.
die() {
	printf '%s\n' "$*" >&2
	exit 1
}

command -v go >/dev/null || die "Go is not on the PATH: install it from https://go.dev/dl (go.mod says which version), then try again."

# Where git cannot be asked (a tarball, another user's clone) Go must not try to.
git rev-parse HEAD >/dev/null 2>&1 || export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"

# go.mod names the toolchain that a release is built with. Everything else is done
# with the Go that is there: none is fetched, and none has to be.
export GOTOOLCHAIN="${GOTOOLCHAIN:-local}"
