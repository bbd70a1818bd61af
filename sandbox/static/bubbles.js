// One row of the chat: a message, or an album of several, as a bubble with its buttons.

import { contactCard, fileCard, gallery, placeCard, pollCard, voiceCard } from "./cards.js";
import { el, icon } from "./dom.js";
import { asDay, asFullDay, asTime } from "./format.js";
import { inlineKeyboard } from "./keyboards.js";
import { richText } from "./richtext.js";

const VISUAL = new Set(["photo", "video"]);
const WORDS = { photo: "照片", document: "文件", voice: "语音", video: "视频", audio: "音频", location: "位置",
  venue: "地点", contact: "联系方式", poll: "投票", sticker: "贴纸" };

/** The row of `messages` (one, or the members of an album); `quoted` is the message it answers, if known. */
export function renderRow(messages, act, quoted) {
  const first = messages[0];
  const last = messages.at(-1);
  const day = el("h3", { class: "day", text: asDay(first.at), title: asFullDay(first.at) });
  const row = el("article", { class: `row ${sideOf(first)}` }, day);
  row.dataset.day = asDay(first.at);
  if (first.kind === "service") row.append(el("p", { class: "service-text", text: first.text }));
  else row.append(stack(messages, last, act, quoted));
  return row;
}

function sideOf(message) {
  if (message.kind === "service") return "service";
  return message.from === "me" ? "mine" : "theirs";
}

function stack(messages, last, act, quoted) {
  const keys = messages.find((message) => message.inline?.length);
  return el("div", { class: `stack${keys ? " with-keys" : ""}` }, bubble(messages, last, act, quoted),
    keys && inlineKeyboard(keys, act), editButton(last, act));
}

function bubble(messages, last, act, quoted) {
  const first = messages[0];
  const said = messages.find((message) => message.text) ?? first;
  const hasCaption = Boolean(said.text) && !["contact", "poll", "location", "venue"].includes(first.kind);
  const isBare = VISUAL.has(first.kind) && !hasCaption;
  return el("div", { class: `bubble${VISUAL.has(first.kind) ? " visual" : ""}${isBare ? " bare" : ""}` },
    el("span", { class: "offscreen", text: `${speaker(first)}：` }),
    quoted && quote(quoted), content(messages, act),
    hasCaption ? el("div", { class: "words" }, richText(said, act.sendText), stamp(messages, last)) : stamp(messages, last));
}

function speaker(message) {
  return { me: "我", bot: "吹哨" }[message.from] ?? message.from;
}

function content(messages, act) {
  const message = messages[0];
  const { kind, media } = message;
  if (VISUAL.has(kind) && media) return gallery(messages);
  if (kind === "voice" || kind === "audio") return media && voiceCard(media);
  if (kind === "document") return messages.map((each) => each.media && fileCard(each.media));
  if (message.location) return placeCard(message.location);
  if (kind === "contact") return contactCard(message.text);
  if (message.poll) return pollCard(message.poll, (option) => act.vote(message.id, option));
  if (kind === "sticker" && !message.text) return el("span", { class: "big-sticker", role: "img", "aria-label": "贴纸" }, icon("sticker"));
  return null;
}

function quote(message) {
  return el("blockquote", { class: "quote" }, el("b", { text: speaker(message) }),
    el("span", { text: (message.text || `[${WORDS[message.kind] ?? "消息"}]`).slice(0, 60) }));
}

function stamp(messages, last) {
  const isEdited = messages.some((message) => message.edited);
  return el("span", { class: "stamp" }, isEdited && el("span", { class: "edited", text: "已编辑" }),
    el("time", { datetime: last.at, text: asTime(last.at) }));
}

/** Present on every text of one's own; the thread shows it on the last one only. */
function editButton(message, act) {
  if (message.from !== "me" || message.kind !== "text") return null;
  return el("button", { type: "button", class: "edit-own icon-button", "aria-label": "编辑这条消息",
    onclick: () => act.startEdit(message) }, icon("edit"));
}
