#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# libcurl.sh DIR: fetches the source package of the distribution's own libcurl, its patches applied,
# and builds it as DIR/lib/libcurl.a with the sanitizers and the coverage of the fuzz preset, so that
# libFuzzer sees into its URL parser. Configure with -DKEYWARD_FUZZ_CURL=DIR to link it.
#
# The machine's list of package sources is not touched: a list of deb-src lines, made from it, is
# used for this one download.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
flags='-O2 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined'
flags+=' -fno-sanitize=alignment,null,object-size,pointer-overflow,vptr,function -fno-omit-frame-pointer'

mkdir -p "$folder/apt/lists/partial" "$folder/source"
# shellcheck disable=SC2016
apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT) # $(ORIGIN)' \
  'Created-By: Packages' 'Component: main' | grep -E '# (Debian|Ubuntu)$' >"$folder/apt/source.list"
apt() {
  apt-get -q -o Dir::Etc::sourcelist="$folder/apt/source.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$folder/apt/lists" -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
(cd "$folder/source" && rm -rf ./* && apt source curl)

tree=$(find "$folder/source" -maxdepth 1 -type d -name 'curl-*')
cmake -S "$tree" -B "$folder/build" -G Ninja -Wno-dev -DCMAKE_C_COMPILER=clang-19 \
  -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$flags" -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
  -DBUILD_CURL_EXE=OFF -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX="$folder" \
  -DCMAKE_INSTALL_LIBDIR=lib -DCURL_USE_OPENSSL=ON -DCURL_USE_LIBSSH2=OFF -DUSE_LIBIDN2=OFF \
  -DCURL_USE_LIBPSL=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF \
  -DCURL_DISABLE_LDAP=ON -DCURL_DISABLE_LDAPS=ON
cmake --build "$folder/build" --target install
