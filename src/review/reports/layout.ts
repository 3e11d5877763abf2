import { styleText } from 'util';
import { oneLine } from './markdown';

/** The widest line of the review. */
export const COLUMNS = 100;

/** How the parts of the review look; without color, each function returns its text. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly label: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const asIs = (text: string) => text;
/** Who asks for color has looked at the terminal already. */
const colored = (format: 'bold' | 'dim' | 'green' | 'red') => (text: string) => styleText(format, text, { validateStream: false });

export const PLAIN: Style = { heading: asIs, label: asIs, good: asIs, bad: asIs };
export const COLORED: Style = { heading: colored('bold'), label: colored('dim'), good: colored('green'), bad: colored('red') };

/** Color on a terminal, unless the reader does not want it: https://no-color.org */
export function styleFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  return stream.isTTY && !env.NO_COLOR ? COLORED : PLAIN;
}

/** Breaks a text between words, and a word that is longer than a line wherever the line ends. What would steer a terminal is gone. */
export function wrap(text: string, width: number): string[] {
  const pieces = oneLine(text).split(' ').flatMap(word => word.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
  return pieces.reduce<string[]>((lines, piece) => {
    const last = lines.at(-1);
    return last !== undefined && last.length + 1 + piece.length <= width ? [...lines.slice(0, -1), `${last} ${piece}`] : [...lines, piece];
  }, []);
}

/** A paragraph; lines after the first are indented a little more. */
export function paragraph(indent: number, text: string, style: (text: string) => string = asIs): string[] {
  const [first, ...rest] = wrap(text, COLUMNS - indent - 2);
  return [first, ...rest.map(line => `  ${line}`)].map(line => ' '.repeat(indent) + style(line));
}

const LABEL_WIDTH = 17;

/** A label and its values, each on a line of its own. */
export function field(indent: number, label: string, values: string[], style: Style): string[] {
  const lines = values.flatMap(value => wrap(value, COLUMNS - indent - LABEL_WIDTH - 2)
    .map((line, index) => index === 0 ? line : `  ${line}`));
  return lines.map((line, index) => ' '.repeat(indent) + style.label((index === 0 ? label : '').padEnd(LABEL_WIDTH)) + line);
}
