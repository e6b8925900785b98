import { failure } from '../../errors.js';

/** A path that stays inside of its store. Invalid otherwise: names of backups come from people. */
export function safePath(path: string): string {
  const parts = path.split('/');
  if (path !== '' && parts.some((part) => part === '' || part === '.' || part === '..' || /[\0\\]/.test(part)))
    throw failure('Invalid', `${JSON.stringify(path)} is no path of a file in a backup`);
  return path;
}
