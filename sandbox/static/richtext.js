// Message text as safe nodes: a second whitelist over the server's HTML, links, commands, spoilers, tap to copy.

import { el } from "./dom.js";
import { toast } from "./notices.js";

const KEPT = {
  b: "b", strong: "b", i: "i", em: "i", u: "u", ins: "u", s: "s", del: "s", strike: "s",
  code: "code", pre: "pre", blockquote: "blockquote", "tg-spoiler": "tg-spoiler",
};
const DROPPED = new Set(["script", "style", "template", "iframe", "object", "svg", "math"]);
const LINKS = /https?:\/\/[^\s<>"'\u3000-\u9fff\uff00-\uffef]*[^\s<>"'\u3000-\u9fff\uff00-\uffef.,;:!?)]|(?<![\w/])\/[a-z][a-z0-9_]{0,31}(?![\w/])/g;

/** A fragment for `message`; `onCommand("/help")` is called when a command in it is tapped. */
export function richText(message, onCommand) {
  const fragment = document.createDocumentFragment();
  if (!message.html) fragment.append(...linked(message.text ?? "", onCommand));
  else {
    const parsed = new DOMParser().parseFromString(`<body>${message.html}`, "text/html");
    fragment.append(...copyNodes(parsed.body, onCommand, true));
  }
  return fragment;
}

function copyNodes(source, onCommand, mayLink) {
  return [...source.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return mayLink ? linked(besideBlocks(node), onCommand) : [besideBlocks(node)];
    return node.nodeType === Node.ELEMENT_NODE ? copyElement(node, onCommand, mayLink) : [];
  });
}

/** Quotes and code blocks stand on lines of their own already, so the line break beside one is not shown again. */
function besideBlocks(node) {
  const isBlock = (other) => other?.localName === "blockquote" || other?.localName === "pre";
  const text = isBlock(node.previousSibling) ? node.data.replace(/^\n/, "") : node.data;
  return isBlock(node.nextSibling) ? text.replace(/\n$/, "") : text;
}

function copyElement(node, onCommand, mayLink) {
  const name = node.localName;
  if (DROPPED.has(name)) return [];
  if (name === "br") return ["\n"];
  if (name === "a") return [copyLink(node, onCommand)];
  const kept = KEPT[name];
  const isCode = kept === "code" || kept === "pre";
  const children = copyNodes(node, onCommand, mayLink && !isCode);
  return kept ? [dressed(kept, children)] : children;
}

function copyLink(node, onCommand) {
  const href = safeHref(node.getAttribute("href"));
  const children = copyNodes(node, onCommand, false);
  return href ? anchor(href, children) : el("span", {}, children);
}

/** The address when it is http, https or tg, otherwise null. */
export function safeHref(href) {
  try {
    return ["http:", "https:", "tg:"].includes(new URL(href).protocol) ? href : null;
  } catch {
    return null;
  }
}

const anchor = (href, children) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);

function dressed(name, children) {
  if (name === "tg-spoiler") return spoiler(children);
  const node = el(name, {}, children);
  return name === "code" || name === "pre" ? copyable(node) : node;
}

function spoiler(children) {
  const node = el("tg-spoiler", { role: "button", tabindex: "0", "aria-label": "隐藏的内容，点按显示" }, children);
  const reveal = () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  return pressable(node, reveal);
}

function copyable(node) {
  node.title = "点按复制";
  node.tabIndex = 0;
  return pressable(node, () => copyText(node.textContent));
}

function pressable(node, act) {
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => event.key === "Enter" && act());
  return node;
}

function linked(text, onCommand) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINKS)) {
    parts.push(text.slice(from, match.index), linkFor(match[0], onCommand));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

function linkFor(found, onCommand) {
  if (found.startsWith("http")) return anchor(found, [found]);
  return el("button", { type: "button", class: "command", text: found, onclick: () => onCommand(found) });
}

/** Puts `text` on the clipboard and says so; pages opened over plain HTTP need the old way. */
export async function copyText(text) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => copyOldWay(text));
  else copyOldWay(text);
  toast("已复制");
}

function copyOldWay(text) {
  const field = el("textarea", { class: "offscreen" });
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
