"""The tables. Moments are seconds since 1970 (UTC); ids are 32 hex digits, sortable by time."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _conversation_id() -> Column[str]:
    return Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(16), nullable=False),  # web, sms
    Column("channel_name", String(64), nullable=False),  # city
    Column("address_hash", String(64), nullable=False),  # web: hash of the session secret
    Column("language", String(8), nullable=False),
    Column("client_language", String(8), nullable=False),  # what the client last asked for
    Column("spoken", Boolean, nullable=False, default=False),  # whether a language was heard yet
    Column("no_review", Boolean, nullable=False, default=False, server_default=false()),  # nothing is kept for staff
    Column("next_number", Integer, nullable=False, default=1),  # of the transcript
    Column("next_position", Integer, nullable=False, default=1),  # of the lane
    Column("ready_at", Float),  # the lane's head may be taken from then on; null: nothing waits
    Column("lane_owner", String(128)),
    Column("lane_until", Float, nullable=False, default=0.0),
    Column("fence", BigInteger, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("ended_at", Float),
    UniqueConstraint("channel", "channel_name", "address_hash"),
    Index(None, "ready_at"),
    Index(None, "lane_owner"),
    Index(None, "last_at"),
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", String(32), primary_key=True),
    _conversation_id(),
    Column("external_id", String(128), nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Integer),  # of its event in the transcript; null where it has none
    Column("kind", String(16), nullable=False),  # text, choice, feedback, follow_up, forget, joined, noted
    Column("text", Text),
    Column("payload", Text),
    Column("language", String(8)),  # what the client asked for with it
    Column("via", String(64)),  # the text channel it came by; null: the conversation's own way
    Column("done", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("told_slow", Boolean, nullable=False, default=False),
    Column("received_at", Float, nullable=False),
    Column("done_at", Float),
    UniqueConstraint("conversation_id", "external_id"),
    UniqueConstraint("conversation_id", "position"),
)

events = Table(
    "events",
    metadata,
    _conversation_id(),
    Column("number", Integer, nullable=False),
    Column("type", String(16), nullable=False),  # message, notice, end
    Column("sender", String(16), nullable=False),  # resident, assistant, agent, system
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("buttons", JSON, nullable=False),  # [{title, token}]
    Column("feedback", JSON),  # {up, down} tokens
    Column("source", Text),
    Column("answer", String(200)),  # name of the answer
    Column("release", Integer),  # the published content that it came from; null: the working folder
    Column("inbound_id", String(32)),
    Column("part", Integer),  # 0: the resident's message; 1, 2, …: replies; -1: the notice that it takes longer
    Column("at", Float, nullable=False),
    PrimaryKeyConstraint("conversation_id", "number"),
    UniqueConstraint("inbound_id", "part"),
)

choices = Table(
    "choices",
    metadata,
    Column("token", String(32), primary_key=True),
    _conversation_id(),
    Column("number", Integer, nullable=False),  # of the event that offers it
    Column("kind", String(16), nullable=False),  # choice, feedback
    Column("title", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Index(None, "conversation_id"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", String(32), primary_key=True),
    _conversation_id(),
    Column("action", String(128), nullable=False),
    Column("via", String(64)),  # the text channel to answer by; null: the conversation's own way
    Column("due_at", Float, nullable=False),
    Index(None, "due_at"),
    Index(None, "conversation_id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("answer", String(200)),
    Column("language", String(8), nullable=False),
    Column("value", String(8), nullable=False),  # up, down
    Column("at", Float, nullable=False),
    UniqueConstraint("conversation_id", "number"),
)

phones = Table(
    "phones",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("number", String(32), nullable=False),  # E.164; needed for sending, and nowhere else
    Column("channel_name", String(64), nullable=False),
    Column("address_hash", String(64), nullable=False),
    Index(None, "channel_name", "address_hash"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", String(64), nullable=False),  # keyed: six digits could be tried out
    Column("expires_at", Float, nullable=False),
    UniqueConstraint("code_hash"),
)

wrong_codes = Table(
    "wrong_codes",
    metadata,
    Column("provider_id", String(64), primary_key=True),  # of the message: delivered again it counts once
    Column("channel_name", String(64), nullable=False),
    Column("address_hash", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Index(None, "at"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel_name", String(64), nullable=False),
    Column("address_hash", String(64), nullable=False),
    Column("wish", String(8), nullable=False),  # stop, start
    Column("source", String(16), nullable=False),  # keyword, wording, provider, staff
    Column("wording", Text),  # what the person wrote
    Column("at", Float, nullable=False),
    Index(None, "channel_name", "address_hash", "id"),
)

outbound = Table(
    "outbound",
    metadata,
    Column("id", String(32), primary_key=True),
    _conversation_id(),
    Column("channel_name", String(64), nullable=False),
    Column("inbound_id", String(32)),  # what it answers; null: a notice nobody asked for just now
    Column("part", Integer, nullable=False, default=1),
    Column("kind", String(16), nullable=False),  # reply, confirmation, notice
    Column("text", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("status", String(16), nullable=False),  # docs/sms.md
    Column("provider_id", String(64)),
    Column("error", String(64)),  # the provider's code, or a word of ours
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    Column("deadline", Float, nullable=False),  # after which it is not sent any more
    Column("claimed_until", Float, nullable=False, default=0.0),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    UniqueConstraint("inbound_id", "part"),
    Index(None, "channel_name", "status", "due_at"),
    Index(None, "conversation_id", "id"),
    Index(None, "provider_id"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("token", String(32), primary_key=True),  # unguessable: whoever has it may see the picture
    _conversation_id(),
    Column("inbound_id", String(32), nullable=False),  # the message that it came with
    Column("place", Integer, nullable=False),  # among the files of that message, from 0
    Column("kind", String(32), nullable=False),  # image/jpeg, …; empty: no picture, or it could not be had
    Column("data", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float),  # when a report took it
    UniqueConstraint("inbound_id", "place"),
    Index(None, "conversation_id"),
    Index(None, "created_at"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("outbound_id", String(32)),  # null: about a message that is not ours any more
    Column("provider_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("error", String(16), nullable=False, default=""),
    Column("at", Float, nullable=False),
    UniqueConstraint("provider_id", "status", "error"),
)

senders = Table(
    "senders",
    metadata,
    Column("channel_name", String(64), primary_key=True),
    Column("next_at", Float, nullable=False, default=0.0),  # when the next segment may go
    Column("paused_until", Float, nullable=False, default=0.0),
    Column("pause_reason", String(64)),
    Column("pauses", Integer, nullable=False, default=0),  # in a row
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("at", Float, nullable=False),
    Column("who", String(128), nullable=False),
    Column("what", String(64), nullable=False),  # publish.release, answer.off, …
    Column("subject", String(256), nullable=False),
    Column("details", Text, nullable=False),  # JSON, as it was hashed
    Column("hash", String(64), nullable=False),  # of this entry and the hash before it
    Index(None, "subject"),
    Index(None, "what"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: writers queue for this row
    Column("number", Integer, nullable=False),  # of the latest entry
    Column("hash", String(64), nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False),  # as commits and the audit log name the person
    Column("name_key", String(100), nullable=False),  # the name in small letters: approvals compare names
    Column("email", String(254), nullable=False),  # in small letters
    Column("role", String(16), nullable=False),  # viewer, editor, reviewer, publisher, agent, admin
    Column("language", String(8), nullable=False),  # of the interface
    Column("password", String(200)),  # argon2id; null: invited, or signs in elsewhere
    Column("second_step", Text),  # sealed key for one-time codes; null: none
    Column("second_step_used", BigInteger, nullable=False, default=0),  # the latest code's time step
    Column("recovery", JSON, nullable=False),  # hashes of recovery codes that are left
    Column("subject", String(255)),  # who they are at the city's own sign-in
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float),
    UniqueConstraint("name_key"),
    UniqueConstraint("email"),
    UniqueConstraint("subject"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False),
    Column("staff_id", String(32), ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("open", Boolean, nullable=False),  # false: the second step is still to come
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    UniqueConstraint("token_hash"),
    Index(None, "staff_id"),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", String(32), ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),  # invitation, password
    Column("expires_at", Float, nullable=False),
    Index(None, "staff_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False),  # of the draft that is to be looked at; another draft needs another
    Column("message", Text, nullable=False),  # what changes for residents
    Column("asked_by", String(32), ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("state", String(16), nullable=False),  # open, approved, returned, withdrawn, published
    Column("decided_by", String(32), ForeignKey("staff.id")),
    Column("decided_at", Float),
    Column("note", Text, nullable=False, default=""),
    Index(None, "state"),
)

heard = Table(
    "heard",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("text", Text, nullable=False),  # masked (bot/privacy); nothing leads to whoever wrote it
    Column("language", String(8), nullable=False),
    Column("channel", String(16), nullable=False),  # web, sms
    Column("why", String(16), nullable=False),  # not_understood, close, thumbs_down, to_person
    Column("answer", String(200)),  # name of what was answered
    Column("release", Integer),
    Column("topic", String(200)),  # what it was taken for, or came nearest to
    Column("score", Float),
    Column("runner_up", String(200)),
    Column("at", Float, nullable=False),  # the hour, not the moment
    Column("decision", String(16)),  # right, other, new, not_for_us; null: nobody has looked yet
    Column("decided_topic", String(200)),  # the right one
    Column("decided_by", String(100)),
    Column("decided_at", Float),
    Column("used", Boolean, nullable=False, default=False),  # it has become an example question
    Index(None, "at"),
    Index(None, "decision"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("day", String(10), nullable=False),  # in the city's time
    Column("topic", String(200), nullable=False),  # "": none
    Column("language", String(8), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),  # understood, close, not_understood, to_person, form, up, down
    Column("count", Integer, nullable=False),
    Column("settled", Boolean, nullable=False, default=False),  # added up; until then one row a turn
    Index(None, "day"),
    Index(None, "settled"),
)
