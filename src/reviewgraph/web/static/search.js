"use strict";
// Suggestions while a name is typed, and the search page on a host that has files alone: there the
// names are fetched once and looked through here, in the way of release/search.

const MOST = 100;
const FEW = 5;
const SHORTEST = 4;
const SUGGESTED = 8;
const WAIT = 120;

function composed(text) {
  return text.normalize("NFC").replaceAll("\u0e4d\u0e32", "\u0e33");
}

// What is compared (release/search/forms.py), and where in the text each character of it stands.
function formOf(text) {
  const letters = Array.from(composed(text));
  const form = [];
  const places = [];
  letters.forEach((letter, place) => {
    for (const plain of plainOf(letter)) {
      form.push(plain);
      places.push(place);
    }
  });
  return { letters, form: form.join(""), characters: form, places };
}

function plainOf(letter) {
  if (/\p{Nd}/u.test(letter)) {
    let zero = letter.codePointAt(0);
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && letter.codePointAt(0) - zero < 9) zero -= 1;
    return String(letter.codePointAt(0) - zero);
  }
  return /[\p{L}\p{N}\p{M}\p{S}]/u.test(letter) ? Array.from(letter.toLowerCase()) : [];
}

function wordsOf(question) {
  return composed(question).split(/\s+/).map((word) => formOf(word)).filter((word) => word.form);
}

function at(characters, word) {
  for (let start = 0; start + word.length <= characters.length; start += 1) {
    if (word.every((letter, place) => characters[start + place] === letter)) return start;
  }
  return -1;
}

// The part of a name that one slip makes of a word, as [from, up to]; nothing if there is none.
function nearly(characters, word) {
  if (word.length < SHORTEST) return null;
  for (let start = 0; start < characters.length; start += 1) {
    let same = 0;
    while (same < word.length && characters[start + same] === word[same]) same += 1;
    const rest = (from, to) => word.slice(to).every((letter, n) => characters[start + from + n] === letter);
    const end = start + word.length;
    if (same + 1 < word.length && characters[start + same] === word[same + 1]
      && characters[start + same + 1] === word[same] && rest(same + 2, same + 2)) return [start, end];
    if (rest(same, same + 1)) return [start, end - 1];
    if (same && rest(same + 1, same + 1)) return [start, end];
    if (same && rest(same + 1, same)) return [start, end + 1];
  }
  return null;
}

function answer(name, words, slipping) {
  const { form, characters, places, letters } = name;
  const spans = [];
  const held = new Set();
  let slipped = false;
  words.forEach((word, number) => {
    const start = at(characters, word.characters);
    const span = start >= 0 ? [start, start + word.characters.length]
      : slipping ? nearly(characters, word.characters) : null;
    if (!span) return;
    slipped ||= start < 0;
    held.add(number);
    spans.push(span);
  });
  if (!held.size) return null;
  const whole = words.map((word) => word.form).join("");
  const begins = (place) => place === 0
    || letters.slice(places[place - 1] + 1, places[place]).some((letter) => !/[\p{L}\p{N}]/u.test(letter));
  const how = slipped ? 4 : form === whole ? 0 : form.startsWith(whole) ? 1
    : spans.some(([place]) => begins(place)) ? 2 : 3;
  return { how, held, spans };
}

function search(things, words, slipping) {
  const found = [];
  things.forEach((thing, number) => {
    const answers = thing.forms.map((name, place) => [answer(name, words, slipping), place])
      .filter(([one]) => one);
    const held = new Set(answers.flatMap(([one]) => [...one.held]));
    if (held.size < words.length) return;
    const other = (place) => thing.names[place][2];
    answers.sort(([a, p], [b, q]) => b.held.size - a.held.size || a.how - b.how
      || other(p) - other(q) || thing.forms[p].characters.length - thing.forms[q].characters.length);
    const [[best, place]] = answers;
    found.push({ thing, number, how: best.how, other: other(place), name: place, spans: best.spans });
  });
  return found.sort((a, b) => a.how - b.how || a.other - b.other || a.number - b.number);
}

function find(things, question) {
  const words = wordsOf(question);
  if (!words.length) return [];
  for (const thing of things) thing.forms ??= thing.names.map(([text]) => formOf(text));
  const found = search(things, words, false).slice(0, MOST);
  if (found.length >= FEW) return found;
  const known = new Set(found.map((each) => each.number));
  return [...found, ...search(things, words, true).filter((each) => !known.has(each.number))].slice(0, MOST);
}

function partsOf({ thing, name, spans }) {
  const { letters, places } = thing.forms[name];
  const cuts = [0];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    let last = places[end - 1] + 1;
    while (last < letters.length && /\p{Mn}/u.test(letters[last])) last += 1;
    if (places[start] < cuts.at(-1)) continue;
    cuts.push(places[start], last);
  }
  cuts.push(letters.length);
  return cuts.slice(1).map((cut, n) => letters.slice(cuts[n], cut).join(""));
}

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function marked(parts) {
  return parts.map((part, number) => (number % 2 ? made("mark", {}, part) : part)).filter(Boolean);
}

