(() => {
  const write = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const offer = (host, address, cite) => {
    const link = new URL(address, location).href;
    for (const [label, text] of [["Copy link", link], ["Copy citation", `${cite} ${link}`]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.setAttribute("aria-label", `${label} to ${cite}`);
      button.onclick = async () => {
        await write(text);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = label; }, 1500);
      };
      host.append(button);
    }
    host.hidden = false;
  };
  for (const host of document.querySelectorAll(".gr-copy")) offer(host, host.dataset.link, host.dataset.cite);
  for (const figure of document.querySelectorAll(".gr-figure[id]")) {
    const host = document.createElement("p"), caption = figure.querySelector("figcaption");
    host.className = "gr-copy";
    caption?.append(host);
    offer(host, `#${figure.id}`, `The Great Rebalancing, “${document.title}”, figure: ${figure.dataset.title}.`);
  }
})();
