import { type Document, Double, Int32, Long } from 'mongodb';
import { objectIdOf, zooDocument } from './bson-zoo.js';
import { createRandom, type Random, textOf } from './random.js';

export type IndexLayout = { readonly key: Readonly<Record<string, 1 | -1>>; readonly name: string; readonly unique?: true };
export type CollectionLayout = {
  readonly name: string;
  /** Part of all documents, or a number of its own. */
  readonly size: { readonly share: number } | { readonly documents: number };
  readonly indexes: readonly IndexLayout[];
  readonly document: (number: number) => Document;
};
export type DatabaseLayout = { readonly name: string; readonly collections: readonly CollectionLayout[] };

const organisations = ['org-berlin', 'org-düsseldorf', 'org-lisbon', 'org-austin'];
const channels = ['webchat', 'voice', 'rest', 'alexa'];
const epoch = Date.UTC(2026, 0, 1);

const common = (random: Random, number: number): Document => ({
  organisationId: random.pick(organisations),
  timestamp: new Date(epoch + number * 1000),
  channel: random.pick(channels),
});

const analytics = (number: number): Document => {
  const random = createRandom(number + 1_000_000);
  return {
    _id: objectIdOf(random),
    ...common(random, number),
    inputText: textOf(random, 20 + random.below(300)),
    intentScore: new Double(random.below(1000) / 1000),
    executionTime: new Int32(random.below(5000)),
    sequence: Long.fromNumber(number),
    flags: { understood: random.below(2) === 0, mode: random.pick(['TextOnly', 'Full']) },
  };
};

const session = (number: number): Document => {
  const random = createRandom(number + 2_000_000);
  const base = { ...common(random, number), sessionId: `session-${number}`, steps: [1, 2, 3].map((step) => new Int32(step * number)) };
  // documents that grew over the years: the same fields in two orders
  const entries = number % 2 === 0 ? Object.entries(base) : Object.entries(base).reverse();
  return { _id: `session-${number}`, ...Object.fromEntries(entries) };
};

const step = (number: number): Document => {
  const random = createRandom(number + 3_000_000);
  return {
    _id: new Int32(number),
    ...common(random, number),
    entryPoint: random.pick(['flow', 'playbook']),
    label: textOf(random, 12),
    parent: number % 7 === 0 ? null : number - 1,
  };
};

const setting = (number: number): Document => ({
  _id: `setting-${number}`,
  name: `setting ${number}`,
  value: { enabled: number % 2 === 0, limit: Long.fromNumber(number * 1e10) },
});

const conversation = (number: number): Document => {
  const random = createRandom(number + 4_000_000);
  return {
    _id: objectIdOf(random),
    projectId: `project-${number % 20}`,
    contactId: `contact-${number}`,
    ...common(random, number),
    rating: new Double(random.below(5)),
    tags: channels.slice(random.below(4)),
  };
};

const message = (number: number): Document => {
  const random = createRandom(number + 5_000_000);
  const text = textOf(random, number % 997 === 0 ? 20_000 : 10 + random.below(500));
  return {
    _id: Long.fromNumber(2 ** 40 + number),
    ...common(random, number),
    conversation: `contact-${number % 5000}`,
    source: random.pick(['user', 'bot', 'agent']),
    text,
  };
};

const feedback = (number: number): Document => {
  const random = createRandom(number + 6_000_000);
  return { _id: new Date(epoch + number), score: new Int32(random.below(10)), comment: random.below(3) === 0 ? null : textOf(random, random.below(200)) };
};

const attachment = (number: number): Document => ({ _id: `attachment-${number}`, bytes: createRandom(number + 7_000_000).bytes(200_000) });

const timeIndex: IndexLayout = { key: { organisationId: 1, timestamp: -1 }, name: 'organisation_time' };

/** The two databases that the migration renames: collections of unequal size, indexes of every sort FerretDB has. */
export const layout: readonly DatabaseLayout[] = [
  {
    name: 'service-analytics-collector-provider',
    collections: [
      { name: 'analytics', size: { share: 0.38 }, document: analytics, indexes: [timeIndex, { key: { 'flags.mode': 1 }, name: 'mode' }] },
      { name: 'sessions', size: { share: 0.14 }, document: session, indexes: [timeIndex, { key: { sessionId: 1 }, name: 'session', unique: true }] },
      { name: 'steps', size: { share: 0.08 }, document: step, indexes: [] },
      { name: 'types', size: { share: 0.02 }, document: zooDocument, indexes: [{ key: { number: 1 }, name: 'number', unique: true }] },
      { name: 'settings', size: { documents: 12 }, document: setting, indexes: [] },
      { name: 'archive', size: { documents: 0 }, document: setting, indexes: [{ key: { name: -1 }, name: 'name' }] },
    ],
  },
  {
    name: 'service-analytics-conversation-collector-provider',
    collections: [
      {
        name: 'conversations',
        size: { share: 0.1 },
        document: conversation,
        indexes: [timeIndex, { key: { projectId: 1, contactId: 1 }, name: 'project_contact', unique: true }],
      },
      { name: 'messages', size: { share: 0.24 }, document: message, indexes: [{ key: { conversation: 1, timestamp: 1 }, name: 'conversation_time' }] },
      { name: 'feedback', size: { share: 0.04 }, document: feedback, indexes: [] },
      { name: 'attachments', size: { documents: 8 }, document: attachment, indexes: [] },
    ],
  },
];

/** How many documents each collection gets, so that all together are exactly `documents`: the first collection takes what rounding leaves. */
export const sizesOf = (documents: number): readonly (readonly [collection: CollectionLayout, documents: number])[] => {
  const collections = layout.flatMap((database) => database.collections);
  const fixed = collections.reduce((sum, { size }) => sum + ('documents' in size ? size.documents : 0), 0);
  if (documents < fixed) throw new Error(`at least ${fixed} documents, or the small collections stay empty`);
  const sizes = collections.map(({ size }) => ('documents' in size ? size.documents : Math.floor((documents - fixed) * size.share)));
  sizes[0]! += documents - sizes.reduce((sum, size) => sum + size, 0);
  return collections.map((collection, index) => [collection, sizes[index]!] as const);
};
