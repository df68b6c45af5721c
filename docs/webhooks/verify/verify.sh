#!/bin/sh
# The signature that a call from Watchpost must have, by openssl; compare it with the header
# webhook-signature.  SECRET is whsec_…, ID and TIMESTAMP are the headers, the body is on stdin.
set -eu
key=$(printf %s "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
{ printf '%s.%s.' "$ID" "$TIMESTAMP"; cat; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary |
  { printf 'v1,'; openssl base64 -A; }
