#!/bin/sh
# Rebuilds the gazetteer in an empty folder from the pinned packages and compares it with what is
# committed. Exit code 0 when the bytes are the same.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 data/build.py --work "$work"
cargo run --quiet --example pack_gazetteer -- "$work" "$work/gazetteer.bin"
sha256sum "$work/gazetteer.bin" data/gazetteer.bin
cmp "$work/gazetteer.bin" data/gazetteer.bin
