// What the page says besides messages: passing toasts, alerts to be confirmed, and the bar when the server is gone.

import { byId, el, openSheet } from "./dom.js";

const TOAST_MS = 4500;

/** Shows a line over the chat for a few seconds. */
export function toast(text) {
  const box = byId("toasts");
  if (box.offsetParent === null || document.querySelector("dialog[open]")) return alertBox(text);
  const line = el("div", { class: "toast", text });
  box.append(line);
  while (box.children.length > 3) box.firstElementChild.remove();
  setTimeout(() => line.remove(), TOAST_MS);
}

/** Shows a message that has to be confirmed, as an answer to a tap with show_alert does. */
export function alertBox(text) {
  const ok = el("button", { type: "button", class: "primary", text: "知道了" });
  const sheet = openSheet("提示", el("div", { class: "sheet-body" }, el("p", { class: "alert-text", text }), ok));
  ok.addEventListener("click", () => sheet.close());
  ok.focus();
}

/** Runs an action and tells the person when it was refused; true when it went through. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    toast(error.status === undefined ? "出了点问题，请再试一次" : error.message);
    return false;
  }
}

const waiting = new Set();

/** Shows or hides the bar; a server that is back wakes everybody who sleeps in `pauseForRetry`. */
export function showTrouble(isTrouble) {
  byId("trouble").hidden = !isTrouble;
}

/** Sleeps `ms`, or less when the person asks to try again now. */
export function pauseForRetry(ms) {
  return new Promise((resolve) => {
    const wake = () => (clearTimeout(timer), waiting.delete(wake), resolve());
    const timer = setTimeout(wake, ms);
    waiting.add(wake);
  });
}

export const retryNow = () => [...waiting].forEach((wake) => wake());
