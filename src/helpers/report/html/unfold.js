(() => {
  const unfold = () => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named?.localName === "details") named.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
})();
