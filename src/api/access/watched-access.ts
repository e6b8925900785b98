import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { Access } from './access-file.js';
import type { Subject } from './roles.js';

const staleMilliseconds = 2000;

/** The access file as it is now: a token that is added or taken away counts within seconds, without a restart. A file that became unreadable lets nobody in. */
export class WatchedAccess {
  readonly #path: string;
  readonly #logger: Logger;
  #access: Access | undefined;
  #fourEyes: readonly string[] = [];
  #version = '';
  #lookedAt = 0;

  private constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** Throws what is wrong with the file: an API does not start with one that cannot be read. */
  static async open(path: string, logger: Logger): Promise<WatchedAccess> {
    const access = new Access(await readFile(path, 'utf8'));
    const watched = new WatchedAccess(path, logger);
    watched.#access = access;
    watched.#fourEyes = access.fourEyes;
    return watched;
  }

  async subjectOf(token: string): Promise<Subject | undefined> {
    if (Date.now() - this.#lookedAt > staleMilliseconds) await this.#look();
    return this.#access?.subjectOf(token);
  }

  /** As the file had it when it could last be read: while it cannot, nobody is let in anyway. */
  get fourEyes(): readonly string[] {
    return this.#fourEyes;
  }

  async #look(): Promise<void> {
    this.#lookedAt = Date.now();
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === this.#version) return;
      this.#access = new Access(await readFile(this.#path, 'utf8'));
      this.#fourEyes = this.#access.fourEyes;
      this.#version = version;
    } catch (error) {
      this.#access = undefined;
      this.#version = '';
      this.#logger.error({ reason: error instanceof Error ? error.message : String(error) }, 'the access file cannot be read: nobody is let in');
    }
  }
}
