// Sound and pictures that move: a small voice player and the full-screen view of a photo.

import { el, icon, openSheet } from "./dom.js";
import { asDuration } from "./format.js";

/** A play button, a bar and the length; only one voice plays at a time. */
export function voicePlayer(media) {
  const sound = el("audio", { src: media.url, preload: "metadata" });
  const button = el("button", { type: "button", class: "play", "aria-label": "播放语音" }, icon("play"));
  const bar = el("progress", { max: "1", value: "0", "aria-label": "播放进度" });
  const length = el("span", { class: "length", text: asDuration(media.duration) });
  button.addEventListener("click", () => (sound.paused ? playAlone(sound) : sound.pause()));
  const showState = () => {
    button.replaceChildren(icon(sound.paused ? "play" : "pause"));
    button.setAttribute("aria-label", sound.paused ? "播放语音" : "暂停");
  };
  const showProgress = () => {
    bar.value = sound.duration ? sound.currentTime / sound.duration : 0;
    length.textContent = asDuration(sound.currentTime || media.duration || sound.duration);
  };
  for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, showState);
  for (const name of ["timeupdate", "loadedmetadata"]) sound.addEventListener(name, showProgress);
  return el("div", { class: "voice" }, sound, button, bar, length);
}

function playAlone(sound) {
  document.querySelectorAll("audio, video").forEach((other) => other !== sound && other.pause());
  sound.play().catch(() => {});
}

/** Shows one photo as large as the screen allows. */
export function showPhoto(media) {
  const sheet = openSheet("照片", el("img", { src: media.url, alt: "照片" }));
  sheet.classList.add("viewer");
}
