import type { DrillResult } from '../../../../src/model/drill.js';
import type { LieName } from './proxy/lies.js';

type Figure = 'lost' | 'recovered' | 'unexpected' | 'duplicates' | 'changed';

/** When a liar counts as found. Green never is. */
export interface Kind {
  readonly verdict: 'red' | 'inconclusive' | 'any but green';
  /** One of the result's reasons says it in these words. */
  readonly reason: RegExp;
  /** This figure is the number of lies that the proxy told, exactly. */
  readonly exact?: Figure | 'acknowledged';
  /** These are 0: what happened is told as what it is, and as nothing else. */
  readonly none: readonly Figure[];
}

const others = (...but: readonly Figure[]): readonly Figure[] =>
  (['lost', 'recovered', 'unexpected', 'duplicates', 'changed'] as const).filter((figure) => !but.includes(figure));

const lost = { verdict: 'red', reason: /acknowledged writes are lost; 0 may be$/, exact: 'lost', none: others('lost') } as const;
const movedOn = /^member-0 held \d+ rows at the final read and \d+ a while later, though nobody wrote$/;

/** For every lie what must be said of it. */
export const kinds: { readonly [lie in LieName]: Kind } = {
  ackAndDrop: lost,
  dropAndAckLate: lost,
  dropAndResurrect: { verdict: 'red', reason: movedOn, none: others() },
  ackAndTakeBack: { ...lost, reason: movedOn },
  duplicate: { verdict: 'red', reason: /writes are there more than once$/, exact: 'duplicates', none: others('duplicates') },
  foreignId: { verdict: 'red', reason: /never sent or that the server had refused$/, exact: 'unexpected', none: others('unexpected') },
  changedPayload: { verdict: 'red', reason: /rows are not what was sent$/, exact: 'changed', none: others('changed') },
  missingOnOneReplica: { ...lost, reason: /^member-\d and member-\d do not hold the same rows: / },
  onlyOnAReplica: { verdict: 'red', reason: /^member-\d and member-\d do not hold the same rows: /, exact: 'recovered', none: others('recovered') },
  errorButApplied: { verdict: 'red', reason: /never sent or that the server had refused$/, exact: 'unexpected', none: others('unexpected') },
  ackByOldTimeline: { verdict: 'red', reason: /^two primaries: \d+ writes were acknowledged by the old one/, exact: 'acknowledged', none: others() },
  commitAfterTheFinalRead: { verdict: 'red', reason: movedOn, exact: 'recovered', none: others('recovered') },
  shortenedFinalRead: { ...lost, reason: /^member-1 counts \d+ rows and gave \d+: its final read is not whole$/ },
  refusedFinalRead: { verdict: 'inconclusive', reason: /permission denied for the final read/, none: others() },
  twoPrimariesFor300Ms: { verdict: 'red', reason: /^two primaries: \d+ samples saw two members out of recovery$/, none: others() },
  // Of a driver that was late itself it is inconclusive, with the same words.
  outageHiddenByBufferedAcks: { verdict: 'any but green', reason: /^\d+ writes were acknowledged while no member was primary$/, none: others() },
};

/** Why the drill did not find the liar; undefined where it did. */
export function whyNotFound(lie: LieName, told: number, result: DrillResult): string | undefined {
  const { verdict, reason, exact, none } = kinds[lie];
  const all = { ...result, acknowledged: result.twoPrimaries.acknowledged };
  const wrong = none.filter((figure) => all[figure] !== 0);
  if (told === 0) return 'the proxy told no lie';
  if (verdict === 'any but green' ? result.verdict === 'green' : result.verdict !== verdict) return `the verdict is ${result.verdict}, not ${verdict}`;
  if (!result.reasons.some((text) => reason.test(text))) return `no reason says ${reason}`;
  if (exact && all[exact] !== told) return `${exact} is ${all[exact]}; the proxy told ${told} lies`;
  return wrong.length > 0 ? `${wrong.map((figure) => `${figure} is ${all[figure]}`).join(', ')}, not 0` : undefined;
}
