// Drawn sample pictures, for people who try the bot at a desk and have no photo of a blocked exit at hand.

const WIDTH = 960;
const HEIGHT = 720;

export const SAMPLES = [
  { name: "后门堆货", draw: drawBlockedDoor },
  { name: "楼道充电", draw: drawCharging },
  { name: "灭火器", draw: drawExtinguisher },
  { name: "整改后", draw: drawClearDoor },
];

/** The sample as a JPEG file, as a camera would hand it over. */
export async function sampleFile(sample) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext("2d");
  sample.draw(pen);
  caption(pen, `示例图片 · ${sample.name}`);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
  return new File([blob], `${sample.name}.jpg`, { type: "image/jpeg" });
}

function box(pen, colour, x, y, width, height, radius = 10) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.fill();
}

function caption(pen, text) {
  box(pen, "rgba(20,20,20,.55)", 0, HEIGHT - 74, WIDTH, 74, 0);
  pen.fillStyle = "#fff";
  pen.font = "34px 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
  pen.fillText(text, 36, HEIGHT - 26);
}

function room(pen, wall, floor) {
  box(pen, wall, 0, 0, WIDTH, HEIGHT, 0);
  box(pen, floor, 0, 520, WIDTH, 200, 0);
}

function door(pen) {
  box(pen, "#5f6f7a", 330, 110, 300, 430, 6);
  box(pen, "#7f929e", 350, 130, 125, 410, 4);
  box(pen, "#7f929e", 485, 130, 125, 410, 4);
  box(pen, "#1f9d57", 380, 40, 200, 56, 8);
  pen.fillStyle = "#fff";
  pen.font = "bold 32px 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
  pen.fillText("安全出口", 416, 80);
}

function crate(pen, x, y, colour) {
  box(pen, colour, x, y, 170, 130, 8);
  box(pen, "rgba(0,0,0,.16)", x + 70, y, 28, 130, 0);
  box(pen, "rgba(255,255,255,.35)", x + 14, y + 84, 44, 28, 4);
}

function drawClearDoor(pen) {
  room(pen, "#d9e0e3", "#a7b0b5");
  door(pen);
}

function drawBlockedDoor(pen) {
  room(pen, "#d8cfc2", "#9d9283");
  door(pen);
  [[250, 480, "#c68a4a"], [425, 480, "#b57a3c"], [600, 480, "#cf9a5e"], [330, 350, "#d3a064"], [510, 350, "#bd8346"],
    [420, 220, "#c8924f"]].forEach(([x, y, colour]) => crate(pen, x, y, colour));
}

function wheel(pen, x) {
  pen.lineWidth = 20;
  pen.strokeStyle = "#2c2f33";
  pen.beginPath();
  pen.arc(x, 540, 70, 0, Math.PI * 2);
  pen.stroke();
}

function line(pen, colour, width, ...points) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.stroke();
}

function drawCharging(pen) {
  room(pen, "#cfd6cf", "#8f978f");
  for (let step = 0; step < 5; step += 1) box(pen, "#aab3aa", 640 + step * 64, 470 - step * 74, 360, 80, 0);
  line(pen, "#e2702f", 10, [150, 180], [180, 330], [120, 420], [330, 470]);
  box(pen, "#f4f1ea", 100, 110, 100, 80, 12);
  line(pen, "#2f6fb3", 34, [270, 540], [360, 450], [500, 460], [560, 330], [610, 540]);
  line(pen, "#2c2f33", 16, [520, 320], [600, 300]);
  box(pen, "#2c2f33", 300, 390, 170, 44, 20);
  wheel(pen, 270);
  wheel(pen, 610);
}

function drawExtinguisher(pen) {
  room(pen, "#e4dccf", "#b2a797");
  box(pen, "#c92a1c", 390, 210, 180, 380, 60);
  box(pen, "#f3efe7", 415, 350, 130, 110, 8);
  box(pen, "#33373b", 440, 150, 80, 70, 12);
  line(pen, "#33373b", 22, [520, 170], [650, 190], [660, 430]);
  line(pen, "#33373b", 20, [440, 130], [360, 110]);
  pen.fillStyle = "#fff";
  pen.beginPath();
  pen.arc(480, 285, 42, 0, Math.PI * 2);
  pen.fill();
  line(pen, "#c92a1c", 8, [480, 285], [452, 306]);
}
