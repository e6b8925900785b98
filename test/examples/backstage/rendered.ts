import nunjucks from 'nunjucks';

const engine = new nunjucks.Environment(null, {
  autoescape: false,
  throwOnUndefined: true,
  tags: { variableStart: '${{', variableEnd: '}}' },
});
const whole = /^\$\{\{(.*)\}\}$/s;

/** A part of a template as Backstage's scaffolder fills it in: a text that is one expression keeps the type of its value. What is not there throws. */
export function rendered(part: unknown, context: object): unknown {
  if (Array.isArray(part)) return part.map((each) => rendered(each, context));
  if (typeof part === 'object' && part !== null) return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, rendered(value, context)]));
  if (typeof part !== 'string') return part;
  const expression = whole.exec(part)?.[1];
  if (expression === undefined || expression.includes('${{')) return engine.renderString(part, context);
  return JSON.parse(engine.renderString(`\${{ (${expression}) | dump }}`, context));
}
