"""Read by every Python that has this folder on its path: adds the family in here to those of the bank."""

from pathlib import Path

import bank.families

bank.families.__path__.append(str(Path(__file__).parent / "families"))
