"""The one door for people who work on the pack: `python dev.py demo`, `test`, `serve` and more; `--help` lists them."""

import sys


def main():
    if sys.version_info < (3, 10):  # noqa: UP036  (whoever starts an old Python is told so)
        came = "%d.%d" % sys.version_info[:2]  # noqa: UP031  (this line must parse on an old Python)
        sys.exit("This needs Python 3.10 or newer, and this is Python " + came + ": start it with a newer one.")
    from devtools.door import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
