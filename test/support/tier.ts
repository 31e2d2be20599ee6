/**
 * Which tests run. `npm test` runs the first tier; `npm run test:all` everything: what the first leaves out are
 * repetitions (on further versions, with more randomized lifecycles, in other stories of the engine) and never the only test of
 * something. CONTRIBUTING.md says what each covers.
 */
export const EVERYTHING = process.env.TEST_TIER === "all";

/** One value for each tier. */
export function byTier<T>(values: { readonly first: T; readonly all: T }): T {
  return EVERYTHING ? values.all : values.first;
}
