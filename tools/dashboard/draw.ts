/** A widget, as the body of a dashboard holds it. */
export interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Record<string, any>;
}

/** Pixels of a column and of a row; CloudWatch has 24 columns. */
const [COLUMN, ROW, GAP, LINE] = [52, 48, 6, 17];
const COLORS = ['#1f77b4', '#d62728', '#2ca02c', '#ff7f0e', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#17becf'];

/** Draws the widgets of a dashboard where CloudWatch puts them, with what each shows. There is no data in it, because there is none before it is deployed. */
export function drawDashboard(widgets: readonly Widget[]): string {
  const rows = Math.max(...widgets.map(({ y, height }) => y + height));
  const [width, height] = [24 * COLUMN + GAP, rows * ROW + GAP];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#f2f3f3"/>`,
    ...widgets.flatMap(drawWidget),
    '</svg>',
    '',
  ].join('\n');
}

function drawWidget(widget: Widget): string[] {
  const [left, top] = [widget.x * COLUMN + GAP, widget.y * ROW + GAP];
  const [width, height] = [widget.width * COLUMN - GAP, widget.height * ROW - GAP];
  const { title } = widget.properties;
  return [
    `<svg x="${left}" y="${top}" width="${width}" height="${height}">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" fill="#ffffff" stroke="#d5dbdb"/>`,
    ...title === undefined ? [] : [line(title, 10, 20, 'font-weight="bold" fill="#16191f"')],
    ...content(widget, width, height),
    '</svg>',
  ];
}

function content(widget: Widget, width: number, height: number): string[] {
  switch (widget.type) {
    case 'text': return lines(plain(widget.properties.markdown), 22, width);
    case 'alarm': return chips(widget.properties.alarms.map(alarmName), width);
    case 'log': return columns(columnsOf(widget.properties.query), width, height);
    case 'metric': return widget.properties.view === 'singleValue' ? values(labelsOf(widget), width) : axes(labelsOf(widget), width, height);
    default: throw new Error(`there is no widget ${widget.type} here`);
  }
}

function line(value: string, x: number, y: number, style = 'fill="#16191f"'): string {
  return `<text x="${x}" y="${y}" ${style}>${escapeXml(value)}</text>`;
}

function escapeXml(value: string): string {
  return value.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}

/** As CloudWatch renders it: a link by its text, a table by its cells. */
function plain(markdown: string): string[] {
  return markdown.split('\n').filter(each => !/^\| ---/.test(each))
    .map(each => each.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/^# /, '').replace(/^\| | \|$/g, '').replace(/ \| /g, '   |   '));
}

function lines(texts: string[], top: number, width: number): string[] {
  const characters = Math.floor(width / 6.2);
  return texts.map((each, index) => line(each.length > characters ? `${each.slice(0, characters - 1)}…` : each, 10, top + index * LINE * 1.5));
}

/** The name of an alarm is the last part of its ARN. */
function alarmName(arn: string): string {
  return arn.split(':alarm:').at(-1)!.replace(/^.*?: /, '');
}

function chips(names: string[], width: number): string[] {
  const across = 4;
  const size = (width - 20) / across;
  return names.flatMap((name, index) => {
    const [x, y] = [10 + (index % across) * size, 30 + Math.floor(index / across) * 24];
    return [`<rect x="${x}" y="${y}" width="${size - 6}" height="20" rx="3" fill="#eaeded"/>`, line(name, x + 8, y + 14)];
  });
}

/** What a query shows: the groups first, then what it counts, else its fields. */
function columnsOf(query: string): string[] {
  const [, aggregates, groups] = /stats (.*) by (.*)/.exec(query) ?? [];
  if (aggregates !== undefined) return [...groups.split(', '), ...[...aggregates.matchAll(/ as (\w+)/g)].map(([, name]) => name)];
  return /fields (.*)/.exec(query)![1].split(', ').map(each => each.split(' as ').at(-1)!);
}

function columns(names: string[], width: number, height: number): string[] {
  const size = (width - 20) / names.length;
  const rows = Math.floor((height - 56) / 24);
  return [
    `<rect x="10" y="32" width="${width - 20}" height="22" fill="#eaeded"/>`,
    ...names.map((name, index) => line(name, 16 + index * size, 47, 'font-weight="bold" fill="#545b64"')),
    ...Array.from({ length: rows }, (_, index) => `<line x1="10" x2="${width - 10}" y1="${78 + index * 24}" y2="${78 + index * 24}" stroke="#eaeded"/>`),
  ];
}

/** A metric is an array whose last element may have a label; else its name is the second of them. */
function labelsOf({ properties: { metrics } }: Widget): string[] {
  return metrics.map((metric: any[]) => [metric.at(-1), metric[1]])
    .filter(([options]: any[]) => options?.visible !== false)
    .map(([options, name]: any[]) => options?.label ?? name);
}

function values(labels: string[], width: number): string[] {
  const size = (width - 20) / labels.length;
  return labels.flatMap((label, index) => [
    line('–', 10 + index * size, 72, 'font-size="26" fill="#16191f"'),
    line(label, 10 + index * size, 100, `font-size="11" fill="${COLORS[index % COLORS.length]}"`),
  ]);
}

function axes(labels: string[], width: number, height: number): string[] {
  const bottom = height - 20 - labels.length * LINE;
  return [
    ...[0, 1, 2, 3].map(index => `<line x1="34" x2="${width - 10}" y1="${bottom - index * (bottom - 36) / 3}" y2="${bottom - index * (bottom - 36) / 3}" stroke="#eaeded"/>`),
    line('0', 16, bottom + 4, 'fill="#545b64"'),
    ...labels.flatMap((label, index) => [
      `<rect x="12" y="${bottom + 14 + index * LINE}" width="10" height="10" fill="${COLORS[index % COLORS.length]}"/>`,
      line(label, 28, bottom + 23 + index * LINE, 'font-size="11" fill="#16191f"'),
    ]),
  ];
}
