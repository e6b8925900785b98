import type { FenceCapture } from './copier-mongo.js';
import type { PostgresFenceCapture } from './copier-postgres.js';
import { counted } from './counted.js';

/**
 * What a fence will do, and to whom: one sentence each, for the plan's notes, for checks and for the report. Capturing a fence changes nothing, so a plan can
 * say this before anybody approves it.
 */
export function describeFence(captured: FenceCapture | PostgresFenceCapture, databases: readonly string[]): readonly string[] {
  return [howItFences(captured, databases.join(', ')), ...('users' in captured ? besides(captured) : []), ...captured.holes];
}

function howItFences(captured: FenceCapture | PostgresFenceCapture, names: string): string {
  switch (captured.method) {
    case 'connections':
      return `Connections to ${names} are ended and kept out, and sessions there can only read`;
    case 'roles':
      return `${counted(captured.users.length, 'user')} that can write to ${names} can only read there meanwhile. ${captured.reason}`;
    case 'writeBlock':
      return `setUserWriteBlockMode blocks the writes of the whole server for ${names}: ${stopped(captured.stops ?? [])}`;
    case 'none':
      return `Nobody is shut out of ${names}: ${captured.reason}`;
  }
}

const stopped = (others: readonly string[]): string =>
  others.length > 0
    ? `writers of its other databases are stopped, too, which are ${others.join(', ')}`
    : 'it has no other database now, and one made meanwhile could not be written to';

function besides({ bypass, writeBlocked, ttlMonitor, method }: FenceCapture): readonly string[] {
  const after = 'it is blocked again afterwards, as it is now';
  return [
    ...(bypass === undefined ? [] : [`${bypass}, the copier's own user, writes in spite of the block (bypassWriteBlockingMode)`]),
    ...(writeBlocked ? [`The server's writes are blocked already, by somebody else${method === 'writeBlock' ? `: ${after}` : ''}`] : []),
    ...(ttlMonitor?.enabled ? ['The server itself deletes there (TTL): its TTL monitor pauses with the fence, on the whole server'] : []),
  ];
}
