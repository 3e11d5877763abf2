/** HTML that was made here, and so may stand in a page as it is. */
export interface Html {
  readonly html: string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

// What turns the direction of text could make a name look like another one.
// eslint-disable-next-line no-control-regex
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function escaped(text: string): string {
  return text.replace(STEERING, '\ufffd').replace(/[&<>"']/g, character => ENTITIES[character]);
}

type Part = Html | Html[] | string | number | undefined | false;

/** A template of HTML: whatever is put into it is text, unless it was made by this function. */
export function html(parts: TemplateStringsArray, ...values: Part[]): Html {
  return { html: parts.map((part, index) => part + (index < values.length ? rendered(values[index]) : '')).join('') };
}

/** A sentence, in which what stands between back ticks is code. */
export function prose(text: string): Html {
  return html`${text.split(/`([^`]+)`/).map((part, index) => index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`)}`;
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(({ html: each }) => each).join('');
  return typeof part === 'object' ? part.html : escaped(String(part));
}

/** Data for a script. No text in it ends the element that holds it. */
export function dataForScript(data: unknown): Html {
  return { html: JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`) };
}

/** What this package ships and no template can change, such as its own script. */
export function ownText(text: string): Html {
  return { html: text };
}
