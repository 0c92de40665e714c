(() => {
  const section = document.getElementById("section"), verdict = document.getElementById("verdict");
  const rows = [...document.querySelectorAll("#claims tbody tr")], count = document.getElementById("count");
  const show = () => {
    let shown = 0;
    for (const row of rows) {
      row.hidden = (section.value && row.dataset.section !== section.value) || (verdict.value && row.dataset.verdict !== verdict.value);
      shown += !row.hidden;
    }
    count.textContent = `${shown} of ${rows.length} claims shown`;
  };
  section.onchange = verdict.onchange = show;
  document.querySelector(".controls").hidden = false;
  show();
})();
