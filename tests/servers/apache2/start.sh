#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Apache httpd with three locations (apache2.yaml). As root its workers become www-data,
# since httpd refuses to serve as root.
#   /basic/orders    mod_auth_basic and mod_authn_file
#   /header/orders   a key in X-Api-Key, compared by Require expr; refused with 403
#   /open/about      open to everybody
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
http2_port=$(free_port)
user=orders-$(alphanumeric 6)
password=$(alphanumeric 24)
key=$(alphanumeric 32)

chmod 755 "$dir"
mkdir -p "$dir"/www/{basic,header,open}
echo '{"orders":[{"id":1,"total":12},{"id":2,"total":30}],"by":"password"}' >"$dir/www/basic/orders"
echo '{"orders":[{"id":3,"total":7}],"by":"header"}' >"$dir/www/header/orders"
echo '{"name":"orders","version":"1"}' >"$dir/www/open/about"
htpasswd "$user" "$password" >"$dir/htpasswd"

cat >"$dir/httpd.conf" <<END
ServerName 127.0.0.1
ServerRoot $dir
Listen 127.0.0.1:$port
Listen 127.0.0.1:$http2_port
PidFile $dir/apache2.pid
DefaultRuntimeDir $dir
Mutex file:$dir default
ErrorLog $dir/error.log
KeepAlive On
MaxKeepAliveRequests 0
TraceEnable Off
$( ((EUID)) || printf 'User www-data\nGroup www-data')
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so
<VirtualHost 127.0.0.1:$http2_port>
  Protocols h2c
</VirtualHost>
StartServers 1
DocumentRoot $dir/www
<Directory $dir/www>
  ForceType application/json
  Require all granted
</Directory>
<Location /basic>
  AuthType Basic
  AuthName "orders"
  AuthBasicProvider file
  AuthUserFile $dir/htpasswd
  Require valid-user
</Location>
<Location /header>
  Require expr "%{HTTP:X-Api-Key} == '$key'"
</Location>
END

echo "TARGET=http://127.0.0.1:$port"
echo "HTTP2_TARGET=http://127.0.0.1:$http2_port"
echo "APACHE2_USER=$user"
echo "APACHE2_PASSWORD=$password"
echo "APACHE2_API_KEY=$key"
exec /usr/sbin/apache2 -f "$dir/httpd.conf" -DFOREGROUND
