"""The errors of the server.

AukioError           something the operator or builder can mend; its text says what and how
├── SettingsError    a setting is out of its bounds
├── StorageError     the database cannot be used
└── StartError       a port or file needed to start cannot be had
"""


class AukioError(Exception):
    """Something the operator or builder can mend."""


class SettingsError(AukioError):
    """A setting is out of its bounds."""


class StorageError(AukioError):
    """The database cannot be used."""


class StartError(AukioError):
    """A port or file needed to start cannot be had."""
