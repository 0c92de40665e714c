(() => {
  const root = document.documentElement, button = document.getElementById("theme");
  const read = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const keep = (value) => { try { localStorage.setItem("theme", value); } catch { /* private window: holds for this page */ } };
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = dark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Switch to ${dark() ? "light" : "dark"} colours`); };
  if (["light", "dark"].includes(read())) root.dataset.theme = read();
  button.hidden = false;
  label();
  button.onclick = () => { root.dataset.theme = dark() ? "light" : "dark"; keep(root.dataset.theme); label(); };
})();
