#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Express application with passport-http and passport-http-bearer: app.js (express.yaml).
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

PORT=$(free_port)
EXPRESS_USER=orders-$(alphanumeric 6)
EXPRESS_PASSWORD=$(alphanumeric 24)
export PORT EXPRESS_USER EXPRESS_PASSWORD

echo "TARGET=http://127.0.0.1:$PORT"
echo "EXPRESS_USER=$EXPRESS_USER"
echo "EXPRESS_PASSWORD=$EXPRESS_PASSWORD"
export NODE_PATH=$node_modules NODE_ENV=production
exec node --no-deprecation "$(dirname "${BASH_SOURCE[0]}")/app.js"
