#!/usr/bin/env bash
# testdata_test.sh MAKE DIRECTORY: the pictures of testdata/ are what its program makes.
set -eu
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$1" "$made"
diff -r --exclude=make.cpp --exclude=.gitattributes "$made" "$2"
