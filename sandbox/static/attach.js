// What hangs on the paperclip: photos, albums, files, voice, video, places, a contact card, a sticker.

import { post, upload } from "./api.js";
import { attachMenu, el, icon, openSheet } from "./dom.js";
import { attempt } from "./notices.js";
import { SAMPLES, sampleFile } from "./samples.js";

const ALBUM_MAX = 10;
const SPOTS = [
  ["示范镇农贸市场", 29.9012, 107.7021], ["幸福小区 3 号楼", 29.8980, 107.6995], ["张记面馆", 29.9015, 107.7025],
  ["青石木器厂", 29.9120, 107.7180], ["柏树村老寨子", 29.8860, 107.6890],
];

/** Puts the attach menu on `button`; `chatPath()` is the address of the open chat. Returns the sheets others open. */
export function createAttach(button, chatPath) {
  const files = (title, accept, route, hint) => () => fileSheet({ title, accept, hint, path: `${chatPath()}/${route}` });
  attachMenu(button, "发送附件", () => [
    { icon: "photo", label: "照片", onclick: () => photoSheet(chatPath, false) },
    { icon: "album", label: "相册", hint: "2–10 张", onclick: () => photoSheet(chatPath, true) },
    { icon: "file", label: "文件", onclick: files("发送文件", "", "document", "表格、通知、PDF 都可以") },
    { icon: "voice", label: "语音文件", onclick: files("发送语音", "audio/*", "voice", "选一段录好的声音，OGG 最合适") },
    { icon: "video", label: "视频", onclick: files("发送视频", "video/*", "video", "选一段短视频") },
    { icon: "place", label: "位置", onclick: () => placeSheet(chatPath) },
    { icon: "contact", label: "我的联系方式", onclick: () => contactSheet(chatPath) },
    { icon: "sticker", label: "贴纸", onclick: () => attempt(() => post(`${chatPath()}/sticker`)) },
  ]);
  return { askLocation: () => placeSheet(chatPath), askContact: () => contactSheet(chatPath) };
}

/** Sends pictures that were dropped on the chat or pasted, after a look at them. */
export const offerPhotos = (chatPath, files) => photoSheet(chatPath, files.length > 1, files);

function photoSheet(chatPath, isAlbum, given = []) {
  const chosen = [...given];
  const preview = el("div", { class: "preview" });
  const problem = el("p", { class: "problem", role: "alert" });
  const add = (files) => {
    if (!isAlbum) chosen.length = 0;
    chosen.push(...files);
    showPreview(preview, chosen);
    problem.textContent = "";
  };
  const caption = captionField();
  const form = el("form", { class: "sheet-body" }, filePicker("选照片", "image/*", isAlbum, add), sampleRow(add), preview, caption, problem,
    el("button", { class: "primary", text: "发送" }));
  const sheet = openSheet(isAlbum ? "发送相册" : "发送照片", form, () => forget(preview));
  showPreview(preview, chosen);
  onSubmit(form, async () => {
    problem.textContent = whatIsWrong(chosen.length, isAlbum);
    if (problem.textContent) return;
    if (await attempt(() => upload(`${chatPath()}/photos`, "files", chosen, caption.value))) sheet.close();
  });
}

function whatIsWrong(count, isAlbum) {
  if (count === 0) return "请先选照片。";
  if (isAlbum && count < 2) return "相册至少要 2 张；只有一张请用「照片」。";
  return count > ALBUM_MAX ? `一次最多 ${ALBUM_MAX} 张，现在有 ${count} 张。` : "";
}

function onSubmit(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector(".primary");
    button.disabled = true;
    await act();
    button.disabled = false;
  });
}

const captionField = () =>
  el("input", { class: "caption", "aria-label": "说明（选填）", placeholder: "配一句说明（选填）", autocomplete: "off" });

function filePicker(label, accept, isMultiple, onFiles) {
  const input = el("input", { type: "file", accept, multiple: isMultiple, "aria-label": label });
  input.addEventListener("change", () => onFiles([...input.files]));
  return el("label", { class: "picker" }, icon(accept === "image/*" ? "photo" : "file"), label, input);
}

function sampleRow(add) {
  return el("div", { class: "samples", role: "group", "aria-label": "示例图片" },
    el("span", { text: "手边没有？用示例图：" }),
    SAMPLES.map((sample) => el("button", { type: "button", class: "quiet", text: sample.name,
      onclick: async () => add([await sampleFile(sample)]) })));
}

function showPreview(box, files) {
  forget(box);
  box.replaceChildren(...files.map((file) => el("img", { src: URL.createObjectURL(file), alt: file.name })));
}

const forget = (box) => box.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));

function fileSheet({ title, accept, hint, path }) {
  const chosen = [];
  const name = el("p", { class: "fine", text: hint });
  const pick = (files) => {
    chosen.splice(0, chosen.length, ...files.slice(0, 1));
    name.textContent = chosen[0]?.name ?? hint;
  };
  const caption = captionField();
  const form = el("form", { class: "sheet-body" }, filePicker("选文件", accept, false, pick), name, caption,
    el("button", { class: "primary", text: "发送" }));
  const sheet = openSheet(title, form);
  onSubmit(form, async () => {
    if (!chosen.length) name.textContent = "请先选一个文件。";
    else if (await attempt(() => upload(path, "file", chosen, caption.value))) sheet.close();
  });
}

function placeSheet(chatPath) {
  const [latitude, longitude] = ["纬度", "经度"].map((label) =>
    el("input", { type: "number", step: "any", required: true, "aria-label": label, placeholder: label }));
  const send = async (lat, lon) => {
    if (await attempt(() => post(`${chatPath()}/location`, { latitude: lat, longitude: lon }))) sheet.close();
  };
  const spots = SPOTS.map(([name, lat, lon]) =>
    el("button", { type: "button", class: "spot", onclick: () => send(lat, lon) }, icon("place"), name));
  const form = el("form", { class: "sheet-body" },
    el("p", { class: "fine", text: "选一个虚构的地点，或者自己填坐标。" }), el("div", { class: "spots" }, spots),
    el("div", { class: "pair" }, latitude, longitude), el("button", { class: "primary", text: "发送这个坐标" }));
  const sheet = openSheet("发送位置", form);
  onSubmit(form, () => send(Number(latitude.value), Number(longitude.value)));
}

function contactSheet(chatPath) {
  const form = el("form", { class: "sheet-body" },
    el("p", { text: "把你的（虚构的）姓名和电话发给机器人？" }), el("button", { class: "primary", text: "发送我的联系方式" }));
  const sheet = openSheet("联系方式", form);
  onSubmit(form, async () => (await attempt(() => post(`${chatPath()}/contact`))) && sheet.close());
}
