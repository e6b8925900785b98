import { gunzipSync, gzipSync } from 'node:zlib';

/** Helm stores a release as base64(base64(gzip(JSON))): Kubernetes' encoding of a Secret around its own. */
export function decodeRelease(data: string): string {
  const inner = Buffer.from(Buffer.from(data, 'base64').toString(), 'base64');
  const zipped = inner[0] === 0x1f && inner[1] === 0x8b;
  return (zipped ? gunzipSync(inner) : inner).toString();
}

export const encodeRelease = (json: string): string => Buffer.from(gzipSync(json, { level: 9 }).toString('base64')).toString('base64');

const pending = /"status":"(?:pending-install|pending-upgrade|pending-rollback)"/g;

/**
 * The release with its pending status replaced by `failed`, all else as it was: spliced into the text, since parse and stringify would
 * round the large integers that Helm's JSON may hold. Undefined where it is not pending.
 */
export function spliceFailed(json: string): string | undefined {
  const info = json.indexOf('"info":{');
  if (info < 0) return undefined;
  pending.lastIndex = info;
  const found = pending.exec(json);
  // Only of `info` itself: it is flat, so its first `}` outside of texts ends it, and the status comes before that.
  if (found === null || statusOf(json) !== found[0].slice('"status":"'.length, -1)) return undefined;
  const spliced = `${json.slice(0, found.index)}"status":"failed"${json.slice(found.index + found[0].length)}`;
  return statusOf(spliced) === 'failed' ? spliced : undefined;
}

const statusOf = (json: string): string | undefined => (JSON.parse(json) as { readonly info?: { readonly status?: string } }).info?.status;
