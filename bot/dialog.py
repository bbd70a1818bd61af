"""Forms meet Telegram: take an answer into the draft, show the next question in place, hand the form in."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from telegram import Update

from bot import forms
from bot.cards import Button, Card, card
from bot.context import PROMPT, PROOF, Aside, Context, message_words
from bot.fields import Field, NotUnderstood, Said
from bot.forms import Form, Further, State
from bot.prompts import KEPT, MARK, prompt, said, unusable
from models import audit, drafts
from models.base import Refused
from models.drafts import Draft
from models.rules import rules_of

CANCEL = frozenset({"取消", "/cancel", "/取消", "算了", "不填了"})
BACK = frozenset({"返回", "上一步", "/back"})
SKIP = frozenset({"跳过", "/skip", "没有", "莫得"})
DONE = frozenset({"发完了", "完成", "好了", "就这些", "/done"})
PARK = frozenset({"先存着", "存着", "先放着", "先放一下", "等下再填", "等会再填", "等会儿再填", "晚点再填", "/later"})
SUBMIT = frozenset({"提交", "确认", "确认提交", "/submit"})
SUBMITTED = "提交好了，{what}在上面的卡片里。"
PUT_BY = "好的，先存着。发「继续」就接着填。"
CANCELLED = "好的，不填了，没有提交任何内容。"
PARKED = "《{title}》给您存着了（填到第 {number} 步，共 {total} 步），{days} 天内都在。想接着填，发「继续」。"
CHANGED = "内容有更新，请看最新的卡片。"


# Takes a late picture of an album to where the others went; False when it belongs nowhere yet.
Late = Callable[[Update, Context], bool]
# Says whether a message answers something else than the question of the open form (None: its summary).
Beside = Callable[[Update, Context, Field | None], Aside | None]


def no_late(_: Update, __: Context) -> bool:
    """Nothing that came earlier wants late pictures."""
    return False


class Dialog:
    """Everything about forms in a chat; the forms, who wants late pictures and what is beside, the handlers declare."""

    def __init__(
        self, declared: Mapping[str, Form], late: Late = no_late, beside: Beside = lambda *_: None
    ) -> None:
        self.forms, self._late, self._beside = declared, late, beside

    def begin(self, context: Context, name: str, prefill: dict[str, Any] | None = None, note: str = "") -> None:
        """Begin a form with what is known already; one that is open is put aside."""
        s = context.visit.session
        if (old := self._active(context)) is not None:
            old.parked = True
            s.flush()
        draft = _new(context, name, prefill)
        s.add(draft)
        if old is not None:
            note = f"{note}先放下的《{self.forms[old.form].title}》给您留着。".strip()
        self._keep(context, draft, State.from_json(draft.state), note, fresh=True)

    def lay_by(self, context: Context, name: str, prefill: dict[str, Any]) -> None:
        """Put a form aside with what is known already; of several the last one is taken up first."""
        draft = _new(context, name, prefill)
        draft.parked = True
        context.visit.session.add(draft)
        context.visit.session.flush()

    def take(self, context: Context, update: Update) -> bool:
        """Take a message as the answer to the open form; False when there is none.

        A picture of an album whose form was handed in goes where the album went, not into the form that came after it.
        """
        draft, album = self._active(context), context.visit.album
        if album is not None and (draft is None or draft.album != album) and self._late(update, context):
            return True
        if draft is None:
            return False
        words, why = message_words(update).strip(), unusable(update)
        # Without a review the words may hand the form in at once, and nobody would read that the file was left out.
        if why and not (words and self.forms[draft.form].review):
            aside = self._beside(update, context, self._asked(draft))
            self.show(context, draft, aside.note if aside else why + KEPT, fresh=aside is not None)
            return True
        acts: tuple[tuple[frozenset[str], Callable[[Context, Draft], None]], ...] = (
            (CANCEL, self._cancel), (BACK, self._back), (DONE, self._gathered), (SUBMIT, self._submit),
            (PARK, self._park),
        )  # fmt: skip
        for known, act in acts:
            if words in known:
                act(context, draft)
                return True
        now = self._asked(draft)
        if words in SKIP and now is not None and now.optional:
            self._skip(context, draft)
        elif (aside := context.visit.aside or self._beside(update, context, now)) is not None:
            self._go_on(context, draft, aside, said(context, update))
        elif words and now is not None and not now.is_meant(words):
            context.visit.session.delete(draft)
            return False
        else:
            self._answer(context, draft, said(context, update), why)
        return True

    def _asked(self, draft: Draft) -> Field | None:
        return forms.current(self.forms[draft.form], State.from_json(draft.state))

    def pressed(self, context: Context, act: str) -> None:
        """A button of a form's card: it counts only for the very state that it was shown for.

        The number of a draft is used again once it is gone, so its random mark has to fit too.
        """
        draft = self._active(context)
        if draft is None or (draft.id, draft.state[MARK]) != (context.pressed.get("d"), context.pressed.get("m")):
            context.toast("这张卡片已经过期了。")
            return
        if draft.version != context.pressed.get("v"):
            context.toast(CHANGED)
            self.show(context, draft)
            return
        acts: dict[str, Callable[[Context, Draft], None]] = {
            "cancel": self._cancel, "back": self._back, "skip": self._skip, "done": self._gathered,
            "submit": self._submit, "edit": self._edit, "pick": self._pick, "park": self._park,
            "words": self._words,
        }  # fmt: skip
        acts[act](context, draft)

    def cancel(self, context: Context) -> bool:
        """Give the open form up; False when there is none."""
        draft = self._active(context)
        if draft is not None:
            self._cancel(context, draft)
        return draft is not None

    def end(self, context: Context, name: str) -> None:
        """End this form if it is the open one: what it asks for has come by another way."""
        draft = self._active(context)
        if draft is not None and draft.form == name:
            context.visit.session.delete(draft)

    def resume(self, context: Context) -> bool:
        """Show the open form again, or take up the one that was put aside; False when there is none."""
        visit = context.visit
        draft = self._active(context)
        if draft is None:
            draft = drafts.parked(visit.session, visit.actor.id, visit.chat or 0)
            if draft is None:
                return False
            draft.parked = False
        self._keep(context, draft, State.from_json(draft.state), "接着上次的填。", fresh=True)
        return True

    def show(self, context: Context, draft: Draft, note: str = "", *, fresh: bool = False, words: str = "") -> None:
        """Show the question or the summary of a draft: in place of the tapped card, or as a new message."""
        form, state = self.forms[draft.form], State.from_json(draft.state)
        shown = prompt(form, state, draft, note, words)
        if (fresh or context.visit.tapped is None) and draft.prompt_message_id is not None:
            drafts.forget_prompt(context.visit.session, draft)
        context.visit.say(shown, new=fresh, draft=draft.id)

    def _active(self, context: Context) -> Draft | None:
        visit = context.visit
        if visit.chat is None or not visit.actor.id:
            return None
        found = drafts.active(visit.session, visit.actor.id, visit.chat)
        if found is not None and found.form not in self.forms:
            visit.session.delete(found)
            return None
        return found

    def _keep(self, context: Context, draft: Draft, state: State, note: str = "", *, fresh: bool = False) -> None:
        form = self.forms[draft.form]
        _store(draft, state, context)
        draft.complete = forms.current(form, state) is None
        if draft.complete and not form.reviews(state.answers):
            self._submit(context, draft)
            return
        context.visit.session.flush()
        self.show(context, draft, note, fresh=fresh)

    def _answer(self, context: Context, draft: Draft, what: Said, note: str = "") -> None:
        form, state = self.forms[draft.form], State.from_json(draft.state)
        asked = forms.current(form, state)
        try:
            state, remark = forms.answer(form, state, what)
        except NotUnderstood as problem:
            self.show(context, draft, note + str(problem))
            return
        remark = note + remark
        if asked is not None and asked.hands_in and forms.current(form, state) is None:
            _store(draft, state, context)
            context.visit.session.flush()
            self._submit(context, draft)
            return
        album, draft.album = draft.album, context.visit.album
        if album is not None and album == draft.album:
            self._count_live(context, draft, state, remark)
        else:
            self._keep(context, draft, state, remark)

    def _count_live(self, context: Context, draft: Draft, state: State, remark: str) -> None:
        # An album arrives as single updates without an end: the one card is edited instead of answered ten times.
        _store(draft, state, context)
        context.visit.session.flush()
        shown = prompt(self.forms[draft.form], state, draft, remark)
        context.visit.say(shown, draft=draft.id, over=draft.prompt_message_id or PROMPT)

    def _pick(self, context: Context, draft: Draft) -> None:
        self._answer(context, draft, Said(choice=str(context.pressed["o"]), today=context.today))

    def _words(self, context: Context, draft: Draft) -> None:
        self._answer(context, draft, Said(text=str(context.pressed["w"]), today=context.today))

    def _go_on(self, context: Context, draft: Draft, aside: Aside, what: Said) -> None:
        """Words that were answered beside the form: what they tell is kept, and its question is asked again below."""
        form, before = self.forms[draft.form], State.from_json(draft.state)
        state = forms.told(form, before, aside.known, what.text if aside.keep else "")
        if what.media or what.location or what.phone:
            _store(draft, state, context)
            self._answer(context, draft, replace(what, text=""))
        elif state != before:
            self._keep(context, draft, state, aside.note, fresh=True)
        else:
            self.show(context, draft, aside.note, fresh=True, words=what.text)

    def _edit(self, context: Context, draft: Draft) -> None:
        form, key = self.forms[draft.form], str(context.pressed["k"])
        if all(f.key != key for f in form.fields):  # the form has changed since its card was shown
            context.toast(CHANGED)
            self.show(context, draft)
            return
        self._keep(context, draft, forms.edit(form, State.from_json(draft.state), key))

    def _gathered(self, context: Context, draft: Draft) -> None:
        self._keep(context, draft, forms.gathered(State.from_json(draft.state)))

    def _skip(self, context: Context, draft: Draft) -> None:
        try:
            state = forms.skip(self.forms[draft.form], State.from_json(draft.state))
        except NotUnderstood as problem:
            self.show(context, draft, str(problem))
            return
        self._keep(context, draft, state)

    def _back(self, context: Context, draft: Draft) -> None:
        kept = State.from_json(draft.state)
        state = forms.reopen(self.forms[draft.form], kept) or forms.back(kept)
        if state is None:
            self.show(context, draft, "这是第一步。不想填了可以点「取消」。")
            return
        self._keep(context, draft, state)

    def _park(self, context: Context, draft: Draft) -> None:
        form, state = self.forms[draft.form], State.from_json(draft.state)
        number, total = forms.progress(form, state)
        days = rules_of(context.visit.session).draft_days
        draft.parked, draft.touched_at = True, context.now
        told = PARKED.format(title=form.title, number=number, total=total, days=days)
        go_on = Button(f"继续填《{form.title}》", "form.resume")
        context.visit.say(card(told, buttons=[[go_on]]), draft=draft.id, over=draft.prompt_message_id or PROMPT)
        self._below(context, PUT_BY)

    def _cancel(self, context: Context, draft: Draft) -> None:
        title = self.forms[draft.form].title
        context.visit.session.delete(draft)
        context.visit.say(card(f"《{title}》已取消，没有提交任何内容。", buttons=self._parked(context)),
                          draft=draft.id, over=draft.prompt_message_id or PROMPT)  # fmt: skip
        self._below(context, CANCELLED)

    def _submit(self, context: Context, draft: Draft) -> None:
        form, state = self.forms[draft.form], State.from_json(draft.state)
        if forms.current(form, state) is not None:
            self.show(context, draft, "还差一点才能提交：")
            return
        try:
            done = _hand_in(context, form, state)
        except Refused as refusal:
            self._refused(context, draft, str(refusal))
            return
        if isinstance(done, Further):
            self._keep(context, draft, forms.further(state, done))
            return
        context.visit.session.delete(draft)
        if done is not None:
            # Without a review the last answer was typed: what comes of it belongs under it.
            reviewed = form.reviews(state.answers)
            over = (draft.prompt_message_id or PROMPT) if reviewed else None
            context.visit.say(done, draft=draft.id, over=over)
            if reviewed:
                self._below(context, SUBMITTED.format(what="回执" if done.receipt else "结果"))

    def _refused(self, context: Context, draft: Draft, why: str) -> None:
        """Show why, and what can be done: change an answer, hand in again, or cancel."""
        form, state = self.forms[draft.form], State.from_json(draft.state)
        earlier = None if form.reviews(state.answers) else forms.back(state)
        if earlier is None:
            self.show(context, draft, why)
        else:
            self._keep(context, draft, earlier, why)

    def _below(self, context: Context, text: str) -> None:
        # The card that changed stands further up: who typed looks at what comes below.
        if context.visit.tapped is None:
            context.visit.say(card(text), new=True)

    def _parked(self, context: Context) -> list[list[Button]]:
        visit = context.visit
        waiting = drafts.parked(visit.session, visit.actor.id, visit.chat or 0)
        return [[Button(f"继续填《{self.forms[waiting.form].title}》", "form.resume")]] if waiting else []


def _new(context: Context, name: str, prefill: dict[str, Any] | None) -> Draft:
    visit = context.visit
    state = forms.begin({**(prefill or {}), PROOF: visit.actor.proof})
    kept = state.to_json() | {MARK: secrets.token_hex(4)}
    return Draft(person_id=visit.actor.id, chat_id=visit.chat or 0, form=name, state=kept,
                 album=visit.album, started_at=visit.now, touched_at=visit.now)  # fmt: skip


def _store(draft: Draft, state: State, context: Context) -> None:
    draft.state, draft.touched_at = state.to_json() | {MARK: draft.state[MARK]}, context.now


def _hand_in(context: Context, form: Form, state: State) -> Card | Further | None:
    """Hand a form in; when it is refused nothing of the try stays, neither rows nor audit entries nor words."""
    visit = context.visit
    s, said_before, edited = visit.session, list(visit.said), visit.edited
    # Ending the savepoint would write the entries (and lock their chain) early, or forget those of before.
    entries = s.info.pop(audit.PENDING, [])
    try:
        with s.begin_nested():
            answers = forms.final(form, state)
            visit.hold(str(answers.pop(PROOF, "")))
            done: Card | Further | None = form.submit(context, answers)
            entries += s.info.pop(audit.PENDING, [])
            return done
    except Refused:
        visit.said, visit.edited = said_before, edited
        raise
    finally:
        s.info[audit.PENDING] = entries
