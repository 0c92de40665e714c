(() => {
  const form = document.querySelector(".controls"), count = document.getElementById("count");
  const choices = [...form.querySelectorAll("select")], rows = [...document.querySelectorAll("#claims tbody tr")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const show = () => {
    const words = form.elements.search.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      row.hidden = choices.some(({ name, value }) => value && row.dataset[name] !== value)
        || !words.every((word) => texts.get(row).includes(word));
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} claims shown`;
  };
  form.oninput = show;
  form.onsubmit = () => false;
  form.hidden = false;
  show();
})();
