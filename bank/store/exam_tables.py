"""The tables of exams: banks and what they hold, who was given what of it, and what was put right afterwards."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from bank.store.tables import METADATA

BANKS = Table(
    "banks",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("created", Double, nullable=False),
    Column("published", Integer),  # the revision that is drawn from
    Column("archived", Double),
    Column("drawn", Integer, nullable=False, server_default="0"),  # draws so far, of all revisions and pools
    Index("banks_by_age", "created", "id"),
)
REVISIONS = Table(  # once published, never changed
    "revisions",
    METADATA,
    Column("bank", String(32), ForeignKey("banks.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),  # from 1
    Column("blueprint", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("job", String(32), ForeignKey("jobs.id")),  # that builds it
    Column("created", Double, nullable=False),
    Column("published", Double),
    Column("digest", String(64)),  # of its manifest, as it was published
)
ITEMS = Table(  # how far each item of a revision is built
    "items",
    METADATA,
    Column("bank", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("item", Integer, primary_key=True),  # its place in the blueprint, from 0
    Column("wanted", Integer, nullable=False),  # variants, or groups of variants that share their numbers
    Column("built", Integer, nullable=False, server_default="0"),
    Column("tried", Integer, nullable=False, server_default="0"),  # candidates so far; the next one has this number
    Column("in_vain", Integer, nullable=False, server_default="0"),  # of them in a row that were nothing new, by now
    Column("exhausted", Boolean, nullable=False, server_default=false()),  # there are no more questions than were built
    Column("refused", Text, nullable=False, server_default="{}"),  # JSON: why draws were not taken, and how often
    ForeignKeyConstraint(["bank", "revision"], ["revisions.bank", "revisions.revision"]),
)
MEMBERS = Table(  # the variants of a revision
    "members",
    METADATA,
    Column("bank", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),  # among those of the item, from 0
    Column("part", Integer, primary_key=True),  # of a group that shares its numbers, from 0
    Column("variant", String(128), ForeignKey("variants.id"), nullable=False),
    Column("pool", String(16), nullable=False),  # exam or practice
    Column("question", String(64), nullable=False),  # digest of all on which the answer depends
    Column("looks", String(64), nullable=False),
    Column("traits", Text, nullable=False, server_default="{}"),  # JSON: what a report tells of it
    Column("carried", Text),  # JSON: the keys of this part after a wrong answer to an earlier one
    Column("checked", String(32)),  # a later version of the family by which its key was found the same
    ForeignKeyConstraint(["bank", "revision", "item"], ["items.bank", "items.revision", "items.item"]),
    Index("members_by_variant", "variant"),
    Index("members_once", "bank", "revision", "variant", unique=True),
    Index("members_by_question", "bank", "revision", "question"),
)
DRAWS = Table(
    "draws",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("bank", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("learner", String(128), nullable=False),
    Column("pool", String(16), nullable=False),
    Column("occasion", Integer, nullable=False),  # 1, and one more for each further chance
    Column("place", Integer, nullable=False),  # among all draws of this pool of the revision, from 0
    Column("made", Double, nullable=False),
    ForeignKeyConstraint(["bank", "revision"], ["revisions.bank", "revisions.revision"]),
    Index("draws_once", "bank", "learner", "pool", "occasion", unique=True),
    Index("draws_of_learner", "learner"),
    Index("draws_in_a_row", "bank", "revision", "pool", "place", unique=True),
)
DRAWN = Table(  # the variants of a draw
    "drawn",
    METADATA,
    Column("draw", String(32), ForeignKey("draws.id"), primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("slot", Integer, primary_key=True),  # 0, and more where several of an item were asked for
    Column("part", Integer, primary_key=True),
    Column("learner", String(128), nullable=False),
    Column("variant", String(128), ForeignKey("variants.id"), nullable=False),
    Index("drawn_for_learner", "learner", "variant"),
    Index("drawn_of_variant", "variant"),
    sqlite_with_rowid=False,  # as of attempts
)
SUMS = Table(  # of the report of a published revision; others are made as soon as this is not what they are made of
    "sums",
    METADATA,
    Column("bank", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("made_of", String(256), nullable=False),  # the code, and how much there was of all that is summed
    Column("made", Double, nullable=False),
    Column("told", Text, nullable=False),  # JSON
    ForeignKeyConstraint(["bank", "revision"], ["revisions.bank", "revisions.revision"]),
)
ALLOWANCES = Table(  # what a learner has beyond others at a bank
    "allowances",
    METADATA,
    Column("bank", String(32), ForeignKey("banks.id"), primary_key=True),
    Column("learner", String(128), primary_key=True),
    Column("extra_minutes", Double, nullable=False, server_default="0"),
    Column("chances", Integer, nullable=False, server_default="0"),  # further draws that were granted
)
WITHDRAWALS = Table(  # what is served no more, in the order in which that was found
    "withdrawals",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("variant", String(128), ForeignKey("variants.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(160), nullable=False),
    Column("moment", Double, nullable=False),
    Index("withdrawals_of_variant", "variant"),
)
CORRECTIONS = Table(
    "corrections",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("bank", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("request", Text, nullable=False),  # JSON
    Column("reason", Text, nullable=False),
    Column("who", String(160), nullable=False),
    Column("job", String(32), ForeignKey("jobs.id")),
    Column("created", Double, nullable=False),
    Column("proposed", Double),  # since its report is complete
    Column("confirmed", Double),
    Column("confirmed_by", String(160)),
    Column("applied", Double),  # since all responses are regraded
    ForeignKeyConstraint(["bank", "revision"], ["revisions.bank", "revisions.revision"]),
    Index("corrections_of_bank", "bank", "created", "id"),
)
CORRECTED = Table(  # the variants that a correction looks at
    "corrected",
    METADATA,
    Column("correction", String(32), ForeignKey("corrections.id"), primary_key=True),
    Column("variant", String(128), ForeignKey("variants.id"), primary_key=True),
    Column("finding", String(16), nullable=False),  # same, changed, annulled or unproven
    Column("successor", String(128), ForeignKey("variants.id")),  # the variant with the mended key
    Column("before", Text, nullable=False),  # JSON: the answer
    Column("after", Text),
    Column("detail", Text),  # JSON: why it is unproven, the points as they were counted, and as they were changed
)
REGRADES = Table(  # the audit record: never changed
    "regrades",
    METADATA,
    Column("correction", String(32), ForeignKey("corrections.id"), primary_key=True),
    Column("draw", String(32), primary_key=True),
    Column("variant", String(128), primary_key=True),
    Column("learner", String(128), primary_key=True),
    Column("attempt", Integer, primary_key=True),  # 0 where full points were given without a response
    Column("before", Text),  # JSON: the result that counted until then
    Column("after", Text, nullable=False),
    Column("who", String(160), nullable=False),
    Column("reason", Text, nullable=False),
    Column("moment", Double, nullable=False),
    Index("regrades_of_response", "draw", "variant", "learner", "attempt"),
    Index("regrades_of_learner", "learner"),
)
MARKS = Table(  # of a person: the last one of a response holds
    "marks",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("response", String(32), nullable=False),
    Column("points", Double, nullable=False),
    Column("remark", Text, nullable=False),
    Column("who", String(160), nullable=False),
    Column("moment", Double, nullable=False),
    Index("marks_of_response", "response"),
)
ERASURES = Table(  # of learners' names: nothing leads back to them
    "erasures",
    METADATA,
    Column("pseudonym", String(128), primary_key=True),
    Column("who", String(160), nullable=False),
    Column("moment", Double, nullable=False),
)
ORDERS = Table(  # calls that may be repeated: what was asked, and what was answered
    "orders",
    METADATA,
    Column("api_key", String(32), primary_key=True),
    Column("idempotency_key", String(128), primary_key=True),
    Column("request", String(64), nullable=False),  # its digest
    Column("answer", Text, nullable=False),  # JSON
)
