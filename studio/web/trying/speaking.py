"""One more message of a conversation, for staff and guests alike."""

from bot.errors import AssistantError
from studio.web.trying.chats import Chat, Room
from studio.web.visit import Visit

LONGEST = 1000  # characters of a message


async def speak_in(visit: Visit, room: Room, chat: Chat) -> str:
    """Say what was typed or pressed; words for what is wrong, "" where all went well."""
    pressed, text = visit.text("press", LONGEST), visit.text("text", LONGEST)
    if not (pressed or text):
        return visit.say("trying_write")
    if chat.is_full:
        return visit.say("trying_full")
    if chat.turn.locked():
        return visit.say("trying_patience")
    async with chat.turn:
        if chat.with_draft:
            assistant = await room.assistant(True)
            if assistant is None or assistant.url != chat.talk.assistant.url:
                return visit.say("trying_gone")
        try:
            await chat.talk.say(pressed or text, pressed=bool(pressed))
        except AssistantError as error:
            return visit.say("trying_no_answer", why=str(error))
    return ""


def language_of(visit: Visit, asked: str) -> str:
    """A language of the assistant."""
    known = visit.studio.draft.languages
    return asked if asked in known else visit.language if visit.language in known else known[0]


def channel_of(asked: str) -> str:
    """A channel that can be tried."""
    return "sms" if asked == "sms" else "web"


def end_of(address: str, chat: Chat) -> str:
    """Where the latest answer stands."""
    return f"{address}#t{len(chat.talk.exchanges)}"
