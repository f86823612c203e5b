"""The tables of the desk; the same on SQLite and PostgreSQL, and in step with the migrations, which a test compares."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "0002"
"""The migration that these tables stand for."""
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_ID, _MOMENT, _HASH = String(40), String(32), String(64)

firms = Table(
    "firms",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("identity", String(400), nullable=False, unique=True),
    Column("code", String(40), nullable=False),
    Column("company", String(400), nullable=False),
    Column("name", String(400), nullable=False),
    Column("tier", Integer),
    Column("latest", _ID),
    Column("created", _MOMENT, nullable=False),
)
"""``identity`` is the credit code, else the company's IRI; ``latest`` is the submission that now stands for the firm."""

users = Table(
    "users",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("display", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("firm", _ID, ForeignKey("firms.id")),
    Column("password", String(300)),
    Column("subject", String(600), unique=True),
    Column("disabled", Boolean, nullable=False),
    Column("created", _MOMENT, nullable=False),
)
"""``subject`` is issuer and subject of OpenID Connect; an account may have it, a password, or both."""

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", _MOMENT, nullable=False),
)
"""Failures to sign in, by account name and by address, whether or not there is such an account."""

sessions = Table(
    "sessions",
    metadata,
    Column("hash", _HASH, primary_key=True),
    Column("user", _ID, ForeignKey("users.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created", _MOMENT, nullable=False),
    Column("seen", _MOMENT, nullable=False),
    Column("expires", _MOMENT, nullable=False),
    Column("source", String(80), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("hash", _HASH, nullable=False, unique=True),
    Column("user", _ID, ForeignKey("users.id"), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created", _MOMENT, nullable=False),
    Column("expires", _MOMENT, nullable=False),
    Column("revoked", _MOMENT),
)

logins = Table(
    "logins",
    metadata,
    Column("hash", _HASH, primary_key=True),
    Column("verifier", String(200), nullable=False),
    Column("nonce", String(80), nullable=False),
    Column("target", String(400), nullable=False),
    Column("expires", _MOMENT, nullable=False),
)
"""Logins by OpenID Connect under way, by the hash of their state."""

blobs = Table(
    "blobs",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("key", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Whatever is confidential, compressed and sealed; ``key`` names the key, empty where none was configured."""

submissions = Table(
    "submissions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("sha256", _HASH, nullable=False),
    Column("scope", String(90), nullable=False),
    Column("size", Integer, nullable=False),
    Column("filename", String(300), nullable=False),
    Column("media", String(100), nullable=False),
    Column("received", _MOMENT, nullable=False),
    Column("sender", _ID, ForeignKey("users.id"), nullable=False),
    Column("sender_name", String(200), nullable=False),
    Column("firm", _ID, ForeignKey("firms.id")),
    Column("state", String(20), nullable=False),
    Column("faults", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("bytes", _ID),
    Column("facts", _ID),
    Column("figures", Text, nullable=False),
    Column("deadlines", Text, nullable=False),
    Column("verdict", _ID),
    Column("supersedes", _ID),
    Column("superseded_by", _ID),
    UniqueConstraint("sha256", "scope"),
    Index("ix_submissions_firm_received", "firm", "received"),
    Index("ix_submissions_received", "received"),
)
"""``scope`` is the firm for which the bytes are one submission, or the desk where the regulator sent them."""

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("submission", _ID, ForeignKey("submissions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("made", _MOMENT, nullable=False),
    Column("cause", String(40), nullable=False),
    Column("check_date", String(10), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("declared", Integer),
    Column("status", String(20), nullable=False),
    Column("achieved", Integer),
    Column("outcomes", Text, nullable=False),
    Column("bases", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("document_sha256", _HASH, nullable=False),
    Column("document", _ID, ForeignKey("blobs.id"), nullable=False),
    Column("report", _ID, ForeignKey("blobs.id"), nullable=False),
    Column("determinations", _ID, ForeignKey("blobs.id")),
    UniqueConstraint("submission", "number"),
)
"""Every verdict ever made on a submission; the last in force is named by the submission."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("subject", _ID, nullable=False),
    Column("person", _ID, nullable=False),
    Column("state", String(20), nullable=False),
    Column("worker", String(80), nullable=False),
    Column("lease", _MOMENT, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("made", _MOMENT, nullable=False),
    Index("ix_jobs_state_lease", "state", "lease"),
    Index("ix_jobs_subject", "subject"),
)

rulings = Table(
    "rulings",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("firm", _ID, ForeignKey("firms.id"), nullable=False),
    Column("submission", _ID, ForeignKey("submissions.id"), nullable=False),
    Column("clause", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("by", _ID, ForeignKey("users.id"), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("made", _MOMENT, nullable=False),
    Column("state", String(20), nullable=False),
    Column("second", _ID, ForeignKey("users.id")),
    Column("second_name", String(200), nullable=False),
    Column("second_made", _MOMENT),
    Column("basis", _HASH, nullable=False),
    Column("due", String(40), nullable=False),
    Column("replaced_by", _ID),
    Index("ix_rulings_firm_clause", "firm", "clause"),
)
"""``state`` is proposed, in-force, replaced, withdrawn; ``due`` names the submission whose changed facts ask for review."""

items = Table(
    "items",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("firm", _ID, ForeignKey("firms.id"), nullable=False),
    Column("clause", String(20), nullable=False),
    Column("submission", _ID, ForeignKey("submissions.id"), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("due", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("opened", _MOMENT, nullable=False),
    Column("opened_by", String(200), nullable=False),
    Column("closed", _MOMENT),
    Column("closed_by", _ID, ForeignKey("submissions.id")),
    Column("version", Integer, nullable=False),
    Index("ix_items_firm_state", "firm", "state"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("item", _ID, ForeignKey("items.id"), nullable=False),
    Column("made", _MOMENT, nullable=False),
    Column("by", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Index("ix_entries_item", "item"),
)
"""What was said on an item, in order: answers with evidence, notes, changes of owner, due date and state."""

trials = Table(
    "trials",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("made", _MOMENT, nullable=False),
    Column("by", _ID, ForeignKey("users.id"), nullable=False),
    Column("by_name", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("overlay", _ID, ForeignKey("blobs.id"), nullable=False),
    Column("result", _ID, ForeignKey("blobs.id")),
)

journal = Table(
    "journal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("made", _MOMENT, nullable=False),
    Column("who", String(200), nullable=False),
    Column("source", String(80), nullable=False),
    Column("what", String(60), nullable=False),
    Column("thing", String(120), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("rows", Text, nullable=False, server_default=""),
    Column("previous", _HASH, nullable=False),
    Column("hash", _HASH, nullable=False),
    Index("ix_journal_thing", "thing"),
)
"""The log: append-only (the database itself refuses changes), each line chained to the one before.

``rows`` holds digests of the rows that a transaction changed, as ``prints`` writes them.
"""

heads = Table(
    "heads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", _HASH, nullable=False),
)
"""Where the log ends: a line taken from its end is missed by this."""

kept_settings = Table(
    "settings",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What holds for the desk as a whole: its name, how many years bytes are kept, whether rulings want a second person."""
