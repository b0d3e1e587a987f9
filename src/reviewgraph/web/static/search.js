"use strict";
// The search page on a host that has files alone: the address has a question that the page does not
// answer, so the names are fetched and looked through here, as web/search.py does it on the server.

const MOST = 200;

function comparable(text) {
  return text.normalize("NFC").replaceAll("\u0e4d\u0e32", "\u0e33").toLowerCase().split(/\s+/)
    .filter(Boolean).join(" ");
}

function rank(names, words) {
  const whole = words.join(" ");
  let best = [4, 0];
  for (const name of names) {
    const place = name === whole ? 0
      : name.startsWith(whole) ? 1
      : words.some((word) => name.startsWith(word)) ? 2
      : words.some((word) => name.includes(word)) ? 3 : 4;
    if (place < best[0] || (place === best[0] && name.length < best[1])) best = [place, name.length];
  }
  return best;
}

function find(things, question) {
  const words = comparable(question).split(" ").filter(Boolean);
  if (!words.length) return [];
  const found = [];
  for (const thing of things) {
    const names = thing.names.map(([text]) => comparable(text));
    if (words.every((word) => names.some((name) => name.includes(word)))) {
      found.push([rank(names, words), thing]);
    }
  }
  found.sort(([a, one], [b, other]) => a[0] - b[0] || a[1] - b[1] || (one.at < other.at ? -1 : 1));
  return found.slice(0, MOST).map(([, thing]) => thing);
}

function nameIn(names, lang) {
  return names.find(([, tag]) => tag === lang) ?? names[0];
}

function show(place, index, question) {
  const lang = place.dataset.lang;
  const found = find(index.things, question);
  const parts = [];
  const groups = new Map();
  for (const thing of found) {
    if (!groups.has(thing.kind)) groups.set(thing.kind, []);
    groups.get(thing.kind).push(thing);
  }
  for (const [kind, things] of groups) {
    if (kind) {
      const heading = document.createElement("h2");
      heading.textContent = index.kinds[kind][lang];
      parts.push(heading);
    }
    const list = document.createElement("ul");
    list.className = "things";
    for (const thing of things) {
      const [text, tag] = nameIn(thing.names, lang);
      const link = document.createElement("a");
      link.href = `${thing.at}.${lang}.html`;
      link.textContent = text;
      if (tag) link.lang = tag;
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    parts.push(list);
  }
  if (!found.length) {
    const nothing = document.createElement("p");
    nothing.className = "warn";
    nothing.textContent = place.dataset.none;
    parts.push(nothing);
  }
  place.replaceChildren(...parts);
}

async function main() {
  const question = (new URLSearchParams(location.search).get("q") ?? "").trim();
  const place = document.getElementById("found");
  if (!question || place.dataset.question === question) return;
  document.querySelector("input[name=q]").value = question;
  const answer = await fetch(place.dataset.index);
  show(place, await answer.json(), question);
}

if (typeof document === "object") main();
if (typeof module === "object") module.exports = { comparable, find };
