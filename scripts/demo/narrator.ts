/** Says what happens as it happens. */
export type Narrator = {
  chapter(title: string): void;
  /** Something was done. A step that an earlier run had done is marked. */
  done(text: string, replayed?: boolean): void;
  /** Something was refused, as the story expects, with the reasons given. */
  refused(text: string, reasons: readonly string[], replayed?: boolean): void;
  note(text: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
};

const REPLAYED = "  (replayed: done by an earlier run)";

/** A narrator that writes lines to a stream. */
export function createNarrator(write: (line: string) => void): Narrator {
  return {
    chapter: (title) => write(`\n${title}\n${"─".repeat(title.length)}`),
    done: (text, replayed = false) => write(`  ✓ ${text}${replayed ? REPLAYED : ""}`),
    refused(text, reasons, replayed = false) {
      write(`  ✗ ${text}: refused, as it must be${replayed ? REPLAYED : ""}`);
      for (const reason of reasons) write(`      ${reason}`);
    },
    note: (text) => write(`    ${text}`),
    table(head, rows) {
      const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
      const line = (cells: readonly string[]) => `    ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")}`;
      write(line(head));
      write(line(widths.map((width) => "─".repeat(width))));
      for (const row of rows) write(line(row));
    },
  };
}
