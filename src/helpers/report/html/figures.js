(() => {
  const add = (parent, name, text, given = {}) => {
    const made = parent.appendChild(document.createElement(name));
    made.textContent = text;
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    return made;
  };

  /* The numbers of a figure as a table, made of the file that its link saves. */
  const read = (link) => {
    const text = decodeURIComponent(link.getAttribute("href").replace(/^[^,]*,/, "")), rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))([,\n])/g)) {
      rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
      if (end === "\n") rows.push([]);
    }
    return rows.slice(0, -1);
  };
  const tabulate = (figure, link, label) => {
    const [head, ...rows] = read(link), names = head[0] === "panel" ? 2 : 1;
    const group = add(figure, "div", "", { class: "gr-scroll gr-numbers", id: `${figure.id}-numbers`, role: "group", tabindex: 0, "aria-label": label });
    const table = add(group, "table", "", { class: "gr-table" });
    add(table, "caption", label);
    const heads = add(add(table, "thead", ""), "tr", ""), body = add(table, "tbody", "");
    const kind = (at) => (at < names ? {} : { class: "gr-number" });
    head.forEach((text, at) => {
      const [, name, unit] = text.match(/^(.*?)(\[.*\])?$/s), cell = add(heads, "th", name, { scope: "col", ...kind(at) });
      if (unit) add(cell, "small", unit);
    });
    for (const row of rows) {
      const line = add(body, "tr", "");
      row.forEach((text, at) => (at < names && text ? add(line, "th", text, { scope: "row" }) : add(line, "td", text, kind(at))));
    }
    return group;
  };

  /* The figure as a picture by day, with all that a slide has to say of it. */
  const WIDE = 640, EDGE = 24, SCALE = 2, ALL = 400;
  const byDay = (figure, name) => {
    const probe = add(figure, "i", "");
    probe.style.cssText = `color-scheme: light; color: var(--gr-${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  const words = (element) => {
    const copy = element.cloneNode(true);
    for (const one of copy.querySelectorAll(".gr-source, .gr-copy, .gr-data, button, details > :not(summary)")) one.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const origin = (source) => {
    const all = [...source?.querySelectorAll("li") ?? []].map(words).join(" · ");
    return source ? (all && all.length < ALL ? `Source: ${all}` : words(source)).replace(/\.?$/, ".") : "";
  };
  const drawn = async (figure, family) => {
    const shown = figure.querySelector(".gr-plot").firstElementChild;
    if (shown.localName === "img") return shown;
    const copy = shown.cloneNode(true), { width, height } = shown.viewBox.baseVal, image = new Image();
    for (const name of ["grid", "page", "blue", "green", "red", "purple", "muted"]) copy.style.setProperty(`--gr-${name}`, byDay(figure, name));
    copy.style.color = byDay(figure, "ink");
    copy.style.fontFamily = family;
    copy.setAttribute("width", SCALE * WIDE);
    copy.setAttribute("height", SCALE * WIDE * height / width);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    await image.decode();
    return image;
  };
  const save = async (figure, file) => {
    const caption = figure.querySelector("figcaption"), source = origin(caption.querySelector(".gr-source"));
    const dated = document.querySelector(".dateline")?.textContent ?? "", family = getComputedStyle(figure).fontFamily;
    const image = await drawn(figure, family), tall = WIDE * image.naturalHeight / image.naturalWidth;
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    const steps = [];
    let y = EDGE / 2;
    const write = (text, size, colour, weight = 400) => {
      const font = `${weight} ${size}px ${family}`, lines = [""];
      pen.font = font;
      for (const word of text.split(" ")) {
        const longer = `${lines.at(-1)} ${word}`.trim();
        if (pen.measureText(longer).width <= WIDE) lines.splice(-1, 1, longer);
        else lines.push(word);
      }
      for (const line of lines) {
        const at = y += 1.4 * size;
        steps.push(() => { pen.font = font; pen.fillStyle = colour; pen.fillText(line, EDGE, at); });
      }
      y += 10;
    };
    write(`The Great Rebalancing: ${document.title}`, 13, byDay(figure, "muted"));
    const told = figure.querySelector(".gr-finding")?.textContent;
    if (told) write(told, 16, byDay(figure, "ink"), 650);
    const top = y;
    steps.push(() => pen.drawImage(image, EDGE, top, WIDE, tall));
    y += tall;
    write(words(caption), 15, byDay(figure, "ink"));
    write(`${source} ${dated}`.trim(), 12, byDay(figure, "muted"));
    canvas.width = SCALE * (WIDE + 2 * EDGE);
    canvas.height = SCALE * Math.ceil(y + EDGE);
    pen.scale(SCALE, SCALE);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    for (const step of steps) step();
    const link = document.createElement("a");
    link.download = file;
    link.href = canvas.toDataURL("image/png");
    link.click();
  };

  for (const figure of document.querySelectorAll(".gr-figure[id]")) {
    const link = figure.querySelector(".gr-data"), caption = figure.querySelector("figcaption");
    const offer = (label, given, act) => {
      const name = `${label}: ${figure.dataset.title}`;
      const button = add(caption.querySelector(".gr-source") ?? caption, "button", label, { type: "button", class: "gr-take", "aria-label": name, ...given });
      button.onclick = () => act(button, name);
    };
    if (link) offer("Numbers", { "aria-expanded": false }, (button, name) => {
      const open = button.ariaExpanded !== "true";
      const table = document.getElementById(`${figure.id}-numbers`) ?? tabulate(figure, link, name);
      table.hidden = !open;
      button.setAttribute("aria-expanded", open);
      button.setAttribute("aria-controls", table.id);
    });
    offer("Picture (PNG)", {}, () => save(figure, link?.download.replace(/csv$/, "png") ?? `${figure.id}.png`));
  }
})();
