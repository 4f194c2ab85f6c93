#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
exec "$SRC/keyward/fuzz/oss-fuzz/build.sh"
