#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Syncthing that syncs with nobody and tells nobody: its REST API behind an API key, its web
# interface behind a password (syncthing.yaml).
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
password=$(alphanumeric 24)
key=$(alphanumeric 32)

cat >"$dir/config.xml" <<END
<configuration version="36">
  <gui enabled="true" tls="false">
    <address>127.0.0.1:$port</address>
    <apikey>$key</apikey>
    <user>syncer</user>
    <password>$(bcrypt "$password")</password>
  </gui>
  <options>
    <listenAddress>tcp://127.0.0.1:0</listenAddress>
    <globalAnnounceEnabled>false</globalAnnounceEnabled>
    <localAnnounceEnabled>false</localAnnounceEnabled>
    <relaysEnabled>false</relaysEnabled>
    <natEnabled>false</natEnabled>
    <startBrowser>false</startBrowser>
    <urAccepted>-1</urAccepted>
    <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
    <crashReportingEnabled>false</crashReportingEnabled>
  </options>
</configuration>
END

echo "TARGET=http://127.0.0.1:$port"
echo "SYNCTHING_API_KEY=$key"
exec syncthing serve --home="$dir" --no-browser --no-upgrade --no-restart --no-default-folder >&2
