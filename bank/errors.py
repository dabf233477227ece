"""
Everything the bank can refuse.

BankError
  + UnknownFamily        no family, or no kind of it, goes by that name
  + NoSuchPackage        a package of families that is named in the settings cannot be imported
  + FamilyClash          two families have the same name
  + UnknownExperiment    the lab has no experiment of this name
  + NoSuchDevice         the lab is to run on a device that is not there
  + UnusableFamily       a module of a package of families cannot be imported, or holds not one family
  + Unwritten            a part of a family is still to be written
  + BrokenPromise        a family does not keep what every family promises
  + BadParams            a parameter lies outside its bounds, or the question would be ill-posed or unfair
  + NoFairQuestion       no fair question was drawn
  + Unreadable           a learner's response cannot be read; costs no attempt
  + UnknownVariant       no variant, job or bank has this id
  + UnknownResponse      no response has this id
  + UnknownDraw          a draw is not the learner's any more, who was erased a moment ago
  + UnknownLearner       nothing is kept of a learner of this name
  + NotForPersons        the answer key grades this response, and no person
  + ContentMismatch      another content is kept under the id of a variant
  + UnkeepableResult     a result of an experiment is too large to keep, or no JSON
  + AttemptsExhausted    the learner has used every attempt
  + AlreadyAnswered      the learner has answered the variant right
  + IdempotencyKeyReused an Idempotency-Key came with another body than before
  + NotPublished         a bank has no revision that is drawn from
  + NotPublishable       a revision of a bank is not complete, or not all of it is verified
  + Unchangeable         a revision is published already, or a bank archived
  + NotCorrectable       a correction has nothing to look at, is not proposed yet, or was confirmed before
  + StoreUnavailable     the database cannot be reached
      + NoRecord         there is a database, or could be one, and no record in it
      + UnknownRevision  a newer program made the record
"""

from typing import NamedTuple


class Problem(NamedTuple):
    """One fault of an input, with the JSON pointer of the field at fault; `position` is the offset in its text."""

    pointer: str
    detail: str
    position: int | None = None


class BankError(Exception):
    """Base of every error the bank raises on purpose; `problems` names the fields at fault."""

    def __init__(self, detail: str = "", *problems: Problem) -> None:
        super().__init__(detail or "; ".join(dict.fromkeys(p.detail for p in problems)))
        self.problems = problems


class UnknownFamily(BankError):
    """No family, or no kind of it, goes by that name."""


class NoSuchPackage(BankError):
    """A package of families that is named in the settings cannot be imported."""


class FamilyClash(BankError):
    """Two families have the same name."""


class UnknownExperiment(BankError):
    """The lab has no experiment of this name."""


class NoSuchDevice(BankError):
    """The lab is to run on a device that this machine does not have."""


class UnusableFamily(BankError):
    """A module of a package of families cannot be imported, or does not hold just one family."""


class Unwritten(BankError):
    """A part of a family is still to be written; the message says which, and what it has to say."""


class BrokenPromise(BankError):
    """A family does not keep what every family promises; the message names the seed and the field."""


class BadParams(BankError):
    """A parameter lies outside its bounds, or leads to an ill-posed or unfair question."""


class NoFairQuestion(BankError):
    """No fair question was drawn in as many tries as are allowed."""


class Unreadable(BankError):
    """A response that cannot be read; `position` is the offset of the fault in the text, if it has one."""

    def __init__(self, detail: str = "", *problems: Problem, position: int | None = None) -> None:
        super().__init__(detail, *problems)
        self.position = position


class UnknownVariant(BankError):
    """No variant has this id."""


class UnknownResponse(BankError):
    """No response has this id."""


class UnknownDraw(BankError):
    """A draw that was looked up a moment ago is not the learner's any more, who was erased."""


class UnknownLearner(BankError):
    """Nothing is kept of a learner of this name."""


class NotForPersons(BankError):
    """The answer key grades this response; where it is wrong, a correction puts all responses right."""


class ContentMismatch(BankError):
    """Another content is kept under the id of this variant: a fault of the record, which cannot be by construction."""


class UnkeepableResult(BankError):
    """A result of an experiment is too large to keep, or no JSON."""


class AttemptsExhausted(BankError):
    """The learner has used every attempt allowed at this variant."""


class AlreadyAnswered(BankError):
    """The learner has answered this variant right: it is closed, and its solution may be shown."""


class IdempotencyKeyReused(BankError):
    """An Idempotency-Key was used before, with another variant, learner or response."""


class NotPublished(BankError):
    """The bank has no published revision, or is archived: nobody draws from it."""


class NotOpen(BankError):
    """The bank opens later: `members` tell when."""

    def __init__(self, detail: str, opens: str | None) -> None:
        super().__init__(detail)
        self.members = {"opens": opens}


class Closed(BankError):
    """The bank has closed, for everybody or for this learner; nothing was counted."""


class NoFurtherChance(BankError):
    """The learner was not granted so many draws of this bank."""


class NothingToDraw(BankError):
    """Of an item of the bank there is no variant that may be given out: all are withdrawn, disputed or stale."""


class NotPublishable(BankError):
    """A revision of a bank is being built, lacks an item, is not all verified, or has what was given out otherwise."""


class Unchangeable(BankError):
    """A published revision never changes, and a bank that is archived gets nothing new."""


class NotCorrectable(BankError):
    """A correction has nothing to look at, is not proposed yet, or was confirmed before."""


class StoreUnavailable(BankError):
    """The database cannot be reached or written."""


class NoRecord(StoreUnavailable):
    """Nothing was kept here so far."""


class UnknownRevision(StoreUnavailable):
    """A newer program made the record, whose tables are not known to this one."""
