import { z } from 'zod';
import { mostKeysKnown } from '../copier-redis.js';
import { hostName, tls } from './database-server.js';
import { localSecretKeyRef } from './parts.js';

/** Something in it must be a character that a key's name is to have: the rest matches whatever there is. */
const saysSomething = (pattern: string): boolean => pattern.replaceAll(/\[(\\.|[^\]\\])*\]|(?<!\\)[*?]|\\(?=.)/gs, '') !== '';

const keyPattern = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    saysSomething,
    'matches every key: say a part of the name; * stands for any characters, ? for one, [ab] for one of these, and \\ before them for themselves',
  )
  .refine((pattern) => !pattern.startsWith('rehelm.dev/'), 'what rehelm itself keeps is never deleted by a pattern');

/** `redis-master` beside the release, or `NAMESPACE/redis-master`. */
const service = z
  .string()
  .regex(/^([a-z0-9][-a-z0-9]*\/)?[a-z0-9][-a-z0-9.]*$/, 'expected SERVICE or NAMESPACE/SERVICE')
  .transform((text) => {
    const [name = '', namespace] = text.split('/').toReversed();
    return { name, ...(namespace !== undefined && { namespace }) };
  });

/** Keys of one Redis or Valkey that a guide has deleted. */
export const redisKeys = z
  .strictObject({
    service: service.optional(),
    host: hostName.optional(),
    port: z.number().int().min(1).max(65_535).default(6379),
    database: z.number().int().min(0).max(1023).default(0),
    /** An ACL user. Default: the server's own. */
    user: z.string().min(1).optional(),
    /** Without it the server asks for none. */
    password: localSecretKeyRef.optional(),
    tls: tls.optional(),
    delete: z.array(keyPattern).min(1).max(20),
    /** Of each pattern. 0 takes it that there may be none. */
    atLeast: z.number().int().min(0).default(1),
    /** Of all patterns together. */
    atMost: z.number().int().min(1).max(mostKeysKnown).default(100),
  })
  .superRefine(({ service: named, host, user, password, delete: patterns, atLeast, atMost }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((named === undefined) === (host === undefined)) refuse('service', 'say one of service and host');
    if (user !== undefined && password === undefined) refuse('password', 'a user needs a password');
    if (new Set(patterns).size < patterns.length) refuse('delete', 'the same pattern twice');
    if (atLeast > atMost) refuse('atLeast', 'is more than atMost');
  });

export type RedisKeysSpec = z.output<typeof redisKeys>;
