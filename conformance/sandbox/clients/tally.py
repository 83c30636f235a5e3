"""Counts what a client could read, and prints it for the command."""

import json
import sys


class Tally:
    def __init__(self):
        self.parsed = 0
        self.failed = []

    def read(self, what, call):
        """Runs a call of the client; anything but an empty result is something read."""
        try:
            value = call()
        except Exception as e:  # noqa: BLE001 - whatever a client raises is a finding
            self.failed.append(f'{what}: {type(e).__name__}: {str(e)[:160]}')
            return None
        if value is None or value == [] or value == {}:
            self.failed.append(f'{what}: nothing')
            return value
        self.parsed += 1
        return value

    def done(self):
        json.dump({'parsed': self.parsed, 'failed': self.failed}, sys.stdout)
