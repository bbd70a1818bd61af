// The town's clock: shows the virtual time and jumps ahead, in the side column and in a sheet on the phone.

import { get, post } from "./api.js";
import { byId, el, icon, openSheet } from "./dom.js";
import { asDay, asFieldValue, asFullDay, asTime, fromFieldValue, nextMorning } from "./format.js";
import { attempt, toast } from "./notices.js";

const JUMPS = [
  ["到明天早上 8:30", (now) => ({ to: nextMorning(now) })],
  ["一小时后", () => ({ by: 3600 })],
  ["一天后", () => ({ by: 86_400 })],
  ["一周后", () => ({ by: 604_800 })],
];

/** Fills the side panel and the chip in the chat's header; `refresh()` asks the server for the time. */
export function createClock() {
  const clock = { now: null };
  byId("clock").append(...panel(clock, "side"));
  byId("clock-chip").addEventListener("click", () =>
    openSheet("把时间往后拨", el("div", { class: "sheet-body clock" }, panel(clock, "sheet"))) && show(clock));
  return { refresh: async () => update(clock, (await get("/sandbox/clock")).now), update: (now) => update(clock, now) };
}

function update(clock, now) {
  clock.now = now;
  show(clock);
}

function show({ now }) {
  if (!now) return;
  byId("clock-chip").replaceChildren(el("span", { class: "offscreen", text: "小镇时间，" }), el("b", { text: asTime(now) }),
    el("span", { text: asDay(now) }));
  document.querySelectorAll(".clock-time").forEach((node) => (node.textContent = asTime(now)));
  document.querySelectorAll(".clock-day").forEach((node) => (node.textContent = asFullDay(now)));
  document.querySelectorAll(".custom-jump input").forEach((field) => offer(field, now));
}

/** The field starts at the present moment, until somebody changes it; earlier than that cannot be chosen. */
function offer(field, now) {
  field.min = asFieldValue(now);
  if (!field.dataset.touched && document.activeElement !== field) field.value = field.min;
}

function panel(clock, place) {
  const jumps = JUMPS.map(([label, target]) =>
    el("button", { type: "button", class: "jump", text: label, onclick: () => jump(clock, target(clock.now)) }));
  return [
    el("div", { class: "card-head" }, el("h2", {}, icon("clock"), "小镇时间"), el("p", { class: "clock-time" })),
    el("p", { class: "clock-day" }),
    el("p", { class: "fine", text: "往后拨，到点的提醒和宣传就会发出来。" }),
    el("div", { class: "jumps" }, jumps),
    customJump(clock, place),
  ];
}

function customJump(clock, place) {
  const field = el("input", { type: "datetime-local", id: `jump-${place}`, required: true });
  field.addEventListener("input", () => (field.dataset.touched = "yes"));
  const form = el("form", { class: "custom-jump" },
    el("label", { for: `jump-${place}`, class: "offscreen", text: "拨到指定时间" }), field,
    el("button", { class: "quiet", text: "拨过去" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    jump(clock, { to: fromFieldValue(field.value) });
  });
  return form;
}

async function jump(clock, target) {
  await attempt(async () => {
    update(clock, (await post("/sandbox/clock", target)).now);
    document.querySelectorAll(".custom-jump input").forEach((field) => delete field.dataset.touched);
    document.querySelector("dialog.sheet[open]")?.close();
    if (byId("toasts").offsetParent !== null) toast(`现在是 ${asDay(clock.now)} ${asTime(clock.now)}`);
  });
}
