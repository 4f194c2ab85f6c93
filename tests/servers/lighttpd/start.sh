#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real lighttpd with two protected folders (lighttpd.yaml):
#   /basic/parts    mod_auth's Basic with an htpasswd file
#   /header/parts   a key in X-Api-Key, compared by a condition; everything else is denied
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
user=parts-$(alphanumeric 6)
password=$(alphanumeric 24)
key=$(alphanumeric 32)

mkdir -p "$dir"/www/{basic,header}
echo '{"parts":[{"id":1,"name":"bolt"},{"id":2,"name":"nut"}],"by":"password"}' >"$dir/www/basic/parts"
echo '{"parts":[{"id":3,"name":"washer"}],"by":"header"}' >"$dir/www/header/parts"
htpasswd "$user" "$password" >"$dir/htpasswd"

cat >"$dir/lighttpd.conf" <<END
server.modules = ("mod_auth", "mod_authn_file", "mod_access")
server.bind = "127.0.0.1"
server.port = $port
server.document-root = "$dir/www"
server.errorlog = "$dir/error.log"
server.upload-dirs = ("$dir")
mimetype.assign = ("" => "application/json")
auth.backend = "htpasswd"
auth.backend.htpasswd.userfile = "$dir/htpasswd"
auth.require = ("/basic/" => ("method" => "basic", "realm" => "parts", "require" => "valid-user"))
\$HTTP["url"] =^ "/header/" {
  \$REQUEST_HEADER["X-Api-Key"] != "$key" { url.access-deny = ("") }
}
END

echo "TARGET=http://127.0.0.1:$port"
echo "LIGHTTPD_USER=$user"
echo "LIGHTTPD_PASSWORD=$password"
echo "LIGHTTPD_API_KEY=$key"
exec /usr/sbin/lighttpd -D -f "$dir/lighttpd.conf"
