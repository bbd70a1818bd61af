// The people API of the sandbox: JSON in and out, and the one place that knows whether the server is there.

/** What the server refused (`status`) or that it could not be reached at all (`status` 0). */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let noteReachable = () => {};

/** `listener(true | false)` hears after every request whether the server answered. */
export function watchServer(listener) {
  noteReachable = listener;
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    noteReachable(false);
    throw new ApiError(0, "连不上本地服务");
  }
  const gone = [502, 503, 504].includes(response.status);
  noteReachable(!gone);
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, explain(body, response.status));
  return body;
}

function explain(body, status) {
  const reason = body?.description ?? body?.error ?? body?.detail;
  if (typeof reason !== "string" || !reason) return `没有成功（${status}）`;
  return /[\u4e00-\u9fff]/.test(reason) ? reason : `没有成功：${reason}`;
}

export const get = (path, signal) => request(path, { signal });

export const post = (path, body = {}) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Sends files as a form: `field` repeated for each, with the caption beside them. */
export function upload(path, field, files, caption = "") {
  const form = new FormData();
  for (const file of files) form.append(field, file, file.name);
  form.append("caption", caption);
  return request(path, { method: "POST", body: form });
}
