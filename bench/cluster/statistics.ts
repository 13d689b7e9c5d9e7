/** Figures of one thing, a round each. */
export class Sample {
  private readonly values: number[] = [];

  public add(value: number): void {
    this.values.push(value);
  }

  public get median(): number {
    const sorted = [...this.values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    const upper = sorted[middle] ?? Number.NaN;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  }

  /** Median, and the least and the most beside it. */
  public text(unit: string, digits: number): string {
    if (this.values.length === 0) return '';
    const [least, most] = [Math.min(...this.values), Math.max(...this.values)];
    return `${this.median.toFixed(digits)} ${unit} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
  }
}

export const seconds = (sample: Sample): string => sample.text('s', 2);
export const ratio = (sample: Sample, base: Sample): string => (sample.median / base.median).toFixed(2);
