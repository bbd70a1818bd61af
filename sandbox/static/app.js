// The page: chooses a person, follows that person's chat by long polling, and keeps people and clock up to date.

import { get, post, watchServer } from "./api.js";
import { createClock } from "./clock.js";
import { createComposer } from "./composer.js";
import { attachMenu, byId, icon } from "./dom.js";
import { nameOf } from "./format.js";
import { alertBox, attempt, pauseForRetry, retryNow, showTrouble, toast } from "./notices.js";
import { createPeople } from "./people.js";
import { createThread } from "./thread.js";

const LONG_POLL_S = 25;
const PEOPLE_EVERY_MS = 2000;
const LONGEST_PAUSE_MS = 8000;

const open = { person: null, stop: null };
const path = () => `/sandbox/chats/${open.person.id}`;
const people = createPeople((person) => (location.hash = `p=${person.id}`));
const clock = createClock();
const thread = createThread(byId("thread"), byId("to-bottom"), {
  press: (messageId, row, col) => attempt(() => post(`${path()}/press`, { message_id: messageId, row, col })),
  vote: (messageId, option) => attempt(() => post(`${path()}/vote`, { message_id: messageId, option })),
  sendText: (text) => composer.sendText(text),
  startEdit: (message) => composer.startEdit(message),
});
const composer = createComposer(byId("composer"), { path, lastOwnText: thread.lastOwnText, isEmpty: thread.isEmpty });

function openChat(person) {
  open.stop?.abort();
  Object.assign(open, { person, stop: person && new AbortController() });
  byId("app").dataset.view = person ? "chat" : "people";
  byId("welcome").hidden = Boolean(person);
  byId("chat").hidden = !person;
  people.mark(person?.id ?? null);
  thread.clear();
  if (!person) return;
  composer.open(person);
  showSubtitle(false);
  follow(person, open.stop.signal);
}

function showSubtitle(isTyping) {
  const subtitle = byId("chat-subtitle");
  const words = isTyping ? "正在输入…" : `你是 ${nameOf(open.person)} · ${open.person.label || "居民"}`;
  if (subtitle.textContent !== words) subtitle.textContent = words;
  subtitle.classList.toggle("typing", isTyping);
}

/** Long polling of one chat until another one is opened; a server that went away is asked again, ever more patiently. */
async function follow(person, signal) {
  const poll = { after: 0, isFirst: true, isTyping: false, pause: 0 };
  while (!signal.aborted) {
    try {
      await whenVisible();
      await pollOnce(person, poll, signal);
      poll.pause = 0;
    } catch (error) {
      if (signal.aborted) return;
      poll.pause = Math.min(LONGEST_PAUSE_MS, poll.pause * 2 || 1000);
    }
    if (poll.pause) await pauseForRetry(poll.pause);
  }
}

async function pollOnce(person, poll, signal) {
  const wait = poll.isFirst ? 0 : poll.isTyping ? 2 : LONG_POLL_S;
  const page = await get(`/sandbox/chats/${person.id}?after=${poll.after}&wait=${wait}`, signal);
  if (signal.aborted) return;
  if (page.seq < poll.after) return startOver(poll);
  const heard = page.toasts.filter((line) => !poll.isFirst && line.seq > poll.after);
  Object.assign(poll, { after: page.seq, isFirst: false, isTyping: page.typing });
  showPage(page);
  heard.forEach((line) => (line.alert ? alertBox(line.text) : toast(line.text)));
  if (page.unread > 0) await post(`/sandbox/chats/${person.id}/read`);
}

/** A server that counts from the beginning again has been restarted: what is on the screen is no longer true. */
function startOver(poll) {
  thread.clear();
  Object.assign(poll, { after: 0, isFirst: true });
}

function showPage(page) {
  thread.apply(page.messages);
  composer.update(page);
  clock.update(page.now);
  showSubtitle(page.typing);
  open.person.blocked = page.blocked;
}

/** A hidden tab lets go of its connection: browsers allow only six to one server, and other tabs need them. */
function whenVisible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

function showElsewhere() {
  const count = people.unreadElsewhere();
  const back = byId("back");
  back.dataset.count = count || "";
  back.setAttribute("aria-label", count ? `返回人物列表，其他人有 ${count} 条未读` : "返回人物列表");
}

async function refreshPeople() {
  try {
    await whenVisible();
    await Promise.all([people.refresh(), clock.refresh()]);
    showElsewhere();
    if (!open.person) followHash();
  } catch {
    // The bar already says that the server is gone; the next round tries again.
  }
  await pauseForRetry(PEOPLE_EVERY_MS);
  refreshPeople();
}

function followHash() {
  const id = new URLSearchParams(location.hash.slice(1)).get("p");
  const person = id && people.find(id);
  if (person?.id !== open.person?.id) openChat(person || null);
}

function chatMenuItems() {
  const { blocked } = open.person;
  const last = thread.lastOwnText();
  return [
    last && { icon: "edit", label: "编辑上一条", onclick: () => composer.startEdit(last) },
    { icon: "slash", label: "发送 /start", onclick: () => composer.sendText("/start") },
    { icon: blocked ? "check" : "block", label: blocked ? "重新启用机器人" : "停用机器人",
      onclick: () => attempt(() => post(`${path()}/block`, { blocked: !blocked })) },
  ].filter(Boolean);
}

byId("back").append(icon("back"));
byId("chat-menu").append(icon("more"));
byId("to-bottom").append(icon("down"));
byId("back").addEventListener("click", () => (location.hash = ""));
byId("retry").addEventListener("click", retryNow);
attachMenu(byId("chat-menu"), "聊天选项", chatMenuItems);
watchServer((isThere) => showTrouble(!isThere));
window.addEventListener("hashchange", followHash);
refreshPeople();
