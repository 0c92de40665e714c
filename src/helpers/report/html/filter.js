(() => {
  const form = document.querySelector(".controls"), count = document.getElementById("count");
  const choices = [...form.querySelectorAll("select")], rows = [...document.querySelectorAll("#claims tbody tr")];
  const show = () => {
    for (const row of rows) row.hidden = choices.some(({ name, value }) => value && row.dataset[name] !== value);
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} claims shown`;
  };
  form.onchange = show;
  form.hidden = false;
  show();
})();
