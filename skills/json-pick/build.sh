#!/bin/sh
# Builds the module with clang and the linker of LLVM (Debian: clang, lld), and puts its SHA-256 into skill.toml.
set -eu
cd "$(dirname "$0")"
clang --target=wasm32 -O2 -Wall -nostdlib -Wl,--no-entry -Wl,-z,stack-size=16384 skill.c -o module.wasm
sed -i "s/^sha256 = .*/sha256 = \"$(sha256sum module.wasm | cut -d ' ' -f 1)\"/" skill.toml
