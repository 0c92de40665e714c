(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);
  let term = null;
  const place = () => {
    if (!term) return;
    const at = term.getBoundingClientRect(), below = at.bottom + 6, room = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(8, Math.min(at.left, room - tip.offsetWidth - 8))}px`;
    tip.style.top = `${below + tip.offsetHeight > innerHeight ? at.top - tip.offsetHeight - 6 : below}px`;
  };
  const show = (one) => {
    term = one;
    tip.hidden = !term;
    tip.textContent = term ? document.getElementById(term.hash.slice(1)).textContent : "";
    place();
  };
  for (const kind of ["mouseover", "focusin"]) addEventListener(kind, ({ target }) => show(target.closest?.(".gr-term")));
  addEventListener("focusout", () => show(null));
  addEventListener("keydown", ({ key }) => { if (key === "Escape") show(null); });
  addEventListener("scroll", place);
})();
