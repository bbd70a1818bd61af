// Building blocks of the page: elements, icons, menus and dialogs. Text only ever enters as text nodes.

const ICONS = {
  back: "M15 5l-7 7 7 7",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  attach: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6",
  send: "M4 12l16-8-6 17-3-7z",
  check: "M4.5 12.5l5 5 10-11",
  cross: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M8 14h8",
  slash: "M4 4h16v16H4zM14.5 7.5l-5 9",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9h.01",
  album: "M7 4h13v13H7zM4 8v12h12M7 14l4-4 5 5",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  voice: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  video: "M3 6h12v12H3zM15 10.5l6-3.5v10l-6-3.5",
  place: "M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6",
  sticker: "M12 3a9 9 0 1 0 9 9M8.5 10h.01M14.5 10h.01M8 14.5c2 2.5 6 2.5 8 0M14 3.2c0 4 2.5 6.6 6.8 6.8",
  edit: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2",
  play: "M8 5l11 7-11 7z",
  pause: "M8.5 5v14M15.5 5v14",
  out: "M8 16L17 7M9.5 7H17v7.5",
  block: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12",
};

/** An element with attributes (`on…` = listener, `text` = text content) and children; empty children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "text") node.textContent = value;
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** A 24 px line drawing, hidden from screen readers: the button around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** Opens `items` ({icon, label, hint, onclick}) next to `button`; closes on a choice, Escape or a tap elsewhere. */
export function attachMenu(button, label, items) {
  const list = el("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
  button.after(list);
  button.setAttribute("aria-haspopup", "menu");
  const show = (open) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) list.querySelector("button")?.focus();
  };
  show(false);
  button.addEventListener("click", () => {
    if (list.hidden) list.replaceChildren(...items().map((item) => menuItem(item, () => show(false))));
    show(list.hidden);
  });
  list.addEventListener("keydown", (event) => moveInMenu(event, list, () => (show(false), button.focus())));
  document.addEventListener("pointerdown", (event) => {
    if (!list.hidden && !list.contains(event.target) && !button.contains(event.target)) show(false);
  });
}

function menuItem(item, close) {
  const choose = () => (close(), item.onclick());
  return el("button", { type: "button", role: "menuitem", onclick: choose },
    icon(item.icon), el("span", {}, item.label, item.hint && el("small", { text: item.hint })));
}

function moveInMenu(event, list, close) {
  const buttons = [...list.querySelectorAll("button")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") close();
  if (!step) return;
  event.preventDefault();
  const next = buttons.indexOf(document.activeElement) + step;
  buttons[(next + buttons.length) % buttons.length].focus();
}

/** Shows a modal sheet; `onclose` runs once however it is closed. Returns the dialog. */
export function openSheet(title, body, onclose = () => {}) {
  const close = el("button", { type: "button", class: "icon-button", "aria-label": "关闭" }, icon("cross"));
  const sheet = el("dialog", { class: "sheet", "aria-label": title },
    el("header", {}, el("h2", { text: title }), close), body);
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  sheet.addEventListener("close", () => (sheet.remove(), onclose()));
  document.body.append(sheet);
  sheet.showModal();
  return sheet;
}
