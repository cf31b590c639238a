/** What has to be undone, the last first; also when a case fails or the lab is interrupted. */
export class Undo {
  private readonly steps: (() => unknown)[] = [];
  private running: Promise<void> = Promise.resolve();

  push(step: () => unknown): void {
    this.steps.push(step);
  }

  get depth(): number {
    return this.steps.length;
  }

  /** A step that fails keeps none of the others from being done. */
  to(depth: number): Promise<void> {
    this.running = this.running.then(async () => {
      while (this.steps.length > depth) {
        try {
          await this.steps.pop()?.();
        } catch (error) {
          console.error("natlab: cleaning up:", error);
        }
      }
    });
    return this.running;
  }
}
