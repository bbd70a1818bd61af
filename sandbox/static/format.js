// How the page writes times, sizes and names. The town lives in Asia/Shanghai wherever the browser is.

const ZONE = "Asia/Shanghai";
const maker = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hourCycle: "h23", ...options });
const hourMinute = maker({ hour: "2-digit", minute: "2-digit" });
const monthDay = maker({ month: "long", day: "numeric", weekday: "short" });
const fullDay = maker({ year: "numeric", month: "long", day: "numeric", weekday: "long" });
const numeric = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short", timeStyle: "short" });
const FACES = ["#a8431f", "#7a5a00", "#3f6b1f", "#0f6b5c", "#1f5f99", "#5a4fa3", "#8c3d83", "#a0344f"];

export const asTime = (iso) => hourMinute.format(new Date(iso));
export const asDay = (iso) => monthDay.format(new Date(iso));
export const asFullDay = (iso) => fullDay.format(new Date(iso));

/** "2025-09-01T08:30" in the town's time, as a datetime-local field wants it. */
export const asFieldValue = (iso) => numeric.format(new Date(iso)).replace(" ", "T").slice(0, 16);

/** The instant of a datetime-local value; China has kept +08:00 without summer time since 1991. */
export const fromFieldValue = (value) => `${value.slice(0, 16)}:00+08:00`;

/** 8:30 of the day after `iso` in the town. */
export function nextMorning(iso) {
  const tomorrow = new Date(new Date(iso).getTime() + 86_400_000);
  return `${numeric.format(tomorrow).slice(0, 10)}T08:30:00+08:00`;
}

export function asSize(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}

export function asDuration(seconds) {
  const whole = Math.round(Number.isFinite(seconds) ? seconds : 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const nameOf = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");

/** Given names of two characters are what neighbours use; the last one is the most telling in a circle. */
export const initialOf = (person) => [...nameOf(person).replace(/[\s(（].*$/u, "")].at(-1) ?? "人";

export const faceColour = (id) => FACES[Math.abs(Number(id)) % FACES.length];
