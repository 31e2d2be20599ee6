/** Writes rows under their headings, aligned to the right. */
export function table(headings, rows) {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column].length)),
  );
  return [headings, ...rows]
    .map((row) => row.map((cell, column) => cell.padStart(widths[column])).join("  "))
    .join("\n");
}