function labelOf(thing, lang) {
  return thing.names.find(([, tag, other]) => tag === lang && !other) ?? thing.names[0];
}

function show(place, index, question) {
  const { lang } = document.documentElement;
  const found = find(index.things, question);
  const parts = [];
  const listed = (title, some) => {
    if (!some.length) return;
    parts.push(made("h2", { textContent: title }));
    const groups = new Map();
    for (const each of some) groups.set(each.thing.kind, [...(groups.get(each.thing.kind) ?? []), each]);
    for (const [kind, members] of groups) {
      if (kind) parts.push(made("h3", { textContent: index.kinds[kind][lang] }));
      parts.push(made("ul", { className: "things" }, ...members.map((each) => {
        const [text, tag] = labelOf(each.thing, lang);
        const [name, nameTag] = each.thing.names[each.name];
        const href = `${each.thing.at}.${lang}.html`;
        if (name === text) return made("li", {}, made("a", { href, lang: tag }, ...marked(partsOf(each))));
        return made("li", {}, made("a", { href, lang: tag }, text), " ",
          made("span", { className: "muted", lang: nameTag }, ...marked(partsOf(each))));
      })));
    }
  };
  const asAsked = found.filter((each) => each.how < 4);
  listed(`${asAsked.length} ${place.dataset.found}`, asAsked);
  listed(place.dataset.nearly, found.filter((each) => each.how === 4));
  if (!found.length) parts.push(made("p", { className: "warn", textContent: place.dataset.none }));
  place.replaceChildren(...parts);
}

let names;
async function allNames(address) {
  names ??= fetch(address).then((response) => response.json());
  return names;
}

// What to suggest: asked of the server, or of the names where there is none to ask.
async function suggestions(address, question, signal) {
  const { lang } = document.documentElement;
  const asked = `${address}.json?${new URLSearchParams({ q: question, limit: SUGGESTED })}`;
  const response = await fetch(asked, { signal });
  if (response.ok) {
    const answered = await response.json();
    return answered.found.filter((each) => each.pages[lang]).map((each) => ({
      href: each.pages[lang],
      label: each.label[lang],
      kind: each.kinds[0]?.label[lang] ?? "",
      name: each.matched.text,
      parts: each.matched.parts,
    }));
  }
  const index = await allNames(`${address}-index.json`);
  return find(index.things, question).slice(0, SUGGESTED).map((each) => ({
    href: `${each.thing.at}.${lang}.html`,
    label: labelOf(each.thing, lang)[0],
    kind: index.kinds[each.thing.kind]?.[lang] ?? "",
    name: each.thing.names[each.name][0],
    parts: partsOf(each),
  }));
}

// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ with a list that is never chosen by itself.
function combobox(input) {
  const list = made("ul", { id: `${input.id}-suggestions`, className: "suggestions", hidden: true });
  const aria = {
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  };
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.list);
  for (const [name, value] of Object.entries(aria)) input.setAttribute(name, value);
  input.parentElement.append(list);
  let timer;
  let waiting;
  let chosen = -1;

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === number)));
    const item = list.children[number];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  };
  const settle = () => {
    clearTimeout(timer);
    waiting?.abort();
  };
  const close = () => {
    settle();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const open = (found) => {
    list.replaceChildren(...found.map((each, number) => {
      const label = each.name === each.label ? marked(each.parts)
        : [each.label, " ", made("small", {}, ...marked(each.parts))];
      const item = made("li", { id: `${list.id}-${number}` }, made("span", {}, ...label),
        made("small", { className: "kind", textContent: each.kind }));
      item.setAttribute("role", "option");
      item.dataset.href = each.href;
      return item;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  };
  const ask = async () => {
    const question = input.value.trim();
    waiting?.abort();
    if (!question) return close();
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      const found = await suggestions(input.dataset.suggest, question, signal);
      if (!signal.aborted && document.activeElement === input) open(found);
    } catch {
      if (!signal.aborted) close(); // no suggestions, then: the form works without
    }
    return undefined;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!count) return ask();
      settle(); // a list that is walked through does not change
      if (event.key === "ArrowDown") choose(chosen + 1 === count ? -1 : chosen + 1);
      else choose(chosen === -1 ? count - 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.href);
    }
    return undefined;
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the input keeps the focus
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.href);
  });
}

async function answerHere() {
  const place = document.getElementById("found");
  const question = (new URLSearchParams(location.search).get("q") ?? "").trim();
  if (!place || !question || place.dataset.question === question) return;
  document.getElementById("q").value = question;
  show(place, await allNames(place.dataset.index), question);
}

if (typeof document === "object") {
  document.querySelectorAll("input[data-suggest]").forEach(combobox);
  answerHere();
}
if (typeof module === "object") module.exports = { find, formOf, partsOf };
