"""Prompts: what a message says to a form, and how the next question or the summary looks as a card."""

from typing import Any

from telegram import Update

from bot import forms
from bot.cards import Button, Card, bold, card, code
from bot.context import Context, message_words
from bot.fields import Said, Text
from bot.forms import Form, State
from models.drafts import Draft

MARK = "mark"
ROUND = "video_note"
NO_FILES = "文件里会带着拍摄位置等信息，请改用「照片」方式再发一次。您之前填的都还在。"


def said(context: Context, update: Update) -> Said:
    """Return what a message says to a form."""
    message = update.effective_message
    if message is None:
        return Said(today=context.today)
    location = (message.location.latitude, message.location.longitude) if message.location else None
    phone = message.contact.phone_number if message.contact else ""
    return Said(message_words(update), tuple(media_of(update)), location, phone, None, context.today)


def media_of(update: Update) -> list[dict[str, Any]]:
    """Return the picture, film or voice of a message as `{kind, file_id, unique_id}`; no files, they keep metadata."""
    message = update.effective_message
    if message is None:
        return []
    photo = message.photo[-1] if message.photo else None
    kinds = (("photo", photo), ("video", message.video), ("voice", message.voice), (ROUND, message.video_note))
    return [{"kind": k, "file_id": m.file_id, "unique_id": m.file_unique_id} for k, m in kinds if m is not None]


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
