"""`python -m hubfleet_local.signoff --sheet FILE --outbox DIRECTORY --port PORT [--uid UID]`"""

import argparse
import logging

from . import privileges
from .application import serve
from .outbox import Outbox
from .sheet import Sheet


def main():
    parser = argparse.ArgumentParser(prog="hubfleet_local.signoff")
    parser.add_argument("--sheet", required=True)
    parser.add_argument("--outbox", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--uid", type=int, help="started by root, it goes on as this user")
    given = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="[%(levelname).1s %(asctime)s signoff] %(message)s")
    privileges.drop(given.uid, given.sheet, given.outbox)
    serve(Sheet(given.sheet), Outbox(given.outbox), given.port)


if __name__ == "__main__":
    main()
