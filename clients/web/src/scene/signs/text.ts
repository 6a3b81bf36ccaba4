/** Texts that fit: cut with an ellipsis, broken into lines. */

import { charactersOf } from "../../state/characters";

/** Measures a text in CSS pixels with the font that is set. */
export type Measure = (text: string) => number;

/** The text, or as much of it as fits before an ellipsis; never half an emoji. */
export function cut(text: string, most: number, measure: Measure): string {
  if (measure(text) <= most) return text;
  const parts = charactersOf(text);
  let [fits, tooLong] = [0, parts.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (measure(`${parts.slice(0, middle).join("").trimEnd()}…`) <= most) fits = middle;
    else tooLong = middle;
  }
  return `${parts.slice(0, fits).join("").trimEnd()}…`;
}

/** Lines no wider than `width`; words longer than a line are broken, and what does not fit ends in an ellipsis. */
export function breakLines(text: string, width: number, most: number, measure: Measure): string[] {
  const lines: string[] = [];
  let rest = text.replace(/\s+/g, " ").trim();
  while (rest !== "") {
    if (lines.length === most - 1) return [...lines, cut(rest, width, measure)];
    const line = firstLine(rest, width, measure);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return lines;
}

function firstLine(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  let line = "";
  for (const word of text.split(/(?<= )/)) {
    if (measure((line + word).trimEnd()) > width) break;
    line += word;
  }
  if (line !== "") return line;
  for (const character of charactersOf(text)) {
    if (line !== "" && measure(line + character) > width) break;
    line += character;
  }
  return line;
}
