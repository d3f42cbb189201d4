/** Something the user can act on: shown as its text alone, without a stack trace. */
export class Problem extends Error {}
