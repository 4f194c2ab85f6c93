#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves oss-fuzz/build.sh without the engines' images: runs it with the variables that they set,
# then runs what lands in $OUT as they do: each target on its own seeds, with its own options.
#
#   fuzz/check_build.sh [SANITIZER…]     address by default; undefined, coverage
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "check_build: $1" >&2
  exit 1
}

# option FILE NAME: a value of a .options file.
option() { sed -n "s/^$2 = //p" "$1"; }

build() { # build SANITIZER
  local -A sanitizer_flags=(
    [address]='-fsanitize=address -fsanitize-address-use-after-scope'
    [undefined]='-fsanitize=undefined -fno-sanitize-recover=undefined'
    [coverage]='-fprofile-instr-generate -fcoverage-mapping -Wl,--no-as-needed -Wl,-ldl -Wl,-lm'
  )
  local common='-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION'
  mkdir -p "$scratch/src" "$scratch/$1/out" "$scratch/$1/work"
  ln -sfn "$root" "$scratch/src/keyward"
  export SRC="$scratch/src" OUT="$scratch/$1/out" WORK="$scratch/$1/work" SANITIZER=$1
  export FUZZING_ENGINE=libfuzzer FUZZING_LANGUAGE=c++ ARCHITECTURE=x86_64
  export CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE=-fsanitize=fuzzer
  export CFLAGS="$common ${sanitizer_flags[$1]} -fsanitize=fuzzer-no-link" CXXFLAGS
  CXXFLAGS=$CFLAGS
  "$root/.clusterfuzzlite/build.sh" >"$scratch/$1.log" 2>&1 || {
    tail -30 "$scratch/$1.log" >&2
    fail "build.sh failed for $1"
  }
}

run() { # run SANITIZER: every target in $OUT, as the runner would
  local binary name seeds count
  for binary in "$OUT"/fuzz_*; do
    [[ -x $binary && ! -d $binary ]] || continue
    name=${binary##*/}
    [[ $name =~ ^[A-Za-z0-9_-]+$ ]] || fail "$name is no name of a target"
    for file in "${name}_seed_corpus.zip" "$name.dict" "$name.options"; do
      [[ -s $OUT/$file ]] || fail "$file is missing"
    done
    seeds=$scratch/$1/$name
    python3 -m zipfile -e "$OUT/${name}_seed_corpus.zip" "$seeds"
    count=$(find "$seeds" -type f | wc -l)
    ((count > 0)) || fail "$name has no seeds"
    env -i PATH=/usr/bin:/bin LLVM_PROFILE_FILE=/dev/null "$binary" -runs=2000 -timeout=25 \
      -max_len="$(option "$binary.options" max_len)" \
      -dict="$OUT/$(option "$binary.options" dict)" -artifact_prefix="$scratch/" "$seeds" \
      >"$scratch/run.log" 2>&1 || {
      tail -20 "$scratch/run.log" >&2
      fail "$name does not run"
    }
    printf '%-10s %-22s %4d seeds, %s\n' "$1" "$name" "$count" \
      "$(grep -o 'Done [0-9]* runs' "$scratch/run.log")"
  done
}

for sanitizer in "${@:-address}"; do
  build "$sanitizer"
  run "$sanitizer"
done
