"""The secret of the installation that the tests are."""

from bank.identity import Identity

SECRET = "of the tests, and of no installation"
IDENTITY = Identity(SECRET.encode())
named = IDENTITY.named
