/** Markup that was made here, so that it can be told from text that was not. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Child = string | Markup | readonly Child[];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => entities[letter]!);

function inner(child: Child): string {
  if (child instanceof Markup) return child.text;
  return typeof child === 'string' ? escaped(child) : child.map(inner).join('');
}

/** An element of a drawing; its attributes are numbers and words of ours. */
export const svg = (name: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly Child[]): Markup =>
  new Markup(
    `<${name}${Object.entries(attributes)
      .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
      .join('')}>${inner(children)}</${name}>`,
  );

/** An element without attributes. Every string in it is text, whatever it looks like. */
export const element = (name: string, ...children: readonly Child[]): Markup => new Markup(`<${name}>${inner(children)}</${name}>`);
