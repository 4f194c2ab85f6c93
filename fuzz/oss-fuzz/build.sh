#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite ask for it: with their CC, CXX, CXXFLAGS
# and LIB_FUZZING_ENGINE, from $SRC/keyward into $OUT. fuzz/check_build.sh runs it without them. The
# differential targets stay behind: what they find takes the libraries of one known machine.
set -euo pipefail

# The packages that we link (yaml-cpp, fmt) are built with libstdc++, so we are as well.
export CXXFLAGS="${CXXFLAGS//-stdlib=libc++/}"

cmake -S "$SRC/keyward" -B "$WORK/keyward" -G Ninja -DCMAKE_BUILD_TYPE=None -DKEYWARD_TESTS=OFF \
  -DKEYWARD_FUZZ=ON -DKEYWARD_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" -DCMAKE_BUILD_RPATH="\$ORIGIN/lib"
cmake --build "$WORK/keyward" --target keyward_fuzz

# The image that runs the targets has the C library alone: what else they need goes with them.
mkdir -p "$OUT/lib"
python3 "$SRC/keyward/fuzz/run.py" --list | tr ' ' '\n' | while read -r target; do
  cp "$WORK/keyward/fuzz_$target" "$OUT/"
  ldd "$OUT/fuzz_$target" | awk -v out="$OUT/" '
    $2 == "=>" && $3 ~ /^\// && index($3, out) != 1 &&
    $3 !~ /\/(libc|libm|libdl|librt|libpthread|libresolv)\.so/ { print $3 }' |
    xargs -r cp -L --target-directory="$OUT/lib"
done
python3 "$SRC/keyward/fuzz/make_corpus.py" "$OUT" --oss
