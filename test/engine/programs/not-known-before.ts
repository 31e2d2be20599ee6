/** A resource of a program whose `value` only the deployment knows, as a random password or a server's address. */
export const LATER = `
class Later extends pulumi.dynamic.Resource {
  constructor(name, given, opts) {
    super({ create: async ({ given }) => ({ id: name, outs: { given, value: given } }) }, name, { given, value: undefined }, opts);
  }
}
`;
