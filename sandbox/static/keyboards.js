// Buttons of the bot: inline ones below a bubble, and the reply keyboard below the composer.

import { el, icon } from "./dom.js";
import { copyText, safeHref } from "./richtext.js";
import { toast } from "./notices.js";

const STYLES = { danger: "danger", success: "success", primary: "filled" };

/** Rows of inline buttons of `message`; taps go to `act.press(message_id, row, col)` or follow the link. */
export function inlineKeyboard(message, act) {
  const rows = message.inline.map((buttons, row) =>
    el("div", { class: "key-row" }, buttons.map((button, col) => inlineButton(message, button, row, col, act))));
  return el("div", { class: "inline-keys", role: "group", "aria-label": "消息按钮" }, rows);
}

function inlineButton(message, button, row, col, act) {
  const href = button.kind === "url" ? safeHref(button.url) : null;
  if (href) return linkButton(button.text, href, act);
  const onclick = async ({ currentTarget }) => {
    currentTarget.setAttribute("aria-busy", "true");
    await tapInline(message, button, row, col, act);
    currentTarget.removeAttribute("aria-busy");
  };
  return el("button", { type: "button", class: `key ${STYLES[button.style] ?? ""}`.trim(), text: button.text, onclick });
}

function tapInline(message, button, row, col, act) {
  if (button.kind === "callback") return act.press(message.id, row, col);
  if (button.kind === "copy_text") return copyText(button.copy_text ?? button.text);
  return toast("这个按钮在本地试用里用不了");
}

/** A link to the bot with ?start= is what Telegram turns into «/start word» in this very chat. */
function linkButton(text, href, act) {
  const start = startWord(href);
  if (start !== null) return el("button", { type: "button", class: "key", text, onclick: () => act.sendText(`/start ${start}`.trim()) });
  return el("a", { class: "key", href, target: "_blank", rel: "noopener noreferrer" }, text, icon("out"));
}

/** The word after ?start= of a link to a bot, or null when `href` is any other link. */
export function startWord(href) {
  const url = new URL(href);
  const isBot = url.protocol === "tg:" || ["t.me", "telegram.me"].includes(url.hostname);
  return isBot ? url.searchParams.get("start") : null;
}

/** The reply keyboard; `act` has pressKey(row, col), askLocation() and askContact(). */
export function replyKeyboard(rows, act) {
  const press = (button, row, col) => {
    if (button.request_location) act.askLocation();
    else if (button.request_contact) act.askContact();
    else act.pressKey(row, col);
  };
  return rows.map((buttons, row) => el("div", { class: "key-row" },
    buttons.map((button, col) => el("button", { type: "button", class: "reply-key", onclick: () => press(button, row, col) },
      button.request_location && !button.text.startsWith("📍") && icon("place"), button.request_contact && icon("contact"), button.text))));
}
