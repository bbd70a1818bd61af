"""python-telegram-bot, aiogram and a plain HTTP client talk to the sandbox unchanged, over real loopback HTTP."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest
from aiogram import Bot as AiogramBot
from aiogram import Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, InputPollOption, Message
from telegram import BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram import InputMediaPhoto as PtbPhoto
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from sandbox.faults import Fault
from sandbox.pictures import picture
from sandbox.telegram import Telegram
from tests.sandbox.conftest import until

Live = tuple[Telegram, str]
Context = ContextTypes.DEFAULT_TYPE


async def test_python_telegram_bot_polls_answers_and_edits(live: Live) -> None:
    tg, base = live
    builder = ApplicationBuilder().token(tg.bot_token)
    application = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()

    async def said(update: Update, _: Context) -> None:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("提交", callback_data="go")]])
        await update.message.reply_text(f"<b>你说</b> {update.message.text}", parse_mode="HTML", reply_markup=keyboard)

    async def photographed(update: Update, _: Context) -> None:
        content = await (await update.message.photo[-1].get_file()).download_as_bytearray()
        await update.message.reply_media_group([PtbPhoto(bytes(content)), PtbPhoto(picture(tint=5))], caption="原图")

    async def pressed(update: Update, _: Context) -> None:
        await update.callback_query.answer("收到", show_alert=True)
        await update.callback_query.edit_message_text("已提交")

    application.add_handler(MessageHandler(filters.TEXT, said))
    application.add_handler(MessageHandler(filters.PHOTO, photographed))
    application.add_handler(CallbackQueryHandler(pressed))
    wang = tg.person("秀兰")
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(poll_interval=0, timeout=2)
        wang.says("后门堵死了")
        await until(tg, lambda: wang.sees("你说 后门堵死了"))
        wang.presses("提交")
        await until(tg, lambda: wang.sees("已提交"))
        wang.sends_photo("看")
        await until(tg, lambda: wang.sees("原图"))
        await application.bot.set_my_commands([BotCommand("report", "上报")], scope=BotCommandScopeChat(wang.id))
        await application.bot.send_poll(wang.id, "会用灭火器吗", ["会", "不会"], type="quiz", correct_option_ids=[0])
        info = await application.bot.get_chat(wang.id)
        await application.updater.stop()
        await application.stop()
    assert [toast.text for toast in wang.toasts] == ["收到"]
    assert info.first_name == "秀兰"
    assert [seen.kind for seen in wang.screen[-3:]] == ["photo", "photo", "poll"]
    assert tg.profile.seen_by(wang.user, wang.chat) == [{"command": "report", "description": "上报"}]


async def test_python_telegram_bot_sees_faults_as_its_own_errors(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    tg, base = live
    bot = ApplicationBuilder().token(tg.bot_token).base_url(f"{base}/bot").build().bot
    wang = tg.person("秀兰")
    wang.opens_link()
    tg.faults.add(Fault("sendMessage", "429", times=1, retry_after=7))
    tg.faults.add(Fault("sendMessage", "502 html", times=1))
    tg.faults.add(Fault("sendMessage", "cut", times=1))
    tg.faults.add(Fault("sendMessage", "hang", times=1))
    async with bot:
        with pytest.raises(RetryAfter):
            await bot.send_message(wang.id, "一")
        with pytest.raises(NetworkError):
            await bot.send_message(wang.id, "二")
        with pytest.raises(NetworkError):
            await bot.send_message(wang.id, "三")
        with pytest.raises(NetworkError):
            await bot.send_message(wang.id, "四", read_timeout=0.2)
        with pytest.raises(BadRequest, match="Message text is empty"):
            await bot.send_message(wang.id, " ")
    assert [seen.text for seen in wang.screen if seen.from_bot] == ["三"]


async def test_aiogram_polls_sends_pictures_and_polls(live: Live) -> None:
    tg, base = live
    bot = AiogramBot(tg.bot_token, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    dispatcher = Dispatcher()

    @dispatcher.message(F.text)
    async def said(message: Message) -> None:
        await message.answer_photo(BufferedInputFile(picture(), "图.png"), caption=f"图:{message.text}")
        pictures = [BufferedInputFile(picture(tint=number), "a.png") for number in (1, 2)]
        await message.answer_media_group([InputMediaPhoto(media=item) for item in pictures])
        options = [InputPollOption(text="甲"), InputPollOption(text="乙")]
        await message.answer_poll("选一个", options, is_anonymous=False)

    answers = []

    @dispatcher.poll_answer()
    async def voted(answer: object) -> None:
        answers.append(answer)
        await dispatcher.stop_polling()

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        await query.answer()

    wang = tg.person("秀兰")
    wang.says("你好")

    async def vote() -> None:
        await until(tg, lambda: wang.screen[-1].kind == "poll")
        wang.votes(wang.screen[-1].id, 1)

    async with bot.session:
        await asyncio.gather(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1), vote())
    assert [seen.kind for seen in wang.screen] == ["text", "photo", "photo", "photo", "poll"]
    assert answers[0].option_ids == [1]


async def test_a_plain_client_may_write_parameters_in_every_way_telegram_reads(live: Live) -> None:
    tg, base = live
    wang = tg.person("秀兰")
    wang.opens_link()
    url = f"{base}/bot{tg.bot_token}"
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}]]}
    async with aiohttp.ClientSession() as session:

        async def result(answer: aiohttp.ClientResponse) -> dict:
            body = await answer.json()
            assert body["ok"], body
            return body["result"]

        await result(await session.get(f"{url}/getme"))
        await result(await session.get(f"{url}/sendMessage", params={"chat_id": wang.id, "text": "查询串"}))
        form = {"chat_id": str(wang.id), "text": "表单", "reply_markup": json.dumps(markup)}
        await result(await session.post(f"{url}/sendMessage", data=form))
        body = {"chat_id": wang.id, "text": "JSON", "reply_markup": markup}
        await result(await session.post(f"{url}/sendMessage", json=body))
        upload = aiohttp.FormData({"chat_id": str(wang.id), "document": "attach://papers"}, quote_fields=False)
        upload.add_field("papers", b"%PDF-1.4", filename="隐患整改通知.pdf", content_type="application/pdf")
        sent = await result(await session.post(f"{url}/sendDocument", data=upload))
        file = await result(await session.get(f"{url}/getFile", params={"file_id": sent["document"]["file_id"]}))
        download = await session.get(f"{base}/file/bot{tg.bot_token}/{file['file_path']}")
        assert await download.read() == b"%PDF-1.4"
    assert sent["document"]["file_name"] == "隐患整改通知.pdf"
    assert [seen.labels for seen in wang.screen[2:4]] == [[["好"]], [["好"]]]


async def test_wrong_tokens_and_unknown_methods_are_refused_as_telegram_does(live: Live) -> None:
    tg, base = live
    async with aiohttp.ClientSession() as session:
        for path, status in (
            ("bot123:AAAAAAAAAAAAAAAAAAAAAAAA/getMe", 401),
            ("botnonsense/getMe", 404),
            (f"bot{tg.bot_token}/sendNothing", 404),
            (f"file/bot{tg.bot_token}/photos/file_99.jpg", 404),
        ):
            answer = await session.get(f"{base}/{path}")
            assert (answer.status, (await answer.json())["error_code"]) == (status, status)


async def test_a_cut_connection_gives_the_client_no_byte_of_an_answer(live: Live) -> None:
    tg, base = live
    wang = tg.person("秀兰")
    wang.opens_link()
    tg.faults.add(Fault("sendMessage", "cut", times=1))
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.post(f"{base}/bot{tg.bot_token}/sendMessage", json={"chat_id": wang.id, "text": "到了"})
    assert wang.sees("到了")
