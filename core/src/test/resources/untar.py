#!/usr/bin/env python3
"""Works on a tar stream that arrives on a pipe, with Python's own tarfile.

Usage: untar.py extract DIRECTORY [MEMBER...]   unpack all members, or these
       untar.py map                             print the first sparse member's size and extents
"""

import os
import sys
import tarfile


def extract(directory, names):
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|", bufsize=1 << 20) as tar:
        for member in tar:
            if not names or member.name in names:
                tar.extract(member, directory)


def show_map():
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|", bufsize=1 << 20) as tar:
        for member in tar:
            if member.issparse():
                print(member.name, member.size)
                for offset, length in member.sparse:
                    print(offset, length)
                sys.stdout.flush()
                os._exit(0)  # the data is not wanted


if sys.argv[1] == "extract":
    extract(sys.argv[2], set(sys.argv[3:]))
else:
    show_map()
