import colors from "picocolors";

const started = Date.now();

/** Announces a step of the story, with the seconds since the start. */
export function step(number, title) {
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`\n${colors.bold(colors.cyan(`(${number}) ${title}`))}  ${colors.dim(`${seconds} s`)}`);
}

/** Says what happens and why, between the real output. */
export function say(text) {
  console.log(colors.cyan(`    ${text.replaceAll("\n", "\n    ")}`));
}

/** Shows a command before it runs. */
export function command(text) {
  console.log(colors.dim(`    $ ${text}`));
}

/** Ends the demo where its story is not true: it shows nothing that did not happen. */
export function expect(condition, otherwise) {
  if (!condition) throw new Error(`the demo did not go as told: ${otherwise}`);
}
