// What became of the kills, as a table of Markdown.

/**
 * @typedef {object} Outcome
 * @property {string} program - what was deployed
 * @property {string} step
 * @property {string} call
 * @property {"before" | "after"} moment
 * @property {"provider" | "engine"} victim
 * @property {number} order - of the call in the life of the stack
 * @property {string} end - what the user has in the end
 * @property {boolean} good
 */

const COLUMNS = ["provider", "engine"].flatMap((victim) =>
  ["before", "after"].map((moment) => ({ victim, moment })),
);

/** @param {Outcome[]} outcomes */
export function summarize(outcomes) {
  const wrong = outcomes.filter(({ good }) => !good).length;
  return `${outcomes.length} kills: ${outcomes.length - wrong} came out right, ${wrong} did not.`;
}

/**
 * One row for each call of each step.
 *
 * @param {Outcome[]} outcomes
 */
export function renderTable(outcomes) {
  const inOrder = outcomes.toSorted(
    (one, other) => one.program.localeCompare(other.program) || one.order - other.order,
  );
  const rows = new Map(inOrder.map((one) => [rowOf(one), []]));
  for (const one of outcomes) rows.get(rowOf(one)).push(one);
  return [
    `| step | call | ${COLUMNS.map(({ victim, moment }) => `${victim} killed ${moment} it`).join(" | ")} |`,
    `|${" --- |".repeat(COLUMNS.length + 2)}`,
    ...[...rows].map(
      ([row, ones]) => `| ${[row, ...COLUMNS.map((column) => cellOf(ones, column))].join(" | ")} |`,
    ),
  ].join("\n");
}

function rowOf({ program, step, call }) {
  return `${step}${program === "whole source" ? " of a whole source" : ""} | \`${call}\``;
}

function cellOf(outcomes, { victim, moment }) {
  const ends = outcomes.filter((one) => one.victim === victim && one.moment === moment).map(({ end }) => end);
  return [...new Set(ends)].map((end) => `${ends.filter((one) => one === end).length} × ${end}`).join("; ");
}
