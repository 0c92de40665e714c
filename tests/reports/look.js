// Each text of the figures that are shown, and one of the marks that look alike: the contrast with the page, and how far a text runs over an edge.
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
    const probe = document.createElement('i');
    probe.style.color = 'var(--gr-grid)';
    document.body.append(probe);
    const line = getComputedStyle(probe).color;
    probe.remove();
    const found = [];
    for (const svg of document.querySelectorAll('.gr-plot svg')) {
        const frame = svg.getBoundingClientRect();
        if (!frame.width) continue;
        const scale = frame.width / svg.viewBox.baseVal.width;
        const figure = svg.closest('figure').id, map = svg.classList.contains('gr-map');
        const marks = new Set();
        for (const one of svg.querySelectorAll('text, path, use, rect')) {
            if (one.closest('defs')) continue;
            const kind = one.tagName, {fill, stroke, opacity, fillOpacity, strokeOpacity, fontSize} = getComputedStyle(one);
            const share = opacity * (one.parentElement.tagName === 'g' ? getComputedStyle(one.parentElement).opacity : 1);
            const look = [kind, fill, stroke, share, fillOpacity, strokeOpacity].join();
            if (kind !== 'text' && marks.has(look)) continue;
            marks.add(look);
            const filled = fill.startsWith('url') ? fill.match(/#([\w-]+)/)[1] : null;
            const parts = [];
            if (fill !== 'none') {
                const colour = filled ? getComputedStyle(document.getElementById(filled).firstElementChild).fill : fill;
                parts.push([colour, share * fillOpacity]);
            }
            if (stroke !== 'none') parts.push([stroke, share * strokeOpacity]);
            const box = kind === 'text' ? one.getBoundingClientRect() : frame;
            found.push({
                figure, map, kind, text: one.textContent, size: parseFloat(fontSize) * scale,
                see: Math.max(0, ...parts.map(([colour, share]) => contrast(colour, share))),
                band: parts.every(([, share]) => share < 1), grid: stroke === line,
                out: Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom),
            });
        }
    }
    return JSON.stringify(found);
}
