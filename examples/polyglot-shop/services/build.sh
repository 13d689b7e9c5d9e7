#!/usr/bin/env bash
# ./build.sh [--out DIR] [SERVICE…]   builds the services named, or all, into this folder or DIR.
#
# Exit code: 0 built, 1 a build failed, 2 wrong usage, 3 nothing failed but a toolchain is missing here.
# Bytes depend on sources and pins only, not on this machine (except gateway, see README.md).
set -uo pipefail
cd "$(dirname "$0")"
here=$PWD

# Nobody's own settings may change the bytes.
unset RUSTFLAGS CARGO_BUILD_TARGET GOFLAGS GOEXPERIMENT GOWASM NODE_OPTIONS
export CARGO_TARGET_DIR=$here/target

cannot_build() { echo "$service: cannot be built here: $1" >&2; exit 3; }
need() { command -v "$1" > /dev/null || cannot_build "$1 is missing: install $2"; }

build_gateway() {
  npm_packages
  node componentize.mjs "$1"
}

build_cart() { build_rust cart "$1"; }
build_inventory() { build_rust inventory "$1"; }

build_restock() {
  local toolchain
  toolchain=$(sed -n 's/^toolchain //p' go.mod)
  need go "$toolchain"
  # A newer Go would take itself: the toolchain line of go.mod is only a minimum.
  export GOTOOLCHAIN=$toolchain
  go version > /dev/null || cannot_build "$toolchain is missing and cannot be downloaded"
  GOOS=wasip1 GOARCH=wasm go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$1" .
}

build_report() {
  npm_packages
  npx --no-install asc --outFile "$1"
}

# Cargo runs in the service's folder and finds the workspace and rust-toolchain.toml above it.
build_rust() {
  need cargo 'Rust with rustup'
  local rust sysroot
  rust=$(sed -n 's/^channel = "\(.*\)"/\1/p' ../rust-toolchain.toml)
  rustc --version | grep -qF "rustc $rust " || cannot_build "Rust $rust is missing: rustup toolchain install $rust"
  sysroot=$(rustc --print sysroot)
  [ -d "$sysroot/lib/rustlib/wasm32-wasip2" ] || rustup target add wasm32-wasip2 \
    || cannot_build "the Rust target wasm32-wasip2 is missing: rustup target add wasm32-wasip2"
  cargo fetch --quiet --locked || cannot_build 'the crates of Cargo.lock are missing and cannot be downloaded'

  # Panic messages name source files. They get names that are the same on every machine, also where
  # a mirror serves the crates, and where the component rust-src brings the standard library's sources.
  local commit crates flags=("--remap-path-prefix=$here=/shop")
  commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
  flags+=("--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rustc/$commit")
  for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do flags+=("--remap-path-prefix=$crates=/crates"); done
  # \x1f separates flags in this variable, so that a path may contain spaces.
  CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}") \
    cargo build --quiet --locked --offline --release --target wasm32-wasip2 --package "$1" \
    && cp "$CARGO_TARGET_DIR/wasm32-wasip2/release/$1.wasm" "$2"
}

npm_packages() {
  need node 'Node.js 20 or newer'
  need npm 'npm'
  npm ci --no-audit --no-fund --loglevel=error > /dev/null \
    || cannot_build 'the packages of package-lock.json are missing and cannot be downloaded'
}

# In a folder and a subshell of its own, so that `exit 3` ends this service only.
build() (
  cd "$here/$1" && "build_$1" "$out/$1.wasm" && chmod 644 "$out/$1.wasm"
)

out=$here
if [ "${1-}" = --out ]; then
  [ $# -ge 2 ] || { echo '--out wants a directory' >&2; exit 2; }
  mkdir -p "$2" && out=$(cd "$2" && pwd) || exit 2
  shift 2
fi
[ $# -gt 0 ] || set -- gateway cart inventory restock report
for service in "$@"; do
  declare -F "build_$service" > /dev/null && [ -d "$service" ] || { echo "there is no service $service" >&2; exit 2; }
done

failed='' missing=''
for service in "$@"; do
  build "$service"
  case $? in
    0) echo "$service: built" ;;
    3) missing=yes ;; # cannot_build has said why
    *) echo "$service: build failed" >&2; failed=yes ;;
  esac
done

if command -v node > /dev/null; then node describe.mjs "$out" || failed=yes
else echo 'modules.json is not written: node is missing' >&2
fi
[ -z "$failed" ] || exit 1
[ -z "$missing" ] || exit 3
