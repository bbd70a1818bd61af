// The list of messages of the open chat: kept in order, re-rendered only where something changed, and scrolled.

import { renderRow } from "./bubbles.js";

/** Binds the list to `host` (the scrolling log) and `jump` (the button to the newest message). */
export function createThread(host, jump, act) {
  const state = { host, jump, act, messages: new Map(), rows: new Map(), isPinned: true };
  watchScrolling(state);
  return {
    /** Forgets everything, for another person's chat. */
    clear: () => clear(state),
    /** Adds, replaces or removes messages as the server reports them. */
    apply: (messages) => apply(state, messages),
    /** The person's own newest text that can still be edited, or undefined. */
    lastOwnText: () => lastOwnText(state),
    isEmpty: () => state.messages.size === 0,
  };
}

function clear(state) {
  state.messages.clear();
  state.rows.clear();
  state.host.replaceChildren();
  state.isPinned = true;
}

function apply(state, messages) {
  if (!messages.length) return;
  state.host.setAttribute("aria-busy", String(state.messages.size === 0));
  for (const message of messages) {
    if (message.deleted) state.messages.delete(message.id);
    else state.messages.set(message.id, message);
  }
  new Set(messages.map((message) => keyOf(message))).forEach((key) => refreshRow(state, key));
  markDays(state.host);
  markEditable(state);
  state.host.setAttribute("aria-busy", "false");
  if (messages.some((message) => message.from === "me" && !message.edited)) state.isPinned = true;
  follow(state);
}

const keyOf = (message) => (message.media_group_id ? `g${message.media_group_id}` : `m${message.id}`);

function refreshRow(state, key) {
  const members = [...state.messages.values()].filter((message) => keyOf(message) === key).sort((a, b) => a.id - b.id);
  const old = state.rows.get(key);
  if (!members.length) {
    old?.remove();
    state.rows.delete(key);
    return;
  }
  const row = renderRow(members, state.act, state.messages.get(members[0].reply_to));
  row.dataset.first = members[0].id;
  if (old) old.replaceWith(row);
  else insertInOrder(state.host, row);
  state.rows.set(key, row);
}

/** Edits arrive after newer messages, so a row goes where its number says and not simply to the end. */
function insertInOrder(host, row) {
  let before = host.lastElementChild;
  while (before && Number(before.dataset.first) > Number(row.dataset.first)) before = before.previousElementSibling;
  if (before) before.after(row);
  else host.prepend(row);
}

function markDays(host) {
  let day = null;
  for (const row of host.children) {
    row.classList.toggle("new-day", row.dataset.day !== day);
    day = row.dataset.day;
  }
}

function lastOwnText(state) {
  return [...state.messages.values()].filter((message) => message.from === "me" && message.kind === "text")
    .sort((a, b) => a.id - b.id).at(-1);
}

function markEditable(state) {
  const last = lastOwnText(state);
  state.host.querySelectorAll(".editable").forEach((row) => row.classList.remove("editable"));
  if (last) state.rows.get(keyOf(last))?.classList.add("editable");
}

function watchScrolling(state) {
  const { host, jump } = state;
  host.addEventListener("scroll", () => {
    // A keyboard that opens shrinks the thread without moving it: only a reader who scrolls up lets go of the end.
    const gap = host.scrollHeight - host.scrollTop - host.clientHeight;
    if (gap < 80) state.isPinned = true;
    else if (host.scrollTop < state.lastTop) state.isPinned = false;
    state.lastTop = host.scrollTop;
    jump.hidden = state.isPinned;
  });
  jump.addEventListener("click", () => ((state.isPinned = true), follow(state)));
  // Pictures that load late and a keyboard that opens change the height without any message coming.
  host.addEventListener("load", () => follow(state), true);
  new ResizeObserver(() => follow(state)).observe(host);
}

function follow(state) {
  if (state.isPinned) state.host.scrollTop = state.host.scrollHeight;
  else state.jump.hidden = false;
}
