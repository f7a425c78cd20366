"""The one exception whose message is meant for the person at the keyboard."""


class KitError(Exception):
    """Something the user can act upon: says what happened and what to do."""
