// The bodies of messages that are more than text: photos, albums, files, voice, video, places, contacts, polls.

import { el, icon } from "./dom.js";
import { asSize } from "./format.js";
import { showPhoto, voicePlayer } from "./player.js";

/** Photos and videos of one message or one album: alone at their own shape, together as a grid. */
export function gallery(messages) {
  const cells = messages.filter(({ media }) => media).map((message) => mediaCell(message, messages.length > 1));
  return el("div", { class: messages.length > 1 ? `album n${Math.min(messages.length, 5)}` : "single" }, cells);
}

function mediaCell({ kind, media }, isInAlbum) {
  if (kind === "video") return videoBox(media);
  if (kind !== "photo") return fileCard(media);
  const image = el("img", { src: media.url, alt: "照片", loading: "eager" });
  if (!isInAlbum && media.width && media.height) image.style.aspectRatio = `${media.width} / ${media.height}`;
  return el("button", { type: "button", class: "photo", "aria-label": "放大照片", onclick: () => showPhoto(media) }, image);
}

const videoBox = (media) =>
  el("video", { src: media.url, controls: true, playsinline: true, preload: "metadata", "aria-label": "视频" });

/** A document as name and size; always a download, so that no uploaded page runs here. */
export function fileCard(media) {
  return el("a", { class: "file", href: media.url, download: media.name || "文件" },
    el("span", { class: "file-face" }, icon("file")),
    el("span", { class: "file-text" }, el("b", { text: media.name || "文件" }), el("small", { text: asSize(media.size) })));
}

export const voiceCard = (media) => voicePlayer(media);

/** A place without map tiles (the page loads nothing from outside): a drawn map, the name and the coordinates. */
export function placeCard(place) {
  const spot = `${Number(place.latitude).toFixed(5)}, ${Number(place.longitude).toFixed(5)}`;
  return el("div", { class: "place" },
    el("div", { class: "map", role: "img", "aria-label": `地图上的一点：${spot}` }, icon("place")),
    el("div", { class: "place-text" },
      el("b", { text: place.title || "位置" }), place.address && el("span", { text: place.address }),
      el("small", { text: spot })));
}

export function contactCard(text) {
  return el("div", { class: "file" },
    el("span", { class: "file-face" }, icon("contact")),
    el("span", { class: "file-text" }, el("b", { text: "联系方式" }), el("span", { class: "plain", text })));
}

/** A poll or quiz; `onVote(option)` is called with the index. After voting the shares and the explanation show. */
export function pollCard(poll, onVote) {
  const isDone = poll.closed || isChosen(poll);
  const total = poll.options.reduce((sum, option) => sum + (option.voters ?? 0), 0);
  const kind = poll.type === "quiz" ? "小测验" : "投票";
  const rows = poll.options.map((option, index) =>
    isDone ? resultRow(poll, option, index, total) : choiceRow(option, () => onVote(index)));
  return el("div", { class: "poll", role: "group", "aria-label": `${kind}:${poll.question}` },
    el("b", { text: poll.question }),
    el("small", { text: poll.closed ? `${kind} · 已结束` : kind }),
    rows,
    isDone && poll.explanation && el("p", { class: "explanation", text: poll.explanation }),
    isDone && el("small", { text: `${total} 人参加` }));
}

const isChosen = (poll) => poll.chosen?.length > 0;
const wasChosen = (poll, index) => poll.chosen?.includes(index) ?? false;

const choiceRow = (option, onclick) =>
  el("button", { type: "button", class: "option", onclick }, el("i", { class: "radio" }), el("span", { text: option.text }));

function resultRow(poll, option, index, total) {
  const share = total ? Math.round(((option.voters ?? 0) / total) * 100) : 0;
  const mark = markOf(poll, index);
  const bar = el("i", { class: "share" });
  bar.style.setProperty("--share", `${share}%`);
  return el("div", { class: `result ${mark.style}` },
    el("span", { class: "percent", text: `${share}%` }),
    el("span", { class: "result-text" }, option.text, mark.words && el("em", { text: mark.words })), bar);
}

function markOf(poll, index) {
  const chosen = wasChosen(poll, index);
  if (poll.type !== "quiz") return { style: chosen ? "mine" : "", words: chosen ? "你的选择" : "" };
  if (index === poll.correct_option) return { style: "right", words: chosen ? "✓ 答对了" : "✓ 正确答案" };
  return { style: chosen ? "wrong" : "", words: chosen ? "✗ 你的选择" : "" };
}
