#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what package-lock.json lists, and runs none of its scripts, into build/servers/npm. Asks
# the registry nothing where that has been done.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

folder=../../../build/servers/npm
if ! cmp -s package-lock.json $folder/installed.json; then
  mkdir -p $folder
  cp package.json package-lock.json .npmrc $folder
  npm ci --prefix $folder --ignore-scripts --no-audit --no-fund
  cp package-lock.json $folder/installed.json
fi
