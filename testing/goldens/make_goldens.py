#!/usr/bin/env python3
"""Makes the golden inputs (JPEGs and others) and their digests under Pillow.

stages, in this order:
  inputs    write inputs/, refused/ and other/                    (Pillow 13.0.0)
  goldens   write goldens.json, all but what follows              (Pillow 13.0.0)
  pillow12  add u8_pillow12 to goldens.json                       (Pillow 12.3.0)
  drafts    add scaled and u8_draft to goldens.json               (Pillow 13.0.0)
  cuts      write cuts.json                                       (Pillow 13.0.0)
  check     hold the numpy resize to Pillow, libturbojpeg to Pillow's decoder,
            and the digests to goldens.json; writes nothing       (Pillow 13.0.0)
  table     print what Pillow does with the damaged files, as Markdown

`inputs` needs cjpeg and jpegtran (Debian: libjpeg-turbo-progs 2.1.5) and the
libturbojpeg of node_modules/@julusian/jpeg-turbo. The committed files are the
goldens; making them again elsewhere gives the same bytes with the same tools.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stage", choices=["inputs", "goldens", "pillow12", "drafts", "cuts", "check", "table"])
    stage = parser.parse_args().stage
    sys.path.insert(0, str(HERE))
    os.chdir(HERE)  # names in the goldens and in Pillow's messages are relative
    from maker import stages

    return getattr(stages, stage)()


if __name__ == "__main__":
    sys.exit(main())
