"""Prompts: what a message says to a form, and how the next question or the summary looks as a card."""

from typing import Any

from telegram import Document, Update

from bot import forms
from bot.cards import Button, Card, bold, card, code
from bot.context import Context, message_words
from bot.fields import Said, Text
from bot.forms import Form, State
from models.drafts import Draft

MARK = "mark"
ROUND = "video_note"
KEPT = "您之前填的都还在。"
NO_FILES = "这种文件我打不开，没有收下。要紧的内容请打字告诉我，或者拍成照片发来。"
NO_HEIC = "这种格式（HEIC）的照片打不开，没有收下。请重新发一次，发送时选「照片」，不要选「文件」。"
TOO_LARGE = "这个文件超过 20 MB，没有收下。请重新发一次，发送时选「照片」，不要选「文件」。"
LARGEST = 20 * 1024 * 1024
_PICTURE = (".jpg", ".jpeg", ".png", ".webp")
_TABLES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".xltm", ".xltx", ".et", ".csv", ".ods")
_HEIC = (".heic", ".heif", "image/heic", "image/heif")


def said(context: Context, update: Update) -> Said:
    """Return what a message says to a form."""
    message = update.effective_message
    if message is None:
        return Said(today=context.today)
    location = (message.location.latitude, message.location.longitude) if message.location else None
    phone = message.contact.phone_number if message.contact else ""
    return Said(message_words(update), tuple(media_of(update)), location, phone, None, context.today)


def media_of(update: Update) -> list[dict[str, Any]]:
    """Return the picture, video or voice of a message as `{kind, file_id, unique_id}`, and its album if it has one.

    A picture that was sent as a file is an `image`; whether it really is one turns out when it is fetched.
    """
    message = update.effective_message
    if message is None:
        return []
    photo = message.photo[-1] if message.photo else None
    image = message.document if not unusable(update) else None
    kinds = (("photo", photo), ("video", message.video), ("voice", message.voice), (ROUND, message.video_note),
             ("image", image))  # fmt: skip
    album = {"album": message.media_group_id} if message.media_group_id else {}
    came = [(kind, file) for kind, file in kinds if file is not None]
    return [{"kind": kind, "file_id": f.file_id, "unique_id": f.file_unique_id, **album} for kind, f in came]


def unusable(update: Update) -> str:
    """Return why the file of a message cannot be taken and what to do instead; "" when it can, or there is none."""
    message = update.effective_message
    document = message.document if message is not None else None
    if message is None or document is None:
        return ""
    kind, name = (document.mime_type or "").lower(), (document.file_name or "").lower()
    if kind.endswith(_HEIC) or name.endswith(_HEIC):
        return NO_HEIC
    # Only what is offered as a picture is fetched at all; what it really is, its first bytes say.
    is_offered = kind in {"image/jpeg", "image/png", "image/webp"} or name.endswith(_PICTURE)
    if message.animation is not None or not is_offered:
        return NO_FILES
    return TOO_LARGE if (document.file_size or 0) > LARGEST else ""


def workbook(update: Update) -> Document | None:
    """Return the table that a message in a private chat brings, whatever its kind; None when it brings none."""
    message = update.message
    document = message.document if message is not None and message.chat.type == "private" else None
    is_table = document is not None and (document.file_name or "").lower().endswith(_TABLES)
    return document if is_table else None


def prompt(form: Form, state: State, draft: Draft, note: str = "", words: str = "") -> Card:
    """Return the card that asks the next question, or the summary when nothing is missing.

    `words` were said beside a question for free words; a tap makes them its answer after all.
    """
    mark = {"d": draft.id, "v": draft.version, "m": draft.state[MARK]}
    now = forms.current(form, state)
    if now is None:
        return _summary(form, state, mark, note)
    number, total = forms.progress(form, state)
    head = bold(form.title) + f"  {number}/{total}"
    options = [Button(o.label, "form.pick", {**mark, "o": o.value}) for o in now.options(state.answers)]
    rows = [options[i : i + now.a_row] for i in range(0, len(options), now.a_row)]
    if state.gathering == now.key and (done := now.done_label(state.answers.get(now.key))):
        rows.append([Button(done, "form.done", mark)])
    if words and isinstance(now, Text):
        rows.append([Button("就填这句话", "form.words", {**mark, "w": words})])
    ways = [Button("◀ 返回", "form.back", mark)] if state.trail or state.before else []
    if now.optional and state.gathering != now.key:
        ways.append(Button("跳过", "form.skip", mark))
    return card(head, note or None, now.question(state.answers), buttons=[*rows, *_leaving(ways, mark, total)])


def _leaving(ways: list[Button], mark: dict[str, Any], questions: int) -> list[list[Button]]:
    """Back and skip, then how to leave: a form of one question is not worth putting aside."""
    cancel = Button("✖ 取消", "form.cancel", mark)
    if questions < 2:
        return [[*ways, cancel]]
    return [ways, [Button("先存着", "form.park", mark), cancel]]


def _summary(form: Form, state: State, mark: dict[str, Any], note: str) -> Card:
    shown = [f for f in forms.asked(form, state) if f.key in state.answers or f.optional]
    told = [
        code(f.label) + "  " + (f.show(state.answers[f.key], state.answers) if f.key in state.answers else "没有")
        for f in shown
    ]
    edits = [Button(f"改{f.label}", "form.edit", {**mark, "k": f.key}) for f in shown]
    rows = [edits[i : i + 3] for i in range(0, len(edits), 3)]
    remark = form.remark(state.answers) if form.remark else None
    submit = Button(f"✔ {form.submit_label}", "form.submit", mark)
    head = bold(f"{form.title}：请核对")
    leaving = _leaving([], mark, len(form.fields))
    return card(head, note or None, *told, remark, buttons=[[submit], *rows, *leaving])
