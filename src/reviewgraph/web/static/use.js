"use strict";
// Lines to copy: they name this very host, and a button copies them.

for (const section of document.querySelectorAll(".use[data-base]")) {
  const { base, copy, copied } = section.dataset;
  for (const pre of section.querySelectorAll("pre")) {
    const code = pre.firstElementChild;
    code.textContent = code.textContent.replaceAll(base, `${location.origin}/`);
    if (!navigator.clipboard) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    pre.before(button);
  }
}
