(() => {
  const unfold = () => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let opened = false;
    for (let one = named?.closest("details"); one; one = one.parentElement.closest("details")) {
      opened ||= !one.open;
      one.open = true;
    }
    if (opened) named.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
  const button = document.getElementById("unfold"), folds = [...document.querySelectorAll("details")];
  button.hidden = !folds.length;
  button.onclick = () => {
    const open = folds.some((one) => !one.open);
    for (const one of folds) one.open = open;
    button.textContent = open ? "Fold all" : "Unfold all";
  };
})();
