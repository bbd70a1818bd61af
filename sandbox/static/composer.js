// Where one writes: text, commands, editing the last message, the reply keyboard and the «stopped bot» bar.

import { post } from "./api.js";
import { createAttach, offerPhotos } from "./attach.js";
import { el, icon } from "./dom.js";
import { replyKeyboard } from "./keyboards.js";
import { attempt } from "./notices.js";

const HINT = "发消息";

/** Builds the composer in `host`. `chat` has path(), lastOwnText(), isEmpty(). */
export function createComposer(host, chat) {
  const parts = build();
  const state = { ...parts, chat, drafts: new Map(), person: null, editing: null, commands: [], keyboard: null, isOpen: true };
  const attach = createAttach(parts.attach, chat.path);
  state.act = { ...attach, pressKey: (row, col) => attempt(() => post(`${chat.path()}/press`, { row, col })) };
  host.append(parts.commandList, parts.editBar, parts.line, parts.keys, parts.start, parts.stopped);
  bind(state);
  return {
    open: (person) => open(state, person),
    update: (page) => update(state, page),
    startEdit: (message) => startEdit(state, message),
    sendText: (text) => sendText(state, text),
  };
}

function build() {
  const button = (name, label, drawing) => el("button", { type: "button", class: `icon-button ${name}`, "aria-label": label }, icon(drawing));
  const text = el("textarea", { id: "text", rows: "1", "aria-label": "消息", placeholder: HINT, enterkeyhint: "send", autocomplete: "off" });
  const [attach, slash, toggle, send] = [button("attach", "发送附件", "attach"), button("slash", "命令", "slash"),
    button("toggle", "显示或收起键盘", "keyboard"), button("send", "发送", "send")];
  const stopEdit = button("stop-edit", "取消编辑", "cross");
  const resume = el("button", { type: "button", class: "primary", text: "重新启用" });
  return {
    text, attach, slash, toggle, send, stopEdit, resume,
    commandList: el("div", { class: "commands", role: "group", "aria-label": "命令列表", hidden: true }),
    editBar: el("div", { class: "edit-bar", hidden: true }, icon("edit"), el("span", { text: "正在编辑上一条消息" }), stopEdit),
    line: el("div", { class: "line" }, el("div", { class: "menu-anchor" }, attach), el("div", { class: "text-box" }, text, slash, toggle), send),
    keys: el("div", { class: "reply-keys", role: "group", "aria-label": "快捷键盘", hidden: true }),
    start: el("button", { type: "button", class: "primary start", text: "开始", hidden: true }),
    stopped: el("div", { class: "stopped", hidden: true }, el("span", { text: "你已停用机器人，它发不来消息。" }), resume),
  };
}

function bind(state) {
  const { text, chat } = state;
  text.addEventListener("input", () => (fit(text), suggest(state)));
  text.addEventListener("keydown", (event) => onKey(state, event));
  text.addEventListener("paste", (event) => takeFiles(event.clipboardData, event, chat));
  state.send.addEventListener("click", () => submit(state));
  state.slash.addEventListener("click", () => toggleCommands(state));
  document.addEventListener("pointerdown", ({ target }) => {
    if (!state.commandList.contains(target) && !state.slash.contains(target)) state.commandList.hidden = true;
  });
  state.toggle.addEventListener("click", () => ((state.isOpen = !state.isOpen), showKeys(state)));
  state.stopEdit.addEventListener("click", () => endEdit(state));
  state.start.addEventListener("click", () => sendText(state, "/start"));
  state.resume.addEventListener("click", () => attempt(() => post(`${chat.path()}/block`, { blocked: false })));
}

function takeFiles(transfer, event, chat) {
  const photos = [...transfer.files].filter((file) => file.type.startsWith("image/"));
  if (!photos.length) return;
  event.preventDefault();
  offerPhotos(chat.path, photos);
}

/** Enter sends, Shift+Enter breaks the line; Enter that only picks a Chinese word from the input method does neither. */
function onKey(state, event) {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(state);
  } else if (event.key === "ArrowUp" && !state.text.value && state.chat.lastOwnText()) {
    event.preventDefault();
    startEdit(state, state.chat.lastOwnText());
  } else if (event.key === "Escape") {
    endEdit(state);
    state.commandList.hidden = true;
  }
}

function fit(text) {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}

function setText(state, value) {
  state.text.value = value;
  fit(state.text);
}

async function submit(state) {
  const written = state.text.value.trim();
  if (!written || state.send.disabled) return;
  state.send.disabled = true;
  const isSent = state.editing ? await edit(state, written) : await sendText(state, written);
  state.send.disabled = false;
  if (isSent) setText(state, "");
  state.text.focus();
}

function sendText(state, text) {
  state.commandList.hidden = true;
  return attempt(() => post(`${state.chat.path()}/text`, { text }));
}

async function edit(state, text) {
  const isDone = await attempt(() => post(`${state.chat.path()}/edit`, { message_id: state.editing.id, text }));
  if (isDone) endEdit(state);
  return isDone;
}

function startEdit(state, message) {
  state.editing = message;
  state.editBar.hidden = false;
  setText(state, message.text);
  state.text.focus();
}

function endEdit(state) {
  if (!state.editing) return;
  state.editing = null;
  state.editBar.hidden = true;
  setText(state, "");
}

function open(state, person) {
  endEdit(state);
  if (state.person !== null) state.drafts.set(state.person, state.text.value);
  Object.assign(state, { person: person.id, commands: [], keyboard: null, isOpen: true });
  setText(state, state.drafts.get(person.id) ?? "");
  [state.commandList, state.keys, state.toggle, state.start, state.stopped].forEach((part) => (part.hidden = true));
}

function update(state, page) {
  state.commands = page.commands ?? [];
  state.slash.hidden = !state.commands.length;
  state.text.placeholder = page.input_placeholder || HINT;
  state.stopped.hidden = !page.blocked;
  state.line.hidden = page.blocked;
  state.start.hidden = page.blocked || !state.chat.isEmpty();
  const keyboard = JSON.stringify(page.reply_keyboard ?? null);
  if (keyboard === state.keyboard) return;
  state.keyboard = keyboard;
  state.isOpen = true;
  state.keys.replaceChildren(...replyKeyboard(page.reply_keyboard ?? [], state.act));
  showKeys(state);
}

function showKeys(state) {
  const hasKeys = state.keys.childElementCount > 0;
  state.toggle.hidden = !hasKeys;
  state.toggle.setAttribute("aria-expanded", String(state.isOpen));
  state.keys.hidden = !hasKeys || !state.isOpen;
}

function toggleCommands(state) {
  if (state.commandList.hidden) listCommands(state, state.commands);
  else state.commandList.hidden = true;
}

function suggest(state) {
  const typed = state.text.value;
  const fitting = /^\/\w*$/.test(typed) ? state.commands.filter(({ command }) => `/${command}`.startsWith(typed)) : [];
  listCommands(state, fitting);
}

function listCommands(state, commands) {
  state.commandList.hidden = !commands.length;
  state.commandList.replaceChildren(...commands.map(({ command, description }) =>
    el("button", { type: "button", onclick: () => pick(state, command) }, el("b", { text: `/${command}` }), el("span", { text: description }))));
}

function pick(state, command) {
  setText(state, "");
  sendText(state, `/${command}`);
}
