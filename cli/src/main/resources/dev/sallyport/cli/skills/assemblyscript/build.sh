#!/bin/sh
# Builds the module with the AssemblyScript compiler, which npm gets as package.json says, and puts its SHA-256 into
# skill.toml.
set -eu
cd "$(dirname "$0")"
[ -d node_modules ] || npm install --no-audit --no-fund
npx --no-install asc assembly/index.ts --outFile module.wasm -O2 --runtime stub --use abort= \
  --disable reference-types,simd,threads,exception-handling,gc,tail-calls,relaxed-simd,memory64
sed -i "s/^sha256 = .*/sha256 = \"$(sha256sum module.wasm | cut -d ' ' -f 1)\"/" skill.toml
