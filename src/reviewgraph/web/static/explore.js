"use strict";
// The graph of /explore.json as a picture (Cytoscape): kinds can be left out, a thing found and
// chosen. Whatever the pointer does in the picture the list beside it does with the keyboard.

const SHAPES = ["ellipse", "round-rectangle", "diamond", "hexagon", "triangle", "pentagon", "star", "octagon", "rhomboid", "vee"];
const POINTS = {
  ellipse: "8,1 13,3 15,8 13,13 8,15 3,13 1,8 3,3", "round-rectangle": "1,3 15,3 15,13 1,13", diamond: "8,1 15,8 8,15 1,8",
  hexagon: "4,2 12,2 16,8 12,14 4,14 0,8", triangle: "8,1 15,15 1,15", pentagon: "8,1 15,6 12,15 4,15 1,6",
  star: "8,1 10,6 15,6 11,9 13,15 8,11 3,15 5,9 1,6 6,6", octagon: "5,1 11,1 15,5 15,11 11,15 5,15 1,11 1,5",
  rhomboid: "1,3 11,3 15,13 5,13", vee: "1,1 8,5 15,1 8,15",
};
const HUES = [212, 28, 145, 285, 0, 175, 50, 320, 240, 90];

const { lang } = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const colour = (kind) => `hsl(${HUES[kind % HUES.length]}, 55%, ${dark ? 68 : 40}%)`;
const shape = (kind) => SHAPES[kind % SHAPES.length];

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function sign(kind) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const polygon = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  polygon.setAttribute("points", POINTS[shape(kind)]);
  polygon.setAttribute("fill", colour(kind));
  svg.append(polygon);
  return svg;
}

// The same data stand in the same places: on a circle in their order, and the layout goes from there.
function elements(graph) {
  const around = (number) => (2 * Math.PI * number) / graph.nodes.length;
  const radius = 40 * Math.sqrt(graph.nodes.length);
  return [
    ...graph.nodes.map((node, number) => ({
      group: "nodes",
      data: { id: `n${number}`, number, label: node.label[lang], colour: colour(node.kind), shape: shape(node.kind), size: 14 + 4 * Math.sqrt(node.degree) },
      position: { x: radius * Math.cos(around(number)), y: radius * Math.sin(around(number)) },
    })),
    ...graph.edges.map((edge) => ({ group: "edges", data: { source: `n${edge.from}`, target: `n${edge.to}` } })),
  ];
}

function picture(canvas, graph) {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return cytoscape({
    container: canvas,
    elements: elements(graph),
    layout: { name: "cose", randomize: false, animate: false, nodeRepulsion: () => 9000, idealEdgeLength: () => 70, numIter: graph.nodes.length > 300 ? 250 : 700, padding: 20 },
    style: [
      {
        selector: "node",
        style: {
          "background-color": "data(colour)", shape: "data(shape)", width: "data(size)", height: "data(size)", label: "data(label)",
          color: value("--ink"), "font-family": "Sarabun, sans-serif", "font-size": 11, "min-zoomed-font-size": 7,
          "text-wrap": "ellipsis", "text-max-width": 120, "text-valign": "bottom", "text-margin-y": 3,
        },
      },
      { selector: "edge", style: { width: 1, "line-color": value("--muted"), opacity: 0.45, "curve-style": "haystack" } },
      { selector: ".faded", style: { opacity: 0.12 } },
      { selector: "node:selected", style: { "border-width": 4, "border-color": value("--ink") } },
      { selector: ".left-out", style: { display: "none" } },
    ],
    boxSelectionEnabled: false,
  });
}

function start(place, graph) {
  place.hidden = false;
  const cy = picture(place.querySelector(".canvas"), graph);
  const chosen = place.querySelector(".chosen");
  const node = (number) => cy.getElementById(`n${number}`);
  const neighbours = (number) => graph.edges.flatMap((edge) => {
    if (edge.from === number) return [[edge.to, edge.path]];
    return edge.to === number ? [[edge.from, edge.path]] : [];
  });

  const choose = (number) => {
    const { label, page, kind, iri } = graph.nodes[number];
    cy.elements().removeClass("faded").unselect();
    cy.elements().difference(node(number).closedNeighborhood()).addClass("faded");
    node(number).select();
    const to = { center: { eles: node(number) }, zoom: Math.max(cy.zoom(), 0.9) };
    if (still) cy.center(to.center.eles);
    else cy.animate(to, { duration: 250 });
    const list = made("ul", {}, ...neighbours(number).map(([other, path]) => {
      const button = made("button", { type: "button", textContent: graph.nodes[other].label[lang] });
      button.addEventListener("click", () => choose(other));
      const by = path.map((name) => graph.properties[name][lang]).join(" / ");
      return made("li", {}, sign(graph.nodes[other].kind), " ", button, " ", made("small", {}, by));
    }));
    chosen.replaceChildren(
      made("h2", { textContent: label[lang] }),
      made("p", {}, sign(kind), ` ${graph.kinds[kind].label[lang]}`),
      made("p", {}, made("a", { href: page[lang] ?? iri, textContent: place.dataset.page })),
      made("h3", { textContent: place.dataset.near }),
      list,
    );
  };
  cy.on("tap", "node", (event) => choose(event.target.data("number")));
  cy.on("tap", (event) => {
    if (event.target === cy) cy.elements().removeClass("faded").unselect();
  });

  const fieldset = place.querySelector("fieldset");
  graph.kinds.forEach((kind, number) => {
    const box = made("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => {
      cy.nodes().filter((each) => graph.nodes[each.data("number")].kind === number).toggleClass("left-out", !box.checked);
    });
    fieldset.append(made("label", {}, box, sign(number), kind.label[lang]));
  });

  const find = place.querySelector("input[type=search]");
  place.querySelector("datalist").append(...graph.nodes.map((each) => made("option", { value: each.label[lang] })));
  find.addEventListener("change", () => {
    const asked = find.value.trim().toLowerCase();
    const fitting = graph.nodes.flatMap((each, number) => Object.values(each.label)
      .filter((label) => label.toLowerCase().includes(asked)).map((label) => [label.length, number]));
    fitting.sort(([a, one], [b, other]) => a - b || one - other);
    if (asked && fitting.length) choose(fitting[0][1]);
    else if (asked) chosen.replaceChildren(made("p", { className: "muted", textContent: place.dataset.none }));
  });
  for (const button of place.querySelectorAll("button[data-zoom]")) {
    button.addEventListener("click", () => {
      const factor = Number(button.dataset.zoom);
      if (factor) cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
      else cy.fit(undefined, 20);
    });
  }
  return choose;
}

async function main() {
  const place = document.getElementById("explorer");
  const of = new URLSearchParams(location.search).get("of");
  const address = `${place.dataset.explore}.json${of ? `?${new URLSearchParams({ of })}` : ""}`;
  const graph = await (await fetch(address)).json();
  const choose = start(place, graph);
  const asked = graph.nodes.findIndex((node) => of && node.iri.endsWith(`/id/${of}`));
  if (asked >= 0) choose(asked);
}

main();
