#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Verdaccio with one user, one private package and JSON Web Tokens (verdaccio.yaml). It has no
# uplink, so it asks nobody for packages.
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
user=packager-$(alphanumeric 6)
password=$(alphanumeric 24)

mkdir -p "$dir/storage/private-tool"
cat >"$dir/storage/private-tool/package.json" <<END
{ "name": "private-tool", "versions": {}, "dist-tags": {}, "time": {}, "users": {}, "_distfiles": {},
  "_attachments": {}, "_uplinks": {}, "_rev": "1-0", "_id": "private-tool", "readme": "" }
END
echo "$user:$(bcrypt "$password"):autocreated" >"$dir/htpasswd"
cat >"$dir/config.yaml" <<END
storage: $dir/storage
auth: { htpasswd: { file: $dir/htpasswd } }
security: { api: { legacy: false, jwt: { sign: { expiresIn: 1h } } } }
userRateLimit: { windowMs: 60000, max: 10000 } # the default, 100 in 15 minutes, is too low for a run
packages: { '**': { access: \$authenticated, publish: \$authenticated } }
web: { enable: false }
log: { type: stdout, format: json, level: error }
END

echo "TARGET=http://127.0.0.1:$port"
echo "VERDACCIO_USER=$user"
echo "VERDACCIO_PASSWORD=$password"
exec node --no-deprecation "$node_modules/verdaccio/bin/verdaccio" \
  --config "$dir/config.yaml" --listen "127.0.0.1:$port" >"$dir/error.log" 2>&1
