// The plot of the page on performance, drawn from its first table, so that text and plot agree.
import { escape } from "./frame.mjs";

// rows are [name, number] of the lines of the first table of a Markdown text.
export function rows(text) {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  const list = [];
  for (const line of lines.slice(2)) {
    const [, name, value] = line.split("|").map((cell) => cell.trim());
    const number = Number.parseFloat(value);
    if (Number.isNaN(number)) break;
    list.push([name.replaceAll("`", ""), number]);
  }
  if (list.length === 0) throw new Error("performance.md has no table of figures");
  return list;
}

export function plot(text) {
  const list = rows(text), largest = Math.max(...list.map(([, n]) => n));
  const bars = list.map(([name, n], i) => {
    const y = 8 + i * 34, width = (n / largest) * 260;
    return `<text x="400" y="${y + 16}" text-anchor="end">${escape(name)}</text><rect x="410" y="${y}" width="${width.toFixed(1)}" height="22"/><text x="${(418 + width).toFixed(1)}" y="${y + 16}">${n}</text>`;
  });
  return `<figure><svg viewBox="0 0 720 ${list.length * 34 + 8}" role="img" aria-label="Throughput" font-size="14" fill="#0b5cad">${bars.join("").replaceAll("<text", '<text fill="#1c2733"')}</svg><figcaption>The figures of the table below.</figcaption></figure>`;
}
