#!/bin/sh
# Makes the secrets that docker-compose.yml reads. Nothing that exists is written over.
#   deploy/secrets.sh HOSTNAME
set -eu
cd "$(dirname "$0")/.."
host=${1:?"Name the host people will type, for example: deploy/secrets.sh share.example.gov.cn"}
umask 077
mkdir -p secrets
random() { od -An -N 48 -t x1 /dev/urandom | tr -d ' \n'; }
keep() { [ -s "secrets/$1" ] || { printf '%s' "$2" >"secrets/$1"; echo "secrets/$1"; }; }
keep secret_key "$(random)"
keep postgres_password "$(random)"
keep valkey_password "$(random)"
keep database_url "postgresql://gdshare:$(cat secrets/postgres_password)@db:5432/gdshare"
keep redis_url "redis://:$(cat secrets/valkey_password)@valkey:6379/0"
if [ ! -s secrets/tls_certificate ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
    -keyout secrets/tls_key -out secrets/tls_certificate 2>/dev/null
  echo "secrets/tls_certificate, secrets/tls_key: self-signed for $host, to try with. Put the real ones in their place."
fi
chmod 644 secrets/*  # read by the containers' own accounts
chmod 700 secrets
