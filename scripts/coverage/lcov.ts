/** Lines of one file that have code, and those of them that no test went through. */
export interface FileCoverage {
  readonly file: string;
  readonly lines: number;
  readonly missed: readonly number[];
}

/** Reads the lines out of an lcov trace. */
export function readLcov(text: string): FileCoverage[] {
  return text
    .split("end_of_record")
    .map((record) => ({ file: /^SF:(.+)$/m.exec(record)?.[1], lines: [...record.matchAll(/^DA:(\d+),(\d+)/gm)] }))
    .filter(({ file }) => file !== undefined)
    .map(({ file, lines }) => ({
      file: file!,
      lines: lines.length,
      missed: lines.filter(([, , count]) => count === "0").map(([, line]) => Number(line)).toSorted((a, b) => a - b),
    }));
}

/** Share of the lines that tests went through; everything of nothing. */
export function coveredPercent(files: readonly FileCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return lines === 0 ? 100 : (100 * (lines - missed)) / lines;
}
