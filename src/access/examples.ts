/** How many objects are named where the rest is counted: in facts, findings and messages. */
export const EXAMPLES = 5;

/** How many are read of objects that a fix names one by one. */
export const LISTED = 50;
