#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real nginx with three locations, each protected in another documented way (nginx.yaml):
#   /basic/items    auth_basic with a password file
#   /header/items   a key in X-Api-Key, compared by `map $http_x_api_key`; refused with a challenge
#   /query/items    a key in ?key=, compared by `map $arg_key`; refused with 403
# They are static files: `return 200` would answer before auth_basic is asked.
set -euo pipefail
# shellcheck source=tests/servers/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

port=$(free_port)
http2_port=$(free_port)
user=items-$(alphanumeric 6)
password=$(alphanumeric 24)
key=$(alphanumeric 32)

mkdir -p "$dir"/www/{basic,header,query}
echo '{"items":[{"id":1,"name":"anvil"},{"id":2,"name":"bellows"}],"by":"password"}' >"$dir/www/basic/items"
echo '{"items":[{"id":3,"name":"chisel"}],"by":"header"}' >"$dir/www/header/items"
echo '{"items":[{"id":4,"name":"drill"}],"by":"query"}' >"$dir/www/query/items"
htpasswd "$user" "$password" >"$dir/htpasswd"
openssl req -x509 -newkey rsa:2048 -noenc -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 1 \
  -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>"$dir/openssl.log"

cat >"$dir/nginx.conf" <<END
$( ((EUID)) || echo 'user root root;') # workers read a folder that is the caller's alone
daemon off;
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/error.log;
events {}
http {
  access_log off;
  client_body_temp_path $dir/body;
  proxy_temp_path $dir/proxy;
  fastcgi_temp_path $dir/fastcgi;
  uwsgi_temp_path $dir/uwsgi;
  scgi_temp_path $dir/scgi;
  default_type application/json;
  map_hash_bucket_size 128;
  map \$http_x_api_key \$header_key {
    default unknown;
    "$key" known;
  }
  map \$arg_key \$query_key {
    default unknown;
    "$key" known;
  }
  server {
    listen 127.0.0.1:$port;
    listen 127.0.0.1:$http2_port ssl http2;
    ssl_certificate $dir/cert.pem;
    ssl_certificate_key $dir/key.pem;
    root $dir/www;
    location = /basic/items {
      auth_basic "items";
      auth_basic_user_file $dir/htpasswd;
    }
    location = /header/items {
      add_header WWW-Authenticate 'ApiKey realm="items"' always;
      if (\$header_key = unknown) { return 401; }
    }
    location = /query/items {
      if (\$query_key = unknown) { return 403; }
    }
  }
}
END

echo "TARGET=http://127.0.0.1:$port"
echo "HTTP2_TARGET=https://127.0.0.1:$http2_port"
echo "CACERT=$dir/cert.pem"
echo "NGINX_USER=$user"
echo "NGINX_PASSWORD=$password"
echo "NGINX_API_KEY=$key"
exec /usr/sbin/nginx -c "$dir/nginx.conf" -e "$dir/error.log"
