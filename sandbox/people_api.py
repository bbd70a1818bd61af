"""What the chat page and scripts ask the sandbox to do on behalf of people, as JSON over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.groups import Group
from sandbox.params import UploadedFile
from sandbox.people import TOWN_HALL, Person
from sandbox.pressing import inline_buttons, press_inline, press_reply, reply_rows
from sandbox.rooms import Chat
from sandbox.telegram import Telegram
from sandbox.views import Seen

LONGEST_WAIT = 25.0
_ANSWER_TO_INLINE = 5.0
Json = dict[str, Any]
Deed = Callable[[Person, Json, list[UploadedFile]], Awaitable[Any]]


def person_json(person: Person) -> Json:
    """A person in the list."""
    return {
        "id": person.id, "first_name": person.user.first_name, "last_name": person.user.last_name,
        "username": person.user.username, "label": person.label, "unread": person.unread,
        "blocked": person.chat.blocked,
    }  # fmt: skip


class PeopleApi:
    """The routes below /sandbox/people and /sandbox/chats."""

    def __init__(self, tg: Telegram) -> None:
        self.tg = tg

    def routes(self) -> list[Route]:
        """For Starlette."""
        deeds: dict[str, Deed] = {
            "text": _text, "photos": _photos, "document": _document, "voice": _voice, "video": _video,
            "location": _location, "contact": _contact, "sticker": _sticker, "press": _press, "vote": _vote,
            "edit": _edit, "block": _block, "read": _read, "inline": _inline,
        }  # fmt: skip
        chat = "/sandbox/chats/{person_id:int}"
        return [
            Route("/sandbox/people", self.people, methods=["GET"]),
            Route("/sandbox/people", self.add_person, methods=["POST"]),
            Route(chat, self.look, methods=["GET"]),
            *(Route(f"{chat}/{name}", self._doing(deed), methods=["POST"]) for name, deed in deeds.items()),
        ]

    async def people(self, _: Request) -> JSONResponse:
        """Everybody."""
        return JSONResponse([person_json(person) for person in self.tg.people])

    async def add_person(self, request: Request) -> JSONResponse:
        """A new person."""
        given = await request.json()
        if not given.get("first_name") or int(given.get("id") or 0) in self.tg.people_by_id:
            raise HTTPException(400, "first_name is missing or the id is taken")
        person = self.tg.person(
            str(given["first_name"]),
            id=int(given["id"]) if given.get("id") else None,
            username=given.get("username"),
            label=str(given.get("label") or ""),
        )
        return JSONResponse(person_json(person))

    async def look(self, request: Request) -> JSONResponse:
        """A chat as one person sees it, at once when something is newer than `after`, else after a wait."""
        person = self._person(request)
        group = self._group(request.query_params.get("chat"))
        after = int(request.query_params.get("after") or 0)
        wait = min(float(request.query_params.get("wait") or 0), LONGEST_WAIT)
        room = group.chat if group else person.chat
        jumps, end = self.tg.clock.jumps, asyncio.get_running_loop().time() + wait
        while room.seq <= after and self.tg.clock.jumps == jumps:
            remaining = end - asyncio.get_running_loop().time()
            if remaining <= 0:
                break
            await self.tg.changed.wait(remaining)
        return JSONResponse(self._chat_json(person, room, after))

    def _chat_json(self, person: Person, room: Chat, after: int) -> Json:
        tg = self.tg
        changed = sorted((m for m in room.messages.values() if m.seq > after), key=lambda m: m.id)
        toasts = [t for t in room.toasts.get(person.id, []) if t.seq > after]
        rows = [
            [{"text": b["text"], "request_location": bool(b.get("request_location")),
              "request_contact": bool(b.get("request_contact"))} for b in row]
            for row in reply_rows(room)
        ]  # fmt: skip
        return {
            "seq": room.seq,
            "now": tg.clock.now().isoformat(),
            "unread": person.unread,
            "blocked": person.chat.blocked,
            "typing": room.action is not None and room.action[1] > tg.clock.now(),
            "reply_keyboard": rows or None,
            "input_placeholder": (room.reply_markup or {}).get("input_field_placeholder"),
            "commands": tg.profile.seen_by(person.user, room),
            "toasts": [{"text": t.text, "alert": t.alert, "seq": t.seq} for t in toasts],
            "messages": [Seen(tg, person.user, message).page_json() for message in changed],
        }

    def _doing(self, deed: Deed) -> Callable[[Request], Awaitable[JSONResponse]]:
        async def endpoint(request: Request) -> JSONResponse:
            person = self._person(request)
            given, files = await _given(request)
            given["group"] = self._group(given.get("chat"))
            try:
                done = await deed(person, given, files)
            except (AssertionError, KeyError, ValueError) as problem:
                return JSONResponse({"ok": False, "error": str(problem)}, status_code=409)
            if isinstance(done, Seen):
                return JSONResponse({"ok": True, "message_id": done.id})
            return JSONResponse({"ok": True} | (done or {}))

        return endpoint

    def _person(self, request: Request) -> Person:
        person = self.tg.people_by_id.get(request.path_params["person_id"])
        if person is None:
            raise HTTPException(404, "nobody has this id")
        return person

    def _group(self, chat_id: Any) -> Group | None:
        if chat_id in (None, "") or int(chat_id) > 0:
            return None
        if int(chat_id) not in self.tg.groups:
            raise HTTPException(404, "no group has this id")
        return self.tg.groups[int(chat_id)]


async def _given(request: Request) -> tuple[Json, list[UploadedFile]]:
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return (await request.json() if await request.body() else {}), []
    async with request.form() as form:
        uploads = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        files = [await _kept(upload) for upload in uploads]
        return {name: value for name, value in form.items() if isinstance(value, str)}, files


async def _kept(upload: UploadFile) -> UploadedFile:
    mime = upload.content_type or "application/octet-stream"
    return UploadedFile(upload.filename or "文件", await upload.read(), mime)


async def _text(person: Person, given: Json, _: list[UploadedFile]) -> Seen:
    return person.says(str(given["text"]), chat=given["group"], reply_to=given.get("reply_to"))


async def _photos(person: Person, given: Json, files: list[UploadedFile]) -> Seen:
    contents = [file.content for file in files]
    if not 1 <= len(contents) <= 10:
        raise ValueError("1 to 10 photos")
    caption = given.get("caption") or None
    if len(contents) == 1:
        return person.sends_photo(caption, content=contents[0], chat=given["group"])
    return person.sends_album(len(contents), caption, contents=contents)[-1]


async def _document(person: Person, given: Json, files: list[UploadedFile]) -> Seen:
    [file] = files
    return person.sends_document(file.name, mime=file.mime, caption=given.get("caption"), content=file.content)


async def _voice(person: Person, given: Json, files: list[UploadedFile]) -> Seen:
    seconds = int(given.get("seconds") or 3)
    [file] = files
    return person.sends_voice(seconds, content=file.content, caption=given.get("caption"))


async def _video(person: Person, given: Json, files: list[UploadedFile]) -> Seen:
    [file] = files
    return person.sends_video(int(given.get("seconds") or 5), given.get("caption"), content=file.content)


async def _location(person: Person, given: Json, _: list[UploadedFile]) -> Seen:
    latitude, longitude = given.get("latitude", TOWN_HALL[0]), given.get("longitude", TOWN_HALL[1])
    return person.sends_location(float(latitude), float(longitude))


async def _contact(person: Person, given: Json, _: list[UploadedFile]) -> Seen:
    return person.sends_contact(str(given.get("phone") or "+8613800000000"))


async def _sticker(person: Person, _: Json, __: list[UploadedFile]) -> Seen:
    return person.sends_sticker()


async def _press(person: Person, given: Json, _: list[UploadedFile]) -> None:
    if "label" in given:
        person.presses(str(given["label"]), message=given.get("message_id"), chat=given["group"])
        return
    room = given["group"].chat if given["group"] else person.chat
    if given.get("message_id") is None:
        press_reply(person, _at(reply_rows(room), given), given["group"])
        return
    message = room.find(int(given["message_id"]))
    rows = message.data.get("reply_markup", {}).get("inline_keyboard", []) if message else []
    button = _at(rows, given)
    press_inline(person, next(m for m, b in inline_buttons(room) if b is button), button)


def _at(rows: list[list[Json]], given: Json) -> Json:
    row, column = int(given["row"]), int(given["col"])
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise ValueError("there is no such button any more")
    return rows[row][column]


async def _vote(person: Person, given: Json, _: list[UploadedFile]) -> None:
    options = given["option"] if isinstance(given["option"], list) else [given["option"]]
    person.votes(int(given["message_id"]), *map(int, options))


async def _edit(person: Person, given: Json, _: list[UploadedFile]) -> Seen:
    return person.edits(int(given["message_id"]), str(given["text"]), chat=given["group"])


async def _block(person: Person, given: Json, _: list[UploadedFile]) -> None:
    if given.get("blocked", True):
        person.blocks()
    else:
        person.unblocks()


async def _read(person: Person, given: Json, _: list[UploadedFile]) -> None:
    person.marks_read(given["group"])


async def _inline(person: Person, given: Json, _: list[UploadedFile]) -> Json:
    query = person.asks_inline(str(given.get("query") or ""), str(given.get("offset") or ""))
    end = asyncio.get_running_loop().time() + _ANSWER_TO_INLINE
    while not query.answered and (remaining := end - asyncio.get_running_loop().time()) > 0:
        await person.tg.changed.wait(remaining)
    if "choose" in given:
        return {"message_id": person.chooses(query, int(given["choose"]), chat=given["group"]).id}
    return {"answered": query.answered, "results": query.results, "next_offset": query.next_offset}
