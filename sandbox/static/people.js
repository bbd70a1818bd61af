// The list of people one can be, with unread badges, and the form that adds a neighbour.

import { get, post } from "./api.js";
import { byId, el, icon, openSheet } from "./dom.js";
import { faceColour, initialOf, nameOf } from "./format.js";
import { attempt } from "./notices.js";

/** `onChosen(person)` is called with the person tapped on. */
export function createPeople(onChosen) {
  const state = { list: [], chosen: null, shown: "", onChosen };
  byId("add-person").addEventListener("click", () => askForPerson(state));
  return {
    refresh: async () => show(state, await get("/sandbox/people")),
    find: (id) => state.list.find((person) => String(person.id) === String(id)),
    unreadElsewhere: () => state.list.filter((person) => person.id !== state.chosen)
      .reduce((sum, person) => sum + person.unread, 0),
    mark: (id) => {
      state.chosen = id;
      show(state, state.list);
    },
  };
}

function show(state, list) {
  state.list = list;
  const picture = JSON.stringify([list, state.chosen]);
  if (picture === state.shown) return;
  state.shown = picture;
  const focused = document.activeElement?.closest?.("#people [data-id]")?.dataset.id;
  byId("people").replaceChildren(...list.map((person) => personItem(state, person)));
  if (focused) byId("people").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function personItem(state, person) {
  const isChosen = person.id === state.chosen;
  const unread = isChosen ? 0 : person.unread;
  const face = el("span", { class: "face", "aria-hidden": "true", text: initialOf(person) });
  face.style.backgroundColor = faceColour(person.id);
  return el("li", {}, el("button", { type: "button", class: "person", "data-id": person.id,
    "aria-current": isChosen && "true", onclick: () => state.onChosen(person) },
  face, el("span", { class: "person-text" }, el("b", { text: nameOf(person) }), el("span", { text: person.label || "居民" })),
  person.blocked && el("span", { class: "blocked-mark", title: "已停用机器人" }, icon("block"), el("span", { class: "offscreen", text: "已停用机器人" })),
  unread > 0 && el("span", { class: "badge", "aria-label": `${unread} 条未读`, text: unread > 99 ? "99+" : unread })));
}

function askForPerson(state) {
  const name = el("input", { id: "new-name", required: true, maxlength: "32", autocomplete: "off", placeholder: "比如：周阿姨" });
  const label = el("input", { id: "new-label", maxlength: "20", autocomplete: "off", value: "居民" });
  const form = el("form", { class: "sheet-body" },
    el("label", { for: "new-name", text: "怎么称呼（请用虚构的名字）" }), name,
    el("label", { for: "new-label", text: "身份备注" }), label,
    el("p", { class: "fine", text: "备注只给试用的人看；机器人把新来的人都当作居民，工作身份要凭邀请链接开通。" }),
    el("button", { class: "primary", text: "添加并开始聊" }));
  const sheet = openSheet("新居民", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await attempt(async () => {
      const person = await post("/sandbox/people", { first_name: name.value.trim(), label: label.value.trim() || "居民" });
      show(state, await get("/sandbox/people"));
      sheet.close();
      state.onChosen(person);
    });
  });
  name.focus();
}
