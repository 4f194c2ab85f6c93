#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Prometheus that scrapes nothing, its web server behind basic_auth_users (prometheus.yaml).
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
user=metrics-$(alphanumeric 5)
password=$(alphanumeric 24)

echo 'global: { scrape_interval: 1h }' >"$dir/prometheus.yml"
echo "basic_auth_users: { $user: '$(bcrypt "$password")' }" >"$dir/web.yml"

echo "TARGET=http://127.0.0.1:$port"
echo "PROMETHEUS_USER=$user"
echo "PROMETHEUS_PASSWORD=$password"
exec prometheus --config.file="$dir/prometheus.yml" --web.config.file="$dir/web.yml" \
  --web.listen-address="127.0.0.1:$port" --storage.tsdb.path="$dir/data" --log.level=warn
