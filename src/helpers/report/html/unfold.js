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
})();
