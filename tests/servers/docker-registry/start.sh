#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Docker registry (Distribution) with the htpasswd backend (docker-registry.yaml).
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
user=images-$(alphanumeric 6)
password=$(alphanumeric 24)

echo "$user:$(bcrypt "$password")" >"$dir/htpasswd"
cat >"$dir/config.yml" <<END
version: 0.1
log:
  accesslog: { disabled: true }
  level: error
storage:
  filesystem: { rootdirectory: $dir/storage }
http:
  addr: 127.0.0.1:$port
auth:
  htpasswd: { realm: images, path: $dir/htpasswd }
END

echo "TARGET=http://127.0.0.1:$port"
echo "REGISTRY_USER=$user"
echo "REGISTRY_PASSWORD=$password"
exec docker-registry serve "$dir/config.yml"
