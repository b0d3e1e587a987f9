"use strict";
// The form's text area becomes an editor (YASQE) that knows the words of this dataset. What it
// sends is what the form sends: the answer, the downloads and the address are the server's.

const MOST_HINTS = 60;

function vocabularyOf(address) {
  let asked;
  return () => {
    asked ??= fetch(address).then((response) => response.json());
    return asked;
  };
}

// The words that fit what is typed: by their short name, their IRI, or a label in either language.
function fitting(words, typed) {
  const folded = typed.replace(/^</, "").toLowerCase();
  const places = words.map((word) => {
    const names = [word.name, word.name.split(":").at(-1), word.iri, ...Object.values(word.labels)];
    const begins = names.some((name) => name.toLowerCase().startsWith(folded));
    const holds = begins || names.some((name) => name.toLowerCase().includes(folded));
    return [begins ? 0 : holds ? 1 : 2, word];
  });
  return places.filter(([place]) => place < 2).sort(([a, one], [b, other]) => a - b || other.count - one.count)
    .slice(0, MOST_HINTS).map(([, word]) => word);
}

function shown(element, word) {
  const other = document.documentElement.lang === "th" ? "en" : "th";
  const { [document.documentElement.lang]: own, [other]: besides } = word.labels;
  element.append(word.name || `<${word.iri}>`);
  for (const [text, lang] of [[own, document.documentElement.lang], [besides, other]]) {
    if (!text) continue;
    const small = document.createElement("small");
    small.textContent = text;
    small.lang = lang;
    element.append(small);
  }
}

// A completer like YASQE's own for classes or properties, with our words for theirs.
function completer(kind, vocabulary, list) {
  const known = new Map();
  return {
    name: `own-${kind}`,
    bulk: false,
    autoShow: true,
    async get(_editor, token) {
      const words = fitting((await vocabulary())[list], token?.string.trim() ?? "");
      for (const word of words) known.set(word.iri, word);
      return words.map((word) => word.iri);
    },
    preProcessToken: (_editor, token) => token,
    postProcessSuggestion: (_editor, _token, iri) => known.get(iri).name || `<${iri}>`,
    postprocessHints: (_editor, hints) => hints.map((hint) => {
      const word = [...known.values()].find((each) => (each.name || `<${each.iri}>`) === hint.text);
      return {
        ...hint,
        render: (element) => shown(element, word),
        hint: (editor, data) => take(editor, data, hint, word),
      };
    }),
  };
}

function take(editor, data, hint, word) {
  editor.replaceRange(hint.text, hint.from ?? data.from, hint.to ?? data.to, "complete");
  const prefix = word.name.split(":")[0];
  if (word.name && !(prefix in editor.getPrefixesFromQuery())) {
    editor.addPrefixes({ [prefix]: word.iri.slice(0, word.iri.length - word.name.length + prefix.length + 1) });
  }
}

function prefixCompleter(vocabulary) {
  return {
    name: "own-prefixes",
    bulk: true,
    persistenceId: null,
    async get() {
      const { prefixes } = await vocabulary();
      return Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
    },
  };
}

// Esc lets the next Tab leave the editor, in either direction.
function letTabLeave(editor) {
  const keys = { ...editor.getOption("extraKeys") };
  const leaving = { ...keys, Tab: false, "Shift-Tab": false };
  editor.setOption("extraKeys", { ...keys, Esc: () => editor.setOption("extraKeys", leaving) });
  const withEscape = editor.getOption("extraKeys");
  editor.on("blur", () => editor.setOption("extraKeys", withEscape));
}

function start(form) {
  const area = form.querySelector("textarea");
  const place = document.createElement("div");
  const vocabulary = vocabularyOf(form.dataset.vocabulary);
  Yasqe.forkAutocompleter("class", completer("class", vocabulary, "classes"), false);
  Yasqe.forkAutocompleter("property", completer("property", vocabulary, "properties"), false);
  Yasqe.forkAutocompleter("prefixes", prefixCompleter(vocabulary), false);
  area.before(place);
  const editor = new Yasqe(place, {
    value: area.value.trimStart(),
    autocompleters: ["own-class", "own-property", "own-prefixes", "variables"].filter((name) => name in Yasqe.Autocompleters),
    createShareableLink: null,
    consumeShareLink: null,
    persistenceId: null,
    resizeable: false,
    showQueryButton: false,
    viewportMargin: Infinity,
  });
  area.hidden = true;
  area.required = false;
  form.querySelector("label[for=query]").removeAttribute("for");
  const input = editor.getInputField();
  input.setAttribute("aria-label", form.dataset.label);
  input.setAttribute("aria-describedby", "keys");
  document.getElementById("keys").hidden = false;
  letTabLeave(editor);
  const send = () => { area.value = editor.getValue(); };
  form.addEventListener("submit", send);
  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    "Ctrl-Enter": () => form.requestSubmit(),
    "Cmd-Enter": () => form.requestSubmit(),
  });
}

for (const form of document.querySelectorAll("form.editor")) start(form);
