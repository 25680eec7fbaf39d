// Texts whose contrast with what lies behind them is below 4.5 : 1 (WCAG 2.2, 1.4.3), as "ratio text" lines.
const channel = (value) => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};
const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
const parts = (color) => {
  const numbers = color.match(/[\d.]+/g).map(Number);
  return { rgb: numbers.slice(0, 3), alpha: numbers[3] ?? 1 };
};
const over = (top, below) => top.rgb.map((value, index) => value * top.alpha + below[index] * (1 - top.alpha));
const ground = (element) => {
  const layers = [];
  for (let at = element; at !== null; at = at.parentElement) layers.push(parts(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
};
const faint = [];
for (const element of document.querySelectorAll("body *")) {
  const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
  if (words.length === 0 || element.closest(".sr-only, .skip, option, :disabled") || !element.checkVisibility()) continue;
  const behind = ground(element);
  const [darker, lighter] = [luminance(over(parts(getComputedStyle(element).color), behind)), luminance(behind)].sort((a, b) => a - b);
  const ratio = (lighter + 0.05) / (darker + 0.05);
  if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.textContent.trim().slice(0, 40)}`);
}
return faint;
