// Each text and mark of the figures that are shown: its contrast with the page, and how far it runs over an edge.
() => {
    const number = text => (text.match(/[\d.]+/g) || []).map(Number);
    const page = number(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    const light = rgb => rgb.map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, k) => sum + c * [.2126, .7152, .0722][k], 0);
    const contrast = (colour, share) => {
        const [r, g, b, a = 1] = number(colour);
        const shown = [r, g, b].map((c, k) => page[k] + (c - page[k]) * a * share);
        const [low, high] = [light(shown), light(page)].sort((x, y) => x - y);
        return (high + .05) / (low + .05);
    };
    const of = (one, name) => +getComputedStyle(one)[name];
    const grid = getComputedStyle(document.documentElement);
    const found = [];
    for (const svg of document.querySelectorAll('.gr-plot svg')) {
        const frame = svg.getBoundingClientRect();
        if (!frame.width) continue;
        const scale = frame.width / svg.viewBox.baseVal.width;
        const figure = svg.closest('figure').id, map = svg.classList.contains('gr-map');
        const probe = document.createElement('i');
        probe.style.color = 'var(--gr-grid)';
        document.body.append(probe);
        const line = getComputedStyle(probe).color;
        probe.remove();
        for (const one of svg.querySelectorAll('text, path, use, rect')) {
            if (one.closest('defs')) continue;
            const look = getComputedStyle(one), box = one.getBoundingClientRect();
            const share = of(one, 'opacity') * (one.parentElement.tagName === 'g' ? of(one.parentElement, 'opacity') : 1);
            const filled = look.fill.startsWith('url') ? look.fill.match(/#([\w-]+)/)[1] : null;
            const fill = filled ? getComputedStyle(document.getElementById(filled).firstElementChild).fill : look.fill;
            const parts = [];
            if (fill !== 'none') parts.push([fill, share * of(one, 'fillOpacity')]);
            if (look.stroke !== 'none') parts.push([look.stroke, share * of(one, 'strokeOpacity')]);
            found.push({
                figure, map, kind: one.tagName, text: one.textContent, size: parseFloat(look.fontSize) * scale,
                see: Math.max(0, ...parts.map(([colour, share]) => contrast(colour, share))),
                band: parts.every(([, share]) => share < 1), grid: look.stroke === line,
                out: Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom),
            });
        }
    }
    return found;
}
