# SPDX-License-Identifier: Apache-2.0
# What the start scripts share. A start script takes an empty folder, writes its server's
# configuration and fresh credentials there, prints NAME=value lines (TARGET; where it speaks HTTP/2
# as well HTTP2_TARGET, and the CACERT to trust there; what the spec takes from the environment),
# and becomes the server: in the foreground, on loopback ports that the kernel picked, with every
# file in that folder. End it with SIGTERM.
# shellcheck shell=bash

[[ $# -eq 1 && -d $1 ]] || {
  echo "usage: $0 EMPTY_FOLDER" >&2
  exit 2
}
# shellcheck disable=SC2034 # used by the scripts that source this one
dir=$(realpath "$1")

# alphanumeric LENGTH: a random secret, never in an argument of a process.
alphanumeric() {
  local text=
  while ((${#text} < $1)); do text+=$(openssl rand -base64 64 | tr -dc A-Za-z0-9); done
  echo "${text:0:$1}"
}

# free_port: one that nobody listens on now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# htpasswd USER PASSWORD: a line of a password file, as Apache's own htpasswd writes it (apr1).
htpasswd() {
  echo "$1:$(openssl passwd -apr1 -stdin <<<"$2")"
}

# bcrypt PASSWORD: its hash by crypt(5), as cheap as bcrypt gets: these servers see many wrong ones.
bcrypt() {
  perl -e 'chomp(my ($salt, $password) = <STDIN>); print crypt($password, "\$2b\$04\$${salt}O"), "\n"' \
    <<<"$(alphanumeric 21)"$'\n'"$1"
}

# Where npm/install.sh has put what the servers of npm need.
# shellcheck disable=SC2034
node_modules=$(dirname "${BASH_SOURCE[0]}")/../../build/servers/npm/node_modules
