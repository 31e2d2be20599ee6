// What became of the faults, as tables of Markdown.

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

/**
 * Such as "548 kills: 548 came out right, 0 did not."
 *
 * @param {string} what - was counted
 * @param {{ good: boolean }[]} outcomes
 */
export function summarize(what, outcomes) {
  const wrong = outcomes.filter(({ good }) => !good).length;
  return `${outcomes.length} ${what}: ${outcomes.length - wrong} came out right, ${wrong} did not.`;
}

/**
 * @typedef {object} ReplyOutcome
 * @property {string} step
 * @property {string} operation
 * @property {string} fault
 * @property {string} end - `copes`, `next run`, or what was wrong
 */

/**
 * One row for each operation of each step, with its faults by how they end.
 *
 * @param {ReplyOutcome[]} outcomes - in the order of the life
 */
export function renderReplies(outcomes) {
  const rows = grouped(outcomes, ({ step, operation }) => `${step} | \`${operation}\``);
  return [
    "| step | call | the run copes with | the run fails, the next one ends well | wrong |",
    "| --- | --- | --- | --- | --- |",
    ...[...rows].map(([row, ones]) => {
      const faults = (isIt) =>
        ones
          .filter(({ end }) => isIt(end))
          .map(({ fault }) => fault)
          .join(", ");
      const cells = [
        faults((end) => end === "copes"),
        faults((end) => end === "next run"),
        faults((end) => end.startsWith("wrong")),
      ];
      return `| ${[row, ...cells].join(" | ")} |`;
    }),
  ].join("\n");
}

/**
 * One row for each call of each step.
 *
 * @param {Outcome[]} outcomes
 */
export function renderKills(outcomes) {
  const inOrder = outcomes.toSorted(
    (one, other) => one.program.localeCompare(other.program) || one.order - other.order,
  );
  const rows = grouped(inOrder, killRow);
  return [
    `| step | call | ${COLUMNS.map(({ victim, moment }) => `${victim} killed ${moment} it`).join(" | ")} |`,
    `|${" --- |".repeat(COLUMNS.length + 2)}`,
    ...[...rows].map(
      ([row, ones]) => `| ${[row, ...COLUMNS.map((column) => cellOf(ones, column))].join(" | ")} |`,
    ),
  ].join("\n");
}

/** The outcomes of each row, the rows in the order of their first. */
function grouped(outcomes, rowOf) {
  const rows = new Map(outcomes.map((one) => [rowOf(one), []]));
  for (const one of outcomes) rows.get(rowOf(one)).push(one);
  return rows;
}

function killRow({ program, step, call }) {
  return `${step}${program === "whole source" ? " of a whole source" : ""} | \`${call}\``;
}

function cellOf(outcomes, { victim, moment }) {
  const ends = outcomes.filter((one) => one.victim === victim && one.moment === moment).map(({ end }) => end);
  return [...new Set(ends)].map((end) => `${ends.filter((one) => one === end).length} × ${end}`).join("; ");
}
