/** A comment that the token's own user wrote. */
export interface OwnComment {
  readonly id: number;
  readonly body: string;
  /** Where a browser shows it, if the forge says so. */
  readonly url?: string;
}

/** The comments of one pull request or merge request. */
export interface Forge {
  /** As messages call it: `pull request #7 of acme/infra`. */
  readonly subject: string;
  /**
   * Lists those that the token's own user wrote, in any order. Others can contain anything, a marker too.
   *
   * @throws ForgeError, as all the others do
   */
  listOwn(): Promise<OwnComment[]>;
  create(body: string): Promise<OwnComment>;
  update(comment: OwnComment, body: string): Promise<void>;
  /** Does nothing if it is deleted already. */
  remove(comment: OwnComment): Promise<void>;
}
