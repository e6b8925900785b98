import { timingSafeEqual } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { fourEyes } from '../../model/schema/four-eyes-file.js';
import { everywhere } from '../../model/scope.js';
import { roles, type Subject } from './roles.js';
import { hashOf } from './token.js';

const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits: rehelm token makes one');
const namespace = z.union([z.literal(everywhere), z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected the name of a namespace, or *')]);

const file = z.strictObject({
  fourEyes,
  subjects: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        machine: z.boolean().default(false),
        tokens: z.array(hash),
        roles: z.array(z.strictObject({ role: z.enum(roles), namespaces: z.array(namespace).min(1) })),
      }),
    )
    .superRefine((subjects, context) => {
      const hashes = subjects.flatMap(({ tokens }) => tokens);
      if (new Set(hashes).size < hashes.length) context.addIssue({ code: 'custom', message: 'a token belongs to two subjects, or stands twice' });
      const names = subjects.map(({ name }) => name);
      if (new Set(names).size < names.length) context.addIssue({ code: 'custom', message: 'a subject stands twice: all tokens of a person go under one name' });
    }),
});

/** Who may what: the file's subjects by the hashes of their tokens. */
export class Access {
  /** Namespaces whose runs need a second person; `*` is every one. */
  readonly fourEyes: readonly string[];
  readonly #tokens: readonly { readonly hash: Buffer; readonly subject: Subject }[];

  constructor(text: string) {
    const { subjects, fourEyes: where } = file.parse(parse(text) ?? {});
    this.fourEyes = where.namespaces;
    this.#tokens = subjects.flatMap(({ name, machine, tokens, roles: grants }) =>
      tokens.map((each) => ({ hash: Buffer.from(each), subject: { name, isMachine: machine, grants } })),
    );
  }

  /** In the time that all comparisons take, whichever fits. */
  subjectOf(token: string): Subject | undefined {
    const given = Buffer.from(hashOf(token));
    const fitting = this.#tokens.filter(({ hash: known }) => timingSafeEqual(known, given));
    return fitting[0]?.subject;
  }
}
