// Bars with their spread, as SVG that can be read on a light and on a dark page.
import { median } from './lab.mts';

interface Bar {
	label: string;
	values: number[];
	isOurs: boolean;
}

interface Panel {
	title: string;
	bars: Bar[];
}

const WIDTH = 760;
const LEFT = 250;
const ROW = 24;
const TITLE = 38;
const SCALE = WIDTH - LEFT - 90;

const STYLE = `
	text { font: 13px system-ui, sans-serif; fill: #1f2328; }
	.title { font-weight: 600; }
	.bar { fill: #9aa4b2; } .ours { fill: #1f6feb; }
	line { stroke: #1f2328; }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3; }
		.bar { fill: #6e7681; } .ours { fill: #58a6ff; }
		line { stroke: #e6edf3; }
	}`;

function row({ label, values, isOurs }: Bar, top: number, most: number): string {
	const at = (value: number) => LEFT + (value / most) * SCALE;
	const [low, high] = [Math.min(...values), Math.max(...values)].map(at) as [number, number];
	const middle = median(values);
	const y = top + ROW / 2;
	return `<text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${label}</text>
<rect class="${isOurs ? 'ours' : 'bar'}" x="${LEFT}" y="${top + 4}" width="${(at(middle) - LEFT).toFixed(1)}" height="${ROW - 8}" rx="2"/>
${high > low ? `<line x1="${low.toFixed(1)}" x2="${high.toFixed(1)}" y1="${y}" y2="${y}"/>` : ''}
<text x="${(Math.max(high, LEFT) + 8).toFixed(1)}" y="${y + 4}">${Number(middle.toPrecision(3))}</text>`;
}

export function plot(panels: Panel[]): string {
	let top = 0;
	const drawn = panels.map(({ title, bars }) => {
		const most = Math.max(...bars.flatMap(({ values }) => values)) || 1;
		const begin = top;
		top += TITLE + bars.length * ROW;
		const rows = bars.map((bar, i) => row(bar, begin + TITLE + i * ROW, most));
		return `<text class="title" x="8" y="${begin + 28}">${title}</text>\n${rows.join('\n')}`;
	});
	const height = top + 12;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="How long each contender takes">
<style>${STYLE}
</style>
${drawn.join('\n')}
</svg>
`;
}
