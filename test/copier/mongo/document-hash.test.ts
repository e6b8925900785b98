import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BSON, Double, Int32, Long } from 'mongodb';
import { DocumentHash, totalHash } from '../../../src/copier/mongo/document-hash.js';

const hashOf = (documents: readonly Uint8Array[]) => {
  const hash = new DocumentHash();
  hash.addAll(documents);
  return hash;
};
const documents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 30 });

describe('the hash of a collection', () => {
  it('is the same in whatever order documents come', () => {
    fc.assert(
      fc.property(
        documents.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(hashOf(shuffled).summary).toEqual(hashOf(all).summary);
        },
      ),
    );
  });

  it('is the sum of its units, however they are cut', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.nat(5), { minLength: 30, maxLength: 30 }), (all, unitOf) => {
        const whole = new DocumentHash();
        for (const unit of [0, 1, 2, 3, 4, 5]) whole.merge(hashOf(all.filter((_, index) => unitOf[index] === unit)).summary);
        expect(whole.summary).toEqual(hashOf(all).summary);
      }),
    );
  });

  it('changes with any document that is changed, left out, or doubled', () => {
    fc.assert(
      fc.property(documents, fc.uint8Array({ minLength: 1, maxLength: 20 }), (all, more) => {
        expect(hashOf([...all, more]).hash).not.toBe(hashOf(all).hash);
        expect(hashOf([...all, more, more]).hash).not.toBe(hashOf(all).hash);
      }),
    );
  });

  it('tells the types of a number apart, and the order of fields', () => {
    const all = [
      { n: new Int32(1) },
      { n: new Double(1) },
      { n: Long.fromNumber(1) },
      { n: new Double(0) },
      { n: new Double(-0) },
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ];
    expect(new Set(all.map((one) => hashOf([BSON.serialize(one)]).hash)).size).toBe(all.length);
  });

  it('of a sequence changes with the order, of measurements not with that of their fields, and both with anything else', () => {
    const of = (kind: 'sequence' | 'measurements', ...all: readonly object[]) => {
      const hash = new DocumentHash(kind);
      hash.addAll(all.map((one) => BSON.serialize(one)));
      return hash.hash;
    };
    expect(of('sequence', { a: 1 }, { a: 2 })).not.toBe(of('sequence', { a: 2 }, { a: 1 }));
    const measured = of('measurements', { at: 1, deep: { b: 1, c: 2 }, n: new Int32(1) });
    expect(of('measurements', { n: new Int32(1), deep: { b: 1, c: 2 }, at: 1 })).toBe(measured);
    for (const other of [
      { at: 1, deep: { c: 2, b: 1 }, n: new Int32(1) },
      { at: 1, deep: { b: 1, c: 2 }, n: Long.fromNumber(1) },
      { at: 1, deep: { b: 1, c: 2 }, m: new Int32(1) },
      { at: 1, deep: { b: 1, c: 2 } },
    ])
      expect(of('measurements', other)).not.toBe(measured);
  });

  it('has 32 digits, also of nothing, and is the sum of both halves of SHA-256 prefixes', () => {
    expect(hashOf([]).summary).toEqual({ documents: 0, bytes: 0, hash: '0'.repeat(32) });
    // sha256('a') = ca978112ca1bbdca fac231b39a23dc4d …
    expect(hashOf([Buffer.from('a')]).hash).toBe('ca978112ca1bbdcafac231b39a23dc4d');
    expect(hashOf([Buffer.from('a'), Buffer.from('a')]).hash).toBe('952f022594377b94f58463673447b89a');
  });

  it('of a database notices documents that swapped collections, and not the order of collections', () => {
    const [x, y] = [hashOf([Buffer.from('x')]).summary, hashOf([Buffer.from('y')]).summary];
    const one = totalHash([
      { name: 'a', ...x },
      { name: 'b', ...y },
    ]);
    expect(
      totalHash([
        { name: 'b', ...y },
        { name: 'a', ...x },
      ]),
    ).toEqual(one);
    expect(
      totalHash([
        { name: 'a', ...y },
        { name: 'b', ...x },
      ]).hash,
    ).not.toBe(one.hash);
    expect(one).toMatchObject({ documents: 2, bytes: 2 });
  });
});
