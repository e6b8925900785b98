/** While it is shut, nothing passes in either direction, and nothing is lost. */
export class Gate {
  #opened = Promise.withResolvers<void>();

  constructor() {
    this.#opened.resolve();
  }

  passed(): Promise<void> {
    return this.#opened.promise;
  }

  shut(): void {
    this.#opened = Promise.withResolvers<void>();
  }

  open(): void {
    this.#opened.resolve();
  }
}
