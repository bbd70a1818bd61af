"""What a free message belongs to: thanks to nothing, a reply to its case, anything else perhaps to an open question.

Nothing is filed on a guess: where it is not certain the bot asks (PEERS section 5, pitfall 3).
"""

import re
from typing import Any

from telegram import Update

from bot.cards import Button, Card, bold, card, cut, quote
from bot.context import Context, message_words
from bot.prompts import media_of
from handlers import complaints, looks, looks_own
from handlers.hazards import media
from handlers.say import complaints as say_complaints
from handlers.say import hazards as cases
from handlers.say import questions as say
from knowledge.emergency import is_emergency
from knowledge.understand import understand
from models import hazards, questions
from models.hazards import Hazard
from models.lifecycle import OPEN
from models.questions import Question

Waiting = list[tuple[Question, Hazard]]
Pictures = list[dict[str, Any]]

NEW = "new"
_NUMBER = re.compile(r"吹\d{4}-\d{4,}")
# Nothing but politeness, with what people hang on to it. 「可以」 and 「嗯」 may be an answer and are not in it.
_POLITE = re.compile(
    r"(?:谢|感谢|多谢|辛苦|麻烦|费心|好的|好嘞|收到|知道|晓得|明白|了解|不客气|再见|[oO][kK]|👌|👍|🙏|🌹|😊|❤️?"
    r"|你们?|您们?|大家|[\s，。！!,.~～、了啦哈哦噢喔嗯啊呀的])+"
)
_MEANT = re.compile(r"谢|辛苦|麻烦|费心|好的|好嘞|收到|知道|晓得|明白|了解|客气|再见|[oO][kK]|👌|👍|🙏|🌹|😊|❤")
_THANKS = re.compile("谢|辛苦|麻烦|费心|🙏|🌹")
_OTHERWISE = {"emergency", "progress", "reward"}


def is_polite(words: str) -> bool:
    """Say whether words are thanks or a nod and nothing else."""
    return _POLITE.fullmatch(words.strip()) is not None and _MEANT.search(words) is not None


def hears(update: Update, context: Context) -> bool:
    """Take a free message that belongs to a question or replies to a case; False when it is about something else."""
    message, words, pictures = update.effective_message, message_words(update), media_of(update)
    if message is None or message.document is not None or not (words or pictures) or is_emergency(words):
        return False
    waiting = context.read(questions.open_to)
    if is_polite(words) and not pictures:
        context.say(_politely(words, waiting))
        return True
    if complaints.is_trouble(words) and not pictures:
        # Threats must not reach those on the case by a guess, and not by a reply to their card either.
        if waiting:
            context.say(_offer(waiting, words, first=[[complaints.tell_button(words)]]))
        return bool(waiting)
    return _replied(update, context, waiting, words, pictures) or _offered(context, waiting, words, pictures)


def _replied(update: Update, context: Context, waiting: Waiting, words: str, pictures: Pictures) -> bool:
    """Who replies to a card means its case: the question that waits on it, or else an addition."""
    number = _number_replied_to(update, context)
    question = next((question for question, hazard in waiting if hazard.number == number), None)
    if question is not None and not pictures:
        context.say(filed(context, question.id or 0, words))
        return True
    if question is not None:
        return False
    case = next((h for h in context.read(hazards.mine) if h.number == number and h.step in OPEN), None)
    if case is not None:
        context.begin("addition", {"hazard": case.id, "text": words, "photos": pictures})
    return case is not None


def _number_replied_to(update: Update, context: Context) -> str:
    to = update.effective_message.reply_to_message if update.effective_message is not None else None
    if to is None or to.from_user is None or to.from_user.id != context.bot.id:
        return ""
    found = _NUMBER.search(to.text or "")
    return found[0] if found is not None else ""


def _offered(context: Context, waiting: Waiting, words: str, pictures: Pictures) -> bool:
    if not waiting or (words and understand(words).intent in _OTHERWISE):
        return False
    if pictures:
        options = [[str(found[0].id), _to(found)] for found in waiting]
        given = {"text": words, "photos": pictures, "options": [*options, [NEW, say.NEW]], "sent": True}
        context.begin("answer", given)
    else:
        context.say(_offer(waiting, words))
    return True


def _politely(words: str, waiting: Waiting) -> Card:
    told = say.WELCOME if _THANKS.search(words) else say.FINE
    if not waiting:
        return card(told)
    question, hazard = waiting[0]
    still = say.STILL_WAITS.format(number=hazard.number, ask=question.ask)
    return card(told, still, buttons=[[Button(say.ANSWER, "own.answer", {"q": question.id}, once=False)]])


def _offer(waiting: Waiting, words: str, first: list[list[Button]] | None = None) -> Card:
    """Is this the answer, and to which? Nothing is filed before a tap; the words are kept in the buttons.

    `first` stands above: what the words rather are.
    """
    above, also = first or [], say_complaints.SECRET if first else None
    other = {"text": words}
    if len(waiting) == 1:
        question, hazard = waiting[0]
        yes = Button(say.YES, "own.answered", {"q": question.id, "text": words})
        head = bold(say.IS_IT_ANSWER.format(number=hazard.number))
        ways = [*above, [yes], [Button(say.NO, "own.other", other)]]
        asked = say.THEY_ASKED.format(ask=question.ask)
        return card(also, head, asked, quote(cut(words, 300)), say.AS_WRITTEN, buttons=ways)
    rows = [[Button(_to(found), "own.answered", {"q": found[0].id, "text": words})] for found in waiting]
    told = [f"{hazard.number}：{question.ask}" for question, hazard in waiting]
    head = bold(say.IS_IT_WHICH.format(count=len(waiting)))
    return card(also, head, *told, quote(cut(words, 300)), say.AS_WRITTEN,
                buttons=[*above, *rows, [Button(say.NONE_OF_THEM, "own.other", other)]])  # fmt: skip


def _to(found: tuple[Question, Hazard]) -> str:
    question, hazard = found
    del question
    return say.TO_ANSWER.format(number=hazard.number, place=hazard.place_text)


def filed(context: Context, question_id: int, words: str, photos: Pictures | None = None) -> Card:
    """Hand an answer in and return the card that says so."""
    question = context.run(questions.answer, question_id, words=words, media=media(photos))
    hazard = context.read(hazards.own_hazard, question.hazard_id)
    told = say.ANSWERED if question.answered_at == context.now else say.ANSWERED_LATE
    return card(looks.headline(hazard), told, buttons=[looks_own.own_buttons(hazard)])


def ask_what(context: Context, words: str) -> None:
    """Ask what words are meant for that could mean anything: an open case of one's own, a report, a question."""
    kept = {"text": words}
    own = [h for h in context.read(hazards.mine) if h.step in OPEN][:3]
    rows = [[Button(f"补充到 {h.number} {h.place_text}", "own.add", {"id": h.id, **kept})] for h in own]
    rows.append([Button(cases.START_REPORT, "report.start", kept), Button(cases.START_ASK, "ask.start", kept)])
    context.say(card(cases.UNSURE, buttons=rows))
